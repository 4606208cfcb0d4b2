using System.Text.Json;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>Kept once on an ERP that has neither idempotency keys nor unique references.</summary>
[Collection(SharedTryton.Name)]
public sealed class TrytonKeepingTests(TrytonFixture tryton) : KeepingContract, IAsyncDisposable
{
    /// <summary>One for all that a test asks past the connector: signing in costs Tryton more than any of it.</summary>
    private readonly Lazy<Task<TrytonDesk>> _desk = new(() => tryton.Desk());

    private protected override KeepingGround Ground => new()
    {
        Placing = tryton.Ground with
        {
            Placed = async order =>
            {
                var desk = await _desk.Value;
                var sales = await desk.Call(
                    "sale.sale.search_read",
                    $$"""[["description", "=", "{{order.Submission.ExternalReference}}"], ["state", "in", ["confirmed", "processing", "done"]]], 0, null, null, ["number"]""");
                return [.. sales.EnumerateArray().Select(sale => sale.GetProperty("number").GetString()!)];
            },
        },
        Keeps = ["sale.sale.create", "sale.sale.quote", "sale.sale.draft", "sale.sale.write"],
        Kept = async submission =>
        {
            var desk = await _desk.Value;
            var sales = await desk.Call("sale.sale.search_read", $$"""[["description", "like", "{{submission.ExternalReference}} kept as %"]], 0, null, null, ["number"]""");
            return [.. sales.EnumerateArray().Select(sale => sale.GetProperty("number").GetString()!)];
        },
        KeepOnceMore = async submission =>
        {
            var desk = await _desk.Value;
            var (id, mark, _) = await Sale(submission);
            var copies = await desk.Call("sale.sale.copy", $"[{id}]");
            await desk.Call("sale.sale.write", $$"""{{copies}}, {"description": {{JsonSerializer.Serialize(mark)}}, "number": "COPY"}""");
        },
    };

    [Fact]
    public async Task Quotation_CancelledOrConfirmedByAClerk_IsTakenBackOrOrdered()
    {
        var desk = await _desk.Value;
        var quotations = Quotations;
        var cancelled = (await quotations.Create(Portal, Quotation(0), Deadline)).Value;
        var confirmed = (await quotations.Create(Portal, Quotation(1), Deadline)).Value;

        await desk.Call("sale.sale.cancel", $"[{(await Sale(cancelled.Submission!.Value)).Id}]");
        var sale = (await Sale(confirmed.Submission!.Value)).Id;
        await desk.Call("sale.sale.quote", $"[{sale}]");
        await desk.Call("sale.sale.confirm", $"[{sale}]");

        (await quotations.Get(Portal, cancelled.Number)).Value.State.ShouldBe(QuotationState.Withdrawn);
        var ordered = (await quotations.Get(Portal, confirmed.Number)).Value;
        (ordered.State, ordered.Order?.Value).ShouldBe((QuotationState.Ordered, confirmed.Number.Value));
        (await Orders.Create(Portal, Order(1) with { MadeOf = confirmed.Number }, Deadline)).Failure!.Cause.ShouldBe(Cause.Rejected);
    }

    [Fact]
    public async Task Quotation_QuotedByAClerkOrClaimedForNoOrder_IsListedOpenAndCanEnd()
    {
        var desk = await _desk.Value;
        var quotations = Quotations;
        var quoted = (await quotations.Create(Portal, Quotation(4) with { Kind = QuotationKind.Approval }, Deadline)).Value;
        var claimed = (await quotations.Create(Portal, Quotation(4) with { Kind = QuotationKind.Approval }, Deadline)).Value;
        var contested = (await quotations.Create(Portal, Quotation(4) with { Kind = QuotationKind.Approval }, Deadline)).Value;
        var ordered = (await quotations.Create(Portal, Quotation(4) with { Kind = QuotationKind.Approval }, Deadline)).Value;

        var sale = (await Sale(quoted.Submission!.Value)).Id;
        await desk.Call("sale.sale.quote", $"[{sale}]");
        await desk.Call("sale.sale.write", $$"""[{{sale}}], {"comment": "Petra wants it by Friday.\nNote: on pallets"}""");
        await Mark(claimed, $"ordered as {new SubmissionId(Guid.NewGuid()).ExternalReference}");
        await Mark(contested, $"contested, was {new SubmissionId(Guid.NewGuid()).ExternalReference}");
        (await AsTheFlowDoes(Order(4) with { MadeOf = ordered.Number })).Succeeded.ShouldBeTrue();

        var open = await Listed(QuotationState.Open);
        open.ShouldContain(quoted.Number);
        open.ShouldContain(claimed.Number);
        open.ShouldContain(contested.Number);
        open.ShouldNotContain(ordered.Number);
        (await Listed(QuotationState.Ordered)).ShouldBe([ordered.Number], ignoreOrder: true);

        await desk.Call("sale.sale.cancel", $"[{(await Sale(claimed.Submission!.Value)).Id}]");
        (await quotations.Get(Portal, claimed.Number)).Value.State.ShouldBe(QuotationState.Withdrawn, "no order came, and a clerk cancelled it");
        (await Listed(QuotationState.Withdrawn)).ShouldBe([claimed.Number]);
        (await AsTheFlowDoes(Order(4) with { MadeOf = claimed.Number })).Failure!.Cause.ShouldBe(Cause.Rejected);

        var read = (await quotations.Get(Portal, quoted.Number)).Value;
        (await quotations.Change(Portal, quoted.Number, new QuotationChange(Order(4).OrderedBy, State: QuotationState.Withdrawn), read.Version)).Value.State.ShouldBe(QuotationState.Withdrawn);
        (await desk.Call("sale.sale.read", $"""[{sale}], ["comment"]"""))[0].GetProperty("comment").GetString()!.ShouldContain("Petra wants it by Friday.");

        async Task Mark(Quotation quotation, string state)
        {
            var (id, mark, _) = await Sale(quotation.Submission!.Value);
            await desk.Call("sale.sale.write", $$"""[{{id}}], {"description": {{JsonSerializer.Serialize(mark.Replace("open", state, StringComparison.Ordinal))}}}""");
        }

        async Task<IReadOnlyList<QuotationNumber>> Listed(QuotationState state)
        {
            var made = new[] { quoted.Number, claimed.Number, contested.Number, ordered.Number };
            var page = (await quotations.List(Portal, new QuotationQuery { Customer = quoted.Customer, Kind = QuotationKind.Approval, State = state })).Value;
            return [.. page.Items.Select(item => item.Number).Where(made.Contains)];
        }
    }

    private async Task<(long Id, string Mark, string State)> Sale(SubmissionId submission)
    {
        var desk = await _desk.Value;
        var sale = (await desk.Call("sale.sale.search_read", $$"""[["description", "like", "{{submission.ExternalReference}} kept as %"]], 0, null, null, ["description", "state"]"""))[0];
        return (sale.GetProperty("id").GetInt64(), sale.GetProperty("description").GetString()!, sale.GetProperty("state").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        if (_desk.IsValueCreated)
        {
            (await _desk.Value).Dispose();
        }
    }
}
