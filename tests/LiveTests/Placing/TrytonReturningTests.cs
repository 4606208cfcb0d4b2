using System.Diagnostics;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>One id, one complaint that the clerks see, whatever befalls the calls. How many wait is asked of Tryton itself.</summary>
[Collection(SharedTryton.Name)]
public sealed class TrytonReturningTests(TrytonFixture tryton)
{
    private static readonly CustomerNumber Elbe = new("C1001");
    private static readonly string[] Writes = ["sale.complaint.create", "sale.complaint.wait"];
    private static readonly Scope Portal = Scope.ForPortal("returning-tests", Lane.Order);

    [Theory]
    [InlineData("Fault01", nameof(Fate.AnswerLost))]
    [InlineData("Fault04", nameof(Fate.ArrivesLate))]
    public async Task Fault01_AnyWriteOfAReturnStruck_WaitsOnce(string row, string fate)
    {
        foreach (var write in Writes)
        {
            await using var proxy = await CuttingProxy.Start(tryton.Address);
            proxy.Arrange(write, Enum.Parse<Fate>(fate));
            var sentBack = await Return();

            var number = await AsThePageDoes(tryton.Connect(proxy.Address, TimeSpan.FromSeconds(4)).Find<IReturns>()!, sentBack);
            await proxy.AllArrived();

            proxy.Seen.Count(method => method.EndsWith(write, StringComparison.Ordinal)).ShouldBeGreaterThan(0, $"{row}: {write} is no write of a return");
            (await Waiting(sentBack.Id)).ShouldHaveSingleItem($"{row}: {write}").ShouldBe(number);
        }
    }

    [Fact]
    public async Task Fault32_PausedBeforeEachWriteOfAReturn_OtherRegistersItAndOnce()
    {
        foreach (var write in Writes)
        {
            await using var proxy = await CuttingProxy.Start(tryton.Address);
            proxy.Arrange(write, Fate.Paused);
            var sentBack = await Return();
            var paused = tryton.Connect(proxy.Address, TimeSpan.FromSeconds(60)).Find<IReturns>()!.Create(Portal, sentBack);
            await proxy.Paused.Task.WaitAsync(TimeSpan.FromSeconds(60));

            var other = await AsThePageDoes(tryton.Port<IReturns>(), sentBack);
            proxy.Resume();
            var late = await paused;

            if (late.Succeeded)
            {
                late.Value.Number.ShouldBe(other, write);
            }

            (await Waiting(sentBack.Id)).ShouldHaveSingleItem(write).ShouldBe(other);
        }
    }

    [Fact]
    public async Task Create_DraftCommittedLateBesideWhatWaits_IsRemoved()
    {
        using var portal = await TrytonDesk.SignIn(tryton.Address, TrytonServer.PortalUser, TrytonServer.PortalPassword);
        var sentBack = await Return();
        var number = await AsThePageDoes(tryton.Port<IReturns>(), sentBack);
        var waiting = $$"""[["reference", "=", "{{sentBack.Id.ExternalReference}}"]]""";
        var id = (await portal.Call("sale.complaint.search", waiting))[0].GetInt64();
        var late = await portal.Call("sale.complaint.copy", $"[{id}]");
        await portal.Call("sale.complaint.write", $$"""{{late}}, {"reference": "{{sentBack.Id.ExternalReference}}"}""");
        (await portal.Call("sale.complaint.search", waiting)).GetArrayLength().ShouldBe(2);

        (await AsThePageDoes(tryton.Port<IReturns>(), sentBack)).ShouldBe(number);

        (await portal.Call("sale.complaint.search", waiting)).EnumerateArray().ShouldHaveSingleItem().GetInt64().ShouldBe(id);
    }

