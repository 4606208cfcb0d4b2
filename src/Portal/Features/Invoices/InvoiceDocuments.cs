using System.Collections.Frozen;
using System.Security.Claims;
using PortalIntegration.Core;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Invoices;

/// <summary>An invoice as its owner prints it. One that is not in the scope is not found, like one that does not exist.</summary>
internal static class InvoiceDocuments
{
    private const string Pdf = "application/pdf";

    private static readonly FrozenDictionary<string, string> _endings = new Dictionary<string, string>
    {
        [Pdf] = ".pdf",
        ["application/vnd.oasis.opendocument.text"] = ".odt",
        ["application/octet-stream"] = "",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static void MapInvoiceDocuments(this IEndpointRouteBuilder routes) => routes.MapGet("/invoices/{number}/document", Get);

    private static async Task<IResult> Get(HttpContext context, string number, ClaimsPrincipal user, ScopeSessions sessions, IOwnershipMap map)
    {
        var scope = await sessions.ScopeFor(user, context.RequestAborted);
        var answer = scope.Succeeded
            ? await map.Owner<IInvoices>().Document(scope.Value, PortalUrls.Unescape(number), context.RequestAborted)
            : scope.As<InvoiceDocument>();
        if (!answer.Try(out var document))
        {
            return answer.Failure!.Cause is Cause.NotFound ? Results.NotFound() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        // Nothing that a browser would run. PDF is shown; what else an ERP prints in is only saved.
        var type = document.File.ContentType.Split(';')[0].Trim();
        if (!_endings.TryGetValue(type, out var ending))
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        context.Response.Headers.CacheControl = "private, no-store";
        context.Response.Headers.ContentDisposition = new System.Net.Mime.ContentDisposition { Inline = type == Pdf, FileName = PlainText.FileName(PortalUrls.Unescape(number), ending) }.ToString();
        return Results.Bytes(document.File.Content, type);
    }
}
