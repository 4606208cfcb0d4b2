using System.Globalization;
using Microsoft.AspNetCore.Components;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Features.Orders;
using PortalIntegration.Portal.SignIn;

namespace PortalIntegration.Portal.Features.Amending;

/// <summary>
/// Offers what the owner lets be done to an order now. What is typed lives in the browser; what is sent is kept there with its id before the owner is asked, so that whatever
/// becomes of this page, of the line or of the portal, the same is asked for again and done once.
/// </summary>
public sealed partial class AmendIsland
{
    public const int PoNumberLength = 35;
    public const int ReasonLength = 500;

    private PortalSession? _session;
    private Order? _order;
    private OrderAllowance? _allowed;
    private Failure? _failure;
    private Provenance? _source;
    private Amended? _amended;
    private bool _cancelled;

    [Inject]
    public required FindOrders Finding { get; init; }

    [Inject]
    public required AmendOrder Amending { get; init; }

    [Parameter, EditorRequired]
    public required string Number { get; set; }

    private OrderNumber Code => new(Number);

    protected override string DraftName => $"change/{Number}";

    protected override bool HasFields => _session is not null && _order is not null;

    protected override string NotKept => Words["Problem.NotKept"];

    protected override string OtherTab => Words["Problem.OtherTab"];

    protected override bool IsOurs(Amendment sent) => (sent.Change is null) != (sent.Cancellation is null) && sent.Order == Code;

    protected override void Begin() => _amended = null;

    protected override async Task Load()
    {
        var session = await Current.Get(Closing);
        if (!session.Try(out var signedIn))
        {
            _failure = session.Failure;
            return;
        }

        _session = signedIn;
        var reading = Finding.Get(signedIn.Scope, Code, Closing);
        var asking = Amending.Allowed(signedIn.Scope, Code, Closing);
        await Task.WhenAll(reading, asking);
        var (order, allowed) = (await reading, await asking);
        _failure = order.Failure ?? allowed.Failure;
        if (order.Try(out var standing) && allowed.Try(out var now))
        {
            (_order, _allowed, _source) = (standing, now, allowed.Provenance);
            Draw();
        }
    }

    protected override async Task<SentEnd> Ask(Amendment wanted, bool again)
    {
        _cancelled = wanted.Cancellation is not null;
        var session = await Current.Get(Closing);
        _amended = session.Try(out var signedIn)
            ? await Amending.Apply(signedIn.Scope, wanted.SignedBy(signedIn.Name), again, Closing)
            : new Amended(again ? AmendVerdict.Unclear : AmendVerdict.NotReached, null, session.Failure);
        return _amended.Verdict switch
        {
            AmendVerdict.Unclear => SentEnd.Open,
            AmendVerdict.Done => SentEnd.Done,
            _ => SentEnd.Undone,
        };
    }

    private async Task Change()
    {
        if (await Typed() is not { } typed || _order is null || _allowed is null || _session is null)
        {
            return;
        }

        var po = _allowed.MayChangePoNumber ? Changed(typed, "po", _order.PoNumber) : null;
        var lines = new List<LineChange>();
        foreach (var line in _order.Lines)
        {
            if (QuantityOf(line) is null || !typed.TryGetValue($"qty/{line.LineNumber}", out var text))
            {
                continue;
            }

            if (AmendOrder.Quantity(text, CultureInfo.CurrentCulture) is not (> 0 and var quantity))
            {
                Problem = Words["Problem.Quantity", line.Sku];
                return;
            }

            if (quantity != line.Ordered)
            {
                lines.Add(new LineChange(line.LineNumber, quantity));
            }
        }

        DateOnly? wanted = null;
        if (_allowed.MayChangeRequestedOn && typed.GetValueOrDefault("day") is { Length: > 0 } day)
        {
            if (!DateOnly.TryParse(day, CultureInfo.InvariantCulture, out var parsed))
            {
                Problem = Words["Problem.Date"];
                return;
            }

            wanted = parsed == _order.RequestedOn ? null : parsed;
        }

        var note = _allowed.MayChangeNote ? Changed(typed, "note", _order.Note) : null;
        var shipTo = _allowed.ShipTos.Count > 0 && typed.GetValueOrDefault("shipTo") is { Length: > 0 } chosen && chosen != _order.ShipTo?.Id ? chosen : null;
        Problem = po is { Length: > PoNumberLength } ? Words["Problem.Po", PoNumberLength].Value
            : po is null && note is null && wanted is null && shipTo is null && lines is [] ? Words["Problem.Nothing"].Value
            : null;
        if (Problem is null)
        {
            await Send(new Amendment(
                new OrderChange
                {
                    Id = Guid.NewGuid(), Order = Code, Version = _allowed.Version, By = _session.Name, PoNumber = po, Note = note, RequestedOn = wanted, ShipTo = shipTo, Lines = lines,
                },
                null));
        }
    }

    private async Task Cancel(bool all)
    {
        if (await Typed() is not { } typed || _order is null || _allowed is null || _session is null)
        {
            return;
        }

        var reason = typed.GetValueOrDefault("reason")?.Trim() ?? "";
        var lines = all ? [] : _allowed.Lines.Where(line => line.MayCancel && typed.GetValueOrDefault($"drop/{line.LineNumber}") == "on").Select(line => line.LineNumber).ToList();
        Problem = !all && lines.Count == 0 ? Words["Problem.NoLine"].Value
            : reason.Length is 0 or > ReasonLength ? Words["Problem.Reason", ReasonLength].Value
            : null;
        if (Problem is null)
        {
            await Send(new Amendment(
                null,
                new OrderCancellation { Id = Guid.NewGuid(), Order = Code, Version = _allowed.Version, By = _session.Name, Reason = reason, Lines = lines }));
        }
    }

    private static string? Changed(IReadOnlyDictionary<string, string> typed, string name, string? now) =>
        typed.GetValueOrDefault(name)?.Trim() is { } text && text != (now ?? "").Trim() ? text : null;

    private QuantityAllowance? QuantityOf(OrderLine line) => _allowed?.Lines.FirstOrDefault(allowed => allowed.LineNumber == line.LineNumber)?.Quantity;

    private bool MayCancel(OrderLine line) => _allowed?.Lines.Any(allowed => allowed.LineNumber == line.LineNumber && allowed.MayCancel) is true;

    private string Range(QuantityAllowance may, string unit) =>
        (may.Most is { } most ? Words["Quantity.FromTo", Say.Number(may.Least), Say.Quantity(most, unit)] : Words["Quantity.From", Say.Quantity(may.Least, unit)])
        + (may.Step == 1 ? "" : ", " + Words["Quantity.Step", Say.Number(may.Step)]);

    private string Refusal(Failure? failure) =>
        failure?.Problems is [_, ..] problems ? string.Join(" ", problems.Select(problem => problem.Message).Distinct())
        : failure?.Detail ?? "";
}
