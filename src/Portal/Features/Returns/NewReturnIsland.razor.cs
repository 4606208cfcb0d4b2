using System.Globalization;
using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Returns;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Features.Amending;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Returns;

/// <summary>
/// Registers a return of what its owner lets be sent back. The id is made when it is sent and kept in the browser with what was typed until the end is known: a slow owner, a lost line or
/// a restart asks again under the same.
/// </summary>
public sealed partial class NewReturnIsland
{
    private PortalSession? _session;
    private Returnable? _returnable;
    private Provenance? _source;
    private Failure? _failure;
    private SentBack? _answered;
    private bool _all;

    [Inject]
    public required SendBack Sending { get; init; }

    [Parameter, EditorRequired]
    public required string Number { get; set; }

    [Parameter]
    public string? Shipment { get; set; }

    [Parameter]
    public string? Invoice { get; set; }

    private OrderNumber Code => new(Number);

    private bool IsPart => !_all && (Shipment is { Length: > 0 } || Invoice is { Length: > 0 });

    private IEnumerable<ReturnableLine> Shown => (_returnable?.Lines ?? []).Where(line => !IsPart
        || (Shipment is { Length: > 0 } shipment && line.Shipments.Contains(shipment))
        || (Invoice is { Length: > 0 } invoice && line.Invoices.Contains(invoice)));

    protected override string DraftName => $"return/{Number}";

    protected override bool HasFields => _session is not null && _returnable is not null;

    protected override string NotKept => Words["Problem.NotKept"];

    protected override string OtherTab => Words["Problem.OtherTab"];

    protected override bool IsOurs(NewReturn sent) => sent.Order == Code;

    protected override void Begin() => _answered = null;

    protected override async Task Load()
    {
        var session = await Current.Get(Closing);
        if (!session.Try(out var signedIn))
        {
            _failure = session.Failure;
            return;
        }

        _session = signedIn;
        var answer = await Sending.Returnable(signedIn.Scope, Code, Closing);
        _failure = answer.Failure;
        if (answer.Try(out var now))
        {
            (_returnable, _source) = (now, answer.Provenance);
            Draw();
        }
    }

    protected override async Task<SentEnd> Ask(NewReturn wanted, bool again)
    {
        var session = await Current.Get(Closing);
        _answered = session.Try(out var signedIn)
            ? await Sending.Apply(signedIn.Scope, wanted with { RequestedBy = By(signedIn) }, again, Closing)
            : new SentBack(again ? SendBackVerdict.Unclear : SendBackVerdict.NotReached, null, session.Failure);
        return _answered.Verdict switch
        {
            SendBackVerdict.Unclear => SentEnd.Open,
            SendBackVerdict.Done => SentEnd.Done,
            _ => SentEnd.Undone,
        };
    }

    private async Task Register()
    {
        if (_session is null || _returnable is null || await Typed() is not { } typed)
        {
            return;
        }

        var lines = new List<NewReturnLine>();
        foreach (var line in Shown.Where(line => line.Left > 0))
        {
            var text = typed.GetValueOrDefault($"qty/{line.LineNumber}")?.Trim() ?? "";
            if (text.Length == 0)
            {
                continue;
            }

            var quantity = AmendOrder.Quantity(text, CultureInfo.CurrentCulture);
            var reason = typed.GetValueOrDefault($"reason/{line.LineNumber}") ?? "";
            Problem = quantity is not > 0 ? Words["Problem.Quantity", line.Sku].Value
                : quantity > line.Left ? Words["Problem.TooMuch", line.Sku, Say.Quantity(line.Left, line.Unit)].Value
                : reason.Length == 0 ? Words["Problem.Reason", line.Sku].Value
                : null;
            if (Problem is not null)
            {
                return;
            }

            lines.Add(new NewReturnLine(line.LineNumber, quantity!.Value, reason, Given(typed.GetValueOrDefault($"remark/{line.LineNumber}"))));
        }

        if (lines.Count == 0)
        {
            Problem = Words["Problem.Nothing"];
            return;
        }

        var wanted = new NewReturn
        {
            Id = new SubmissionId(Guid.NewGuid()),
            Customer = _returnable.Customer,
            Order = Code,
            RequestedBy = By(_session),
            Note = Given(typed.GetValueOrDefault("note")),
            Lines = lines,
        };
        await Send(wanted);
    }

    /// <summary>Who is signed in, never whom the browser kept.</summary>
    private static OrderedBy By(PortalSession session) => new(session.Person, session.Name, session.IsRep ? session.Acting?.Name : null);

    private void ShowAll()
    {
        _all = true;
        Draw();
    }

    private string NameOf(ReturnReason reason) => Words[$"Reason.{reason.Code}"] is { ResourceNotFound: false } known ? known : reason.Name;

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>In the reader's language where the portal knows what it is about, and else in the ERP's words.</summary>
    private string Refusal(Failure? failure) =>
        failure?.Code is { } code && Words[$"Refused.{code}"] is { ResourceNotFound: false } known ? known
        : failure?.Problems is [_, ..] problems ? string.Join(" ", problems.Select(problem => problem.Message).Distinct())
        : failure?.Detail ?? "";
}
