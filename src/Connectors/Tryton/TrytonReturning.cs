using System.Globalization;
using System.Text.Json.Serialization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Tryton.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Returns;

namespace PortalIntegration.Connectors.Tryton;

/// <summary>
/// Registers a return as a complaint about a sale, exactly once, as a sale is placed: a complaint in draft is free and can be deleted; it is handed to the clerks
/// (<c>wait</c>) only after a listing in which it stands alone under its reference, and what waits is not deleted. What Tryton makes of it, a clerk decides.
/// </summary>
internal sealed class TrytonReturning(TrytonRpc rpc, PipelineEnvironment environment)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    /// <summary>Not handed to the clerks yet: none of theirs, and no return.</summary>
    public static object?[] IsHandedIn => Domain.Any(
        Domain.IsNot("state", "draft"), Domain.Is("reference", value: null), Domain.StartsOtherThan("reference", SubmissionId.Prefix));

    /// <param name="but">A return that does not count.</param>
    public async Task<Outcome<Returnable>> Returnable(PortCall call, OrderNumber number, SubmissionId? but = null)
    {
        var reading = TrytonSales.Read(rpc, call, Domain.All(Domain.Is("number", number.Value), SaleStates.IsOrder));
        var naming = rpc.Search<NamedTypeRow>(call, "sale.complaint.type", Domain.All(Domain.Is("origin.model", "sale.sale")), order: [new[] { "id", "ASC" }]);
        var invoicing = rpc.Search<InvoicedLineRow>(call, "sale.line", Domain.All(Domain.Is("sale.number", number.Value)));
        var counting = rpc.Search<CountedRow>(call, "sale.complaint", Domain.All(
            Domain.NotIn("state", new[] { "rejected", "cancelled" }),
            IsHandedIn,
            Domain.Any(["origin.number", "=", number.Value, "sale.sale"], ["origin.sale.number", "=", number.Value, "sale.line"])));
        await Task.WhenAll(reading, naming, invoicing, counting);
        var (read, named, invoiced, counted) = (await reading, await naming, await invoicing, await counting);
        if (!read.Try(out var orders) || !named.Try(out var types) || !invoiced.Try(out var lines) || !counted.Try(out var complaints))
        {
            return !read.Succeeded ? read.As<Returnable>() : !named.Succeeded ? named.As<Returnable>() : !invoiced.Succeeded ? invoiced.As<Returnable>() : counted.As<Returnable>();
        }

        return orders is [] ? Outcome.Failed<Returnable>(rpc.Failure(call, Cause.NotFound))
            : orders[0].Number != number ? Outcome.Failed<Returnable>(rpc.Failure(call, Cause.Malformed, "Another order than was asked for."))
            : read.Select(found => new Returnable
            {
                Order = number,
                Customer = found[0].Customer,
                Reasons = [.. types.Select(type => new ReturnReason(Code(type.Id), type.Name))],
                Lines =
                [
                    .. found[0].Lines.Where(line => line.Shipped > 0).Select(line => Line(
                        found[0], line, lines.FirstOrDefault(row => Code(row.Id) == line.LineNumber),
                        complaints.Where(complaint => but is null || complaint.Reference != but.Value.ExternalReference).Sum(complaint => complaint.Of(line)))),
                ],
            });
    }

    /// <summary>The answer is the complaint's id.</summary>
    public Task<Outcome<long>> Register(PortCall call, NewReturn sentBack) =>
        PlacingRounds.Run(new Attempt(call, sentBack), environment, Pause, Round, Standing, rpc.Failure, TrytonRefusals.Locked);

    private static string Code(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static ReturnableLine Line(Order order, OrderLine line, InvoicedLineRow? invoiced, decimal comingBack)
    {
        var left = Math.Max(0, line.Shipped - comingBack);
        return new ReturnableLine
        {
            LineNumber = line.LineNumber,
            Sku = line.Sku,
            Description = line.Description,
            Unit = line.Unit,
            Shipped = line.Shipped,
            Left = left,
            Shipments = [.. order.Shipments.Where(shipment => shipment.ShippedAt is not null && shipment.Lines.Any(item => item.LineNumber == line.LineNumber)).Select(shipment => shipment.Number)],
            Invoices = [.. (invoiced?.InvoiceLines ?? []).Select(item => item.Invoice?.Number).OfType<string>().Distinct(StringComparer.Ordinal)],
        };
    }

    private async Task<PlacingStep> Round(Attempt attempt)
    {
        var (call, wanted) = (attempt.Call, attempt.Return);
        var standing = await Under(call, wanted.Customer, wanted.Id);
        if (!standing.Try(out var rows))
        {
            return new PlacingStep(standing.Failure);
        }

        if (rows.FirstOrDefault(row => row.State is not ComplaintState.Draft) is { } handedIn)
        {
            // Of a create that came late. By their time stamps, so that none that a clerk has taken up goes; failing to remove them fails nothing.
            var late = rows.Where(row => row.State is ComplaintState.Draft).ToList();
            if (late.Count > 0)
            {
                await rpc.Write<object?>(call, "model.sale.complaint.delete", [late.Select(row => row.Id).ToList()], Stamped(late));
            }

            return new PlacingStep(handedIn.Id);
        }

        if (rows is [])
        {
            return await Create(attempt);
        }

        if (rows.Count > 1)
        {
            var deleted = await rpc.Write<object?>(call, "model.sale.complaint.delete", [rows.Skip(1).Select(row => row.Id).ToList()]);
            return deleted.Succeeded || deleted.Failure!.Cause is Cause.Rejected ? PlacingStep.Again : OrAgain(deleted.Failure!);
        }

        // It stood alone in this round's listing.
        attempt.ConfirmationSent = true;
        var pressed = await rpc.Write<object?>(call, "model.sale.complaint.wait", [new[] { rows[0].Id }]);
        if (pressed.Succeeded || pressed.Failure!.Cause is not Cause.Rejected)
        {
            return pressed.Succeeded ? PlacingStep.Again : OrAgain(pressed.Failure!);
        }

        var withdrawn = await rpc.Write<object?>(call, "model.sale.complaint.delete", [new[] { rows[0].Id }]);
        attempt.Refused = withdrawn.Succeeded;
        return withdrawn.Succeeded ? new PlacingStep(pressed.Failure) : withdrawn.Failure!.Cause is Cause.Rejected ? PlacingStep.Again : OrAgain(withdrawn.Failure!);
    }

    private static Dictionary<string, object?> Stamped(IEnumerable<UnderRow> asRead) => new(StringComparer.Ordinal)
    {
        ["_timestamp"] = asRead.ToDictionary(row => $"sale.complaint,{Code(row.Id)}", row => row.Timestamp, StringComparer.Ordinal),
    };

    private async Task<PlacingStep> Create(Attempt attempt)
    {
        var (call, wanted) = (attempt.Call, attempt.Return);
        var asked = await Returnable(call, wanted.Order, but: wanted.Id);
        if (!asked.Try(out var returnable))
        {
            return new PlacingStep(asked.Failure!.Cause is Cause.NotFound ? Refused("unknown_order", "There is no such order.") : asked.Failure);
        }

        if (returnable.Customer != wanted.Customer)
        {
            return new PlacingStep(Refused("unknown_order", "There is no such order."));
        }

        foreach (var line in wanted.Lines)
        {
            if (returnable.Lines.FirstOrDefault(candidate => candidate.LineNumber == line.LineNumber) is not { } sent || line.Quantity <= 0 || line.Quantity > sent.Left)
            {
                return new PlacingStep(Refused("more_than_left", "No more can be taken back than was sent and is not on its way back."));
            }

            if (returnable.Reasons.All(reason => reason.Code != line.Reason))
            {
                return new PlacingStep(Refused("unknown_reason", "There is no such reason."));
            }
        }

        var sale = await rpc.Search<SaleOfRow>(call, "sale.sale", Domain.All(Domain.Is("number", wanted.Order.Value), SaleStates.IsOrder), limit: 1);
        if (!sale.Try(out var sales) || sales is [])
        {
            return new PlacingStep(sale.Failure ?? rpc.Failure(call, Cause.NotFound));
        }

        var created = await rpc.Write<IReadOnlyList<long>>(call, "model.sale.complaint.create", [new[] { Values(wanted, returnable, sales[0]) }]);
        return created.Succeeded ? PlacingStep.Again : OrAgain(created.Failure!);

        Failure Refused(string code, string why) => rpc.Failure(call, Cause.Rejected, why, code);
    }

    private static Dictionary<string, object?> Values(NewReturn wanted, Returnable returnable, SaleOfRow sale) => new(StringComparer.Ordinal)
    {
        ["reference"] = wanted.Id.ExternalReference,
        ["customer"] = sale.Party,
        ["type"] = long.Parse(wanted.Lines[0].Reason, CultureInfo.InvariantCulture),
        ["origin"] = string.Create(CultureInfo.InvariantCulture, $"sale.sale,{sale.Id}"),
        ["description"] = Told(wanted, returnable),
        ["actions"] = new object[]
        {
            new object[]
            {
                "create",
                new object[]
                {
                    new Dictionary<string, object?>(StringComparer.Ordinal)
                    {
                        ["action"] = "sale_return",
                        ["sale_lines"] = new object[]
                        {
                            new object[]
                            {
                                "create",
                                wanted.Lines.Select(line => new Dictionary<string, object?>(StringComparer.Ordinal)
                                {
                                    ["line"] = long.Parse(line.LineNumber, CultureInfo.InvariantCulture),
                                    ["quantity"] = TrytonJson.Float(line.Quantity),
                                }).ToList(),
                            },
                        },
                    },
                },
            },
        },
    };

    private static string Told(NewReturn wanted, Returnable returnable)
    {
        var by = wanted.RequestedBy.OnBehalfOf is { } account ? $"Asked for by {wanted.RequestedBy.Name} for {account}" : $"Asked for by {wanted.RequestedBy.Name}";
        var lines = wanted.Lines.Select(line => string.Join(", ", new[]
        {
            $"{returnable.Lines.First(sent => sent.LineNumber == line.LineNumber).Sku}: {returnable.Reasons.First(reason => reason.Code == line.Reason).Name}", line.Note,
        }.Where(text => !string.IsNullOrWhiteSpace(text))));
        return string.Join('\n', lines.Append(wanted.Note).Append(by).Where(text => !string.IsNullOrWhiteSpace(text)));
    }

    /// <summary>Every complaint of the customer's under the reference that the portal wrote, oldest first.</summary>
    public async Task<Outcome<IReadOnlyList<UnderRow>>> Under(PortCall call, CustomerNumber customer, SubmissionId id)
    {
        var session = await rpc.Session(call);
        if (!session.Try(out var us))
        {
            return session.As<IReadOnlyList<UnderRow>>();
        }

        var found = await rpc.Search<UnderRow>(
            call,
            "sale.complaint",
            Domain.All(Domain.Is("reference", id.ExternalReference), Domain.Is("customer.code", customer.Value), Domain.Is("create_uid", us.User)),
            order: [new[] { "id", "ASC" }]);

        // Complaints are deleted by this list.
        return found.Try(out var rows) && rows.Any(row => row.Reference != id.ExternalReference)
            ? Outcome.Failed<IReadOnlyList<UnderRow>>(rpc.Failure(call, Cause.Malformed, "Other complaints than were asked for."))
            : found;
    }

    /// <summary>Removes drafts of the portal's that nobody came back for, by their time stamps; how many. None where nobody keeps returns here.</summary>
    public async Task<Outcome<int>> Sweep(PortCall call, DateTimeOffset before)
    {
        var session = await rpc.Session(call);
        if (!session.Try(out var us))
        {
            return session.As<int>();
        }

        var found = await rpc.Search<UnderRow>(call, "sale.complaint", Domain.All(
            Domain.Is("state", "draft"),
            Domain.Is("create_uid", us.User),
            Domain.StartsWith("reference", SubmissionId.Prefix),
            Domain.Any(
                Domain.All(Domain.IsNot("write_date", value: null), Domain.Before("write_date", before)),
                Domain.All(Domain.Is("write_date", value: null), Domain.Before("create_date", before)))));
        if (!found.Try(out var rows))
        {
            return found.Failure!.Cause is Cause.Forbidden ? session.Select(_ => 0) : found.As<int>();
        }

        var swept = 0;
        foreach (var row in rows)
        {
            var deleted = await rpc.Write<object?>(call, "model.sale.complaint.delete", [new[] { row.Id }], Stamped([row]));
            if (deleted.Failure is { Cause: not (Cause.Rejected or Cause.Conflict or Cause.Stale) })
            {
                return deleted.As<int>();
            }

            swept += deleted.Succeeded ? 1 : 0;
        }

        return found.Select(_ => swept);
    }

    private async Task<Outcome<long>> Standing(PortCall call, long complaint)
    {
        var session = await rpc.Session(call);
        return session.Select(_ => complaint);
    }

    private static PlacingStep OrAgain(Failure failure) =>
        failure.Code is TrytonRefusals.Locked || failure.Cause is Cause.Stale ? PlacingStep.Again : new PlacingStep(failure);

    private sealed class Attempt(PortCall call, NewReturn sentBack) : PlacingAttempt(call)
    {
        public NewReturn Return { get; } = sentBack;
    }

    internal sealed record UnderRow : IdentifiedRow
    {
        public required string? Reference { get; init; }

        public required ComplaintState State { get; init; }

        /// <summary>Changes with every change.</summary>
        [JsonPropertyName("_timestamp")]
        public required string Timestamp { get; init; }
    }

    private sealed record NamedTypeRow : IdentifiedRow
    {
        public required string Name { get; init; }
    }

    private sealed record SaleOfRow : IdentifiedRow
    {
        public required long Party { get; init; }
    }

    private sealed record InvoicedLineRow : IdentifiedRow
    {
        [JsonPropertyName("invoice_lines.")]
        public required IReadOnlyList<InvoiceOfRow> InvoiceLines { get; init; }
    }

    private sealed record InvoiceOfRow
    {
        [JsonPropertyName("invoice.")]
        public required NumberedRow? Invoice { get; init; }
    }

    /// <summary>What is asked to be taken back of a sale.</summary>
    private sealed record CountedRow : IdentifiedRow
    {
        public required string? Reference { get; init; }

        /// <summary>Model and id.</summary>
        public required string? Origin { get; init; }

        [JsonPropertyName("actions.")]
        public required IReadOnlyList<CountedActionRow> Actions { get; init; }

        /// <summary>How much of the line; a quantity that is left out means all of it, and so do lines that are left out.</summary>
        public decimal Of(OrderLine line) => Actions.Sum(action =>
            Origin == $"sale.line,{line.LineNumber}" ? action.Quantity ?? line.Ordered
            : Origin is null || !Origin.StartsWith("sale.sale,", StringComparison.Ordinal) ? 0
            : action.SaleLines.Count == 0 ? line.Ordered
            : action.SaleLines.Where(item => Code(item.Line) == line.LineNumber).Sum(item => item.Quantity ?? line.Ordered));
    }

    private sealed record CountedActionRow
    {
        public required decimal? Quantity { get; init; }

        [JsonPropertyName("sale_lines.")]
        public required IReadOnlyList<CountedLineRow> SaleLines { get; init; }
    }

    private sealed record CountedLineRow
    {
        public required decimal? Quantity { get; init; }

        public required long Line { get; init; }
    }
}

internal enum ComplaintState
{
    Draft,
    Waiting,
    Approved,
    Rejected,
    Done,
    Cancelled,
}
