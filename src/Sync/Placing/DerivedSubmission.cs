using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PortalIntegration.Core;
using PortalIntegration.Core.Quotations;

namespace PortalIntegration.Sync.Placing;

/// <summary>
/// What is made of a quotation goes out under an id that follows from its number: two tabs, two approvers and two nodes mean the same submission, without having
/// to know of each other.
/// </summary>
public static class DerivedSubmission
{
    /// <param name="purpose">What is made of it, such as <c>order</c>.</param>
    /// <param name="round">From 0; the next one after a submission that was refused or taken back.</param>
    public static SubmissionId Of(QuotationNumber quotation, string purpose, int round) => new(new Guid(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{purpose}\n{quotation.Value}\n{round}"))).AsSpan(0, 16)));
}
