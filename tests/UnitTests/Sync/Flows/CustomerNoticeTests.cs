using PortalIntegration.Core;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Tests;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Sync.Flows;

/// <summary>Customers are told of what is new, once, and of nothing else: neither of what is old, nor by comparing everything.</summary>
public sealed class CustomerNoticeTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly MailSink _mail = new();
    private readonly FakeCompany _company;

    public CustomerNoticeTests()
    {
        _company = new FakeCompany(_clock);
        _company.Add(1);
        _company.Accounts["acc-1"] = _company.Accounts["acc-1"] with { Email = "buying@customer.example" };
    }

    public async ValueTask DisposeAsync()
    {
        await _mail.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Shipped_CustomerIsToldOnce_HoweverOftenItIsSaid()
    {
        await using var node = Open(enabled: true);
        var order = await Placed(node);
        _company.Change(_company.Ship(order.Number!.Value.Value, "SH-1"));
        await Tell(node);
        _company.Change(_company.Orders[order.Number.Value.Value]);
        await Tell(node);

        var letter = _mail.Letters.ShouldHaveSingleItem();
        letter.ShouldContain("buying@customer.example");
        letter.ShouldContain("SH-1");
    }

    [Fact]
    public async Task Invoiced_CustomerIsTold_AndTheTimelineHasIt()
    {
        await using var node = Open(enabled: true);
        var order = await Placed(node);
        _company.Invoices["INV-1"] = new Invoice
        {
            Number = "INV-1", Customer = order.Customer, Orders = [order.Number!.Value], IssuedOn = DateOnly.FromDateTime(_clock.Now.UtcDateTime), Total = new Money(10, "EUR"), Status = InvoiceStatus.Open,
        };
        _company.Change(order with { Status = OrderStatus.Invoiced, Invoices = ["INV-1"] });
        await Tell(node);

        _company.Entries.Keys.Select(entry => entry.Key).ShouldContain($"order:{order.Number}:invoice:INV-1");
        _mail.Letters.ShouldHaveSingleItem().ShouldContain("INV-1");
    }

    [Fact]
    public async Task Off_ByDefault_NobodyIsTold()
    {
        await using var node = Open(enabled: false);
        await Ship(node);

        _company.Entries.Count.ShouldBe(2);
        _mail.Letters.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fault41_EverythingComparedAnew_WritesTheTimelineAndMailsNobody()
    {
        await using var node = Open(enabled: true);
        _company.Change(_company.NewOrder("C-1"));
        var number = _company.Orders.Keys.Single();
        _company.Change(_company.Ship(number, "SH-1"));
        _company.Notices.Clear();

        (await node.Get<IResync>().Start(Scope.ForPerson(new PersonId("adm-1"), Role.Admin, []), "order-to-crm")).ShouldBeTrue();
        await node.RunDue(10_000);

        _company.Entries.Count.ShouldBe(2);
        _mail.Letters.ShouldBeEmpty();
    }

    [Fact]
    public async Task OlderThanADay_IsWrittenAndNobodyIsTold()
    {
        await using var node = Open(enabled: true);
        _company.Change(_company.NewOrder("C-1"));
        _company.Change(_company.Ship(_company.Orders.Keys.Single(), "SH-1"));
        _clock.Advance(TimeSpan.FromHours(25));
        await Tell(node);

        _company.Entries.Count.ShouldBe(2);
        _mail.Letters.ShouldBeEmpty();
    }

    [Fact]
    public async Task MailServerRefuses_TheTimelineStandsAndNothingIsHeldUp()
    {
        _mail.ToRecipient = "550 no such person";
        await using var node = Open(enabled: true);
        await Ship(node);

        _company.Entries.Count.ShouldBe(2);
        (await node.Get<IWorkDesk>().Loads()).Single(load => load.Flow == "order-to-crm").Failing.ShouldBe(0);
        node.Logs.Entries.ShouldAllBe(entry => !entry.Message.Contains("buying@customer.example", StringComparison.Ordinal));
    }

    private async Task<Order> Placed(Node node)
    {
        var order = _company.NewOrder("C-1");
        _company.Change(order);
        await Tell(node);
        return order;
    }

    private async Task Ship(Node node)
    {
        var order = await Placed(node);
        _company.Change(_company.Ship(order.Number!.Value.Value, "SH-1"));
        await Tell(node);
    }

    private async Task Tell(Node node)
    {
        while (_company.Notices.TryDequeue(out var notice))
        {
            foreach (var trigger in node.Get<Followers>().Of(notice.Entity, notice.Key, TriggerKind.Webhook))
            {
                await node.Store.Trigger(trigger);
            }
        }

        await node.RunDue(10_000);
    }

    private Node Open(bool enabled) => new(
        _directory.Path, _clock, _company,
        ("Sync:Flows:order-to-crm:Mode", "apply"), ("Sync:Mail:Host", "127.0.0.1"), ("Sync:Mail:Port", $"{_mail.Port}"), ("Sync:Mail:From", "portal@vendor.example"), ("Sync:Mail:Encrypted", "false"),
        ("Sync:Notices:Enabled", enabled ? "true" : "false"));
}
