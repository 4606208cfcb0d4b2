using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.Returns;
using PortalIntegration.Sandbox;
using PortalIntegration.Sandbox.Faults;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>A return through the whole portal to an ERP that is slow, loses its answers or is asked twice: one return.</summary>
[Collection(PortalCollection.Name)]
public sealed class SendBackOnceTests(PortalFixture portal) : IAsyncLifetime
{
    private static readonly Scope Everything = Scope.ForPortal("test", Lane.Interactive);

    private readonly SandboxControl _control = new(portal.Sandbox.ErpControlUrl);

    private SendBack Sending => portal.Services.GetRequiredService<SendBack>();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _control.ClearFaultsAsync();
        await _control.SetBehaviourAsync(honourIdempotencyKeys: true);
        _control.Dispose();
    }

    [Theory]
    [InlineData(FaultKind.DropAnswer, true)]
    [InlineData(FaultKind.DropAnswer, false)]
    [InlineData(FaultKind.Truncate, false)]
    [InlineData(FaultKind.Error, true)]
    [InlineData(FaultKind.LateCommit, true)]
    [InlineData(FaultKind.LateCommit, false)]
    public async Task Return_AnswerLostOrLate_IsOne(FaultKind fault, bool keys)
    {
        await _control.SetBehaviourAsync(honourIdempotencyKeys: keys);
        var wanted = await Wanted();
        var before = await Count(wanted.Customer);
        await _control.SetFaultAsync(new FaultRule { Kind = fault, Operation = "createReturn", Mode = fault is FaultKind.Error ? null : "drop", Seconds = 2, Count = 1 });

        var sent = await Sending.Apply(Everything, wanted, again: false);

        sent.Verdict.ShouldBe(SendBackVerdict.Done, sent.Failure?.ToString());
        if (fault is FaultKind.LateCommit)
        {
            await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        }

        (await Count(wanted.Customer)).ShouldBe(before + 1);
    }

    [Fact]
    public async Task Return_DoubleClickTwoTabsAndASlowErp_IsOne()
    {
        var wanted = await Wanted();
        var before = await Count(wanted.Customer);
        await _control.SetFaultAsync(new FaultRule { Kind = FaultKind.Latency, Operation = "createReturn", Milliseconds = 500, Count = 3 });

        var all = await Task.WhenAll(Sending.Apply(Everything, wanted, false), Sending.Apply(Everything, wanted, false), Sending.Apply(Everything, wanted, true));

        all.ShouldAllBe(sent => sent.Verdict == SendBackVerdict.Done);
        all.Select(sent => sent.Return!.Number).Distinct().ShouldHaveSingleItem();
        (await Count(wanted.Customer)).ShouldBe(before + 1);
    }

    private async Task<NewReturn> Wanted()
    {
        var orders = portal.Map.Owner<IOrders>();
        foreach (var order in (await orders.Search(Everything, new OrderQuery { Status = OrderStatus.Invoiced, Limit = 50 })).Value.Items)
        {
            var returnable = (await Sending.Returnable(Everything, order.Number)).Value;
            if (returnable.Lines.FirstOrDefault(line => line.Left >= 1) is { } line)
            {
                return new NewReturn
                {
                    Id = new SubmissionId(Guid.NewGuid()), Customer = returnable.Customer, Order = order.Number, RequestedBy = new OrderedBy(new PersonId("con-1"), "Ann"),
                    Lines = [new NewReturnLine(line.LineNumber, 1, returnable.Reasons[0].Code, "Torn")],
                };
            }
        }

        throw new InvalidOperationException("The seed has nothing that can be sent back.");
    }

    private async Task<int> Count(CustomerNumber customer)
    {
        var returns = portal.Map.Owner<IReturns>();
        var (count, cursor) = (0, (string?)null);
        do
        {
            var page = (await returns.List(Everything, customer, cursor)).Value;
            count += page.Items.Count;
            cursor = page.Next;
        }
        while (cursor is not null);
        return count;
    }
}