    [Fact]
    public async Task SweepDrafts_ComplaintThatNobodyCameBackFor_GoesAndWhatWaitsStays()
    {
        using var portal = await TrytonDesk.SignIn(tryton.Address, TrytonServer.PortalUser, TrytonServer.PortalPassword);
        using var clerk = await tryton.Desk();
        var sentBack = await Return();
        await AsThePageDoes(tryton.Port<IReturns>(), sentBack);
        var id = (await portal.Call("sale.complaint.search", $$"""[["reference", "=", "{{sentBack.Id.ExternalReference}}"]]"""))[0].GetInt64();
        var late = (await portal.Call("sale.complaint.copy", $"[{id}]"))[0].GetInt64();
        await portal.Call("sale.complaint.write", $$"""[{{late}}], {"reference": "{{sentBack.Id.ExternalReference}}"}""");
        var clerks = (await clerk.Call("sale.complaint.copy", $"[{id}]"))[0].GetInt64();

        (await tryton.Port<IQuoting>().SweepDrafts(Portal, TimeProvider.System.GetUtcNow().AddMinutes(5))).Succeeded.ShouldBeTrue();

        var left = await clerk.Call("sale.complaint.search", $$"""[["id", "in", [{{id}}, {{late}}, {{clerks}}]]]""");
        left.EnumerateArray().Select(found => found.GetInt64()).ShouldBe([id, clerks], ignoreOrder: true);
    }

    /// <summary>The pages have words of their own for each.</summary>
    [Fact]
    public async Task Create_Refused_SaysWhyByACode()
    {
        var sentBack = await Return();
        var returns = tryton.Port<IReturns>();

        (await returns.Create(Portal, sentBack with { Customer = new CustomerNumber("C1002") })).Failure!.Code.ShouldBe("unknown_order");
        (await returns.Create(Portal, sentBack with { Lines = [sentBack.Lines[0] with { Quantity = 1_000_000 }] })).Failure!.Code.ShouldBe("more_than_left");
        (await returns.Create(Portal, sentBack with { Lines = [sentBack.Lines[0] with { Reason = "0" }] })).Failure!.Code.ShouldBe("unknown_reason");
    }

    /// <summary>One piece of what the customer has most of.</summary>
    private async Task<NewReturn> Return()
    {
        var order = (await tryton.Port<IOrders>().Search(Portal, new OrderQuery { Customer = Elbe, PoNumber = "EM-4500017" })).Value.Items.Single().Number;
        var returnable = (await tryton.Port<IReturns>().Returnable(Portal, order)).Value;
        return new NewReturn
        {
            Id = new SubmissionId(Guid.NewGuid()),
            Customer = Elbe,
            Order = order,
            RequestedBy = new OrderedBy(new PersonId("p-1"), "Petra Muster"),
            Lines = [new NewReturnLine(returnable.Lines.MaxBy(line => line.Left)!.LineNumber, 1, returnable.Reasons[0].Code, Note: null)],
        };
    }

    private async Task<IReadOnlyList<string>> Waiting(SubmissionId id)
    {
        using var desk = await tryton.Desk();
        var found = await desk.Call("sale.complaint.search_read", $$"""[["reference", "=", "{{id.ExternalReference}}"], ["state", "!=", "draft"]], 0, null, null, ["number"]""");
        return [.. found.EnumerateArray().Select(complaint => complaint.GetProperty("number").GetString()!)];
    }

    private static async Task<string> AsThePageDoes(IReturns returns, NewReturn sentBack)
    {
        var clock = Stopwatch.StartNew();
        Failure? last = null;
        for (var tries = 0; tries < 10 && clock.Elapsed < TimeSpan.FromSeconds(90);)
        {
            var answer = await returns.Create(Portal, sentBack);
            if (answer.Succeeded)
            {
                return answer.Value.Number;
            }

            last = answer.Failure!;
            (last.RetryCanHelp || last.MayHaveTakenEffect).ShouldBeTrue(answer.ToString());
            tries += last.CountsAsAttempt ? 1 : 0;
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }

        throw new InvalidOperationException($"Not registered: {last}");
    }
}
