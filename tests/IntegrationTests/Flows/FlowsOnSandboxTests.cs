using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Sandbox;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Flows;

/// <summary>The flows of a whole portal between the sandbox's ERP and CRM.</summary>
public sealed class FlowsOnSandboxTests : IAsyncLifetime
{
    private static readonly Scope Admin = Scope.ForPerson(new PersonId("usr-admin"), Role.Admin, []);
    private static readonly Scope Ours = Scope.ForPortal("test", Lane.Sync);
    private static readonly string[] Linked = ["account-to-erp", "terms-to-crm", "credit-to-crm"];

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("portal-flows-");
    private SandboxHost? _sandbox;
    private WebApplication? _portal;

    private IOwnershipMap Map => _portal!.Services.GetRequiredService<IOwnershipMap>();

    private IDrift Drift => _portal!.Services.GetRequiredService<IDrift>();

    public async ValueTask InitializeAsync() => _sandbox = await SandboxHost.StartAsync(new SandboxOptions
    {
        ErpUrl = new Uri("http://127.0.0.1:0"),
        CrmUrl = new Uri("http://127.0.0.1:0"),
        Skus = 60,
        Accounts = 24,
        Contacts = 30,
        Orders = 40,
    });

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await _sandbox!.DisposeAsync();
        TestDirectory.Delete(_state.FullName);
    }

    [Fact]
    public async Task Drift_TheSeedsDifferentlySpelledAccount_IsFoundAndOneClickRepairsItInTheRightDirection()
    {
        await Start("report");
        var number = new CustomerNumber("C-10005");
        var customers = Map.Owner<ICustomers>();
        var account = (await Map.Owner<IAccounts>().Search(Ours, new AccountQuery { Customer = number })).Value.Items.Single();
        var before = (await customers.Get(Ours, number)).Value;
        before.Name.ShouldNotBe(account.Name, "the seed spells it in two ways");

        Drift.Begin(Admin, "account-to-erp").ShouldNotBeNull();
        var report = await Finished("account-to-erp");
        var row = report.Rows.Single(row => row.Key == account.Id.Value);
        (row.Field, row.Owner, row.OwnerValue, row.Target, row.TargetValue, row.IsRepaired).ShouldBe(("Customers.Name", "crm", account.Name, "erp", before.Name, true));
        report.Obstacles.ShouldContain(obstacle => obstacle.Code == "unlinked");

        (await Drift.Repair(Admin, "account-to-erp", [row.Key])).ShouldBe(1);
        await Until(async () => (await customers.Get(Ours, number)).Value.Name == account.Name, "the ERP has the CRM's name");

        var after = (await customers.Get(Ours, number)).Value;
        (after.Currency, after.PaymentTerms, after.ShipTos.Count).ShouldBe((before.Currency, before.PaymentTerms, before.ShipTos.Count));
        (await Map.Owner<IAccounts>().Get(Ours, account.Id)).Value.ShouldSatisfyAllConditions(
            found => found.Name.ShouldBe(account.Name), found => found.Version.ShouldBe(account.Version));
    }

    [Fact]
    public async Task AccountToErp_AddressesChangedInThePortal_LinkedOnesFollow_NewOnesAreShownAsADifference()
    {
        await Start("apply");
        var number = new CustomerNumber("C-10001");
        var account = (await Map.Owner<IAccounts>().Search(Ours, new AccountQuery { Customer = number })).Value.Items.Single();
        var approver = Scope.ForPerson(new PersonId("con-approver"), Role.Approver, [new ScopedAccount(account.Id, number, account.Name)]);
        var linked = account.Addresses.First(address => address is { Kind: AddressKind.Shipping, ErpAddress: not null });
        var wanted = linked with { Lines = ["Kajen 7"], City = "Mölndal" };
        var added = new AccountAddress("P-0000000001", AddressKind.Shipping, ["Hamngatan 1"], "411 05", "Göteborg", "SE") { Name = "Gate 3" };

        (await Map.Owner<IAccounts>().ChangeAddress(approver, account.Id, new AddressChange { Id = linked.Id, Seen = linked, Wanted = wanted })).Succeeded.ShouldBeTrue();
        (await Map.Owner<IAccounts>().ChangeAddress(approver, account.Id, new AddressChange { Id = added.Id, Wanted = added })).Succeeded.ShouldBeTrue();
        (await _portal!.Services.GetRequiredService<IFlowBoard>().RunNow(Admin, "account-to-erp")).ShouldBeTrue();

        await Until(
            async () => (await Map.Owner<ICustomers>().Get(Ours, number)).Value.ShipTos.Single(address => address.Id == linked.ErpAddress) is { City: "Mölndal" } there && there.Lines is ["Kajen 7"],
            "the linked address follows");
        (await Map.Owner<ICustomers>().Get(Ours, number)).Value.ShipTos.ShouldNotContain(address => address.Lines.Contains("Hamngatan 1"));
        await Until(
            async () =>
            {
                Drift.Begin(Admin, "account-to-erp");
                return (await Finished("account-to-erp")).Rows.Any(row => row.Key == account.Id.Value && row.OwnerValue?.Contains("Hamngatan 1", StringComparison.Ordinal) is true && !row.IsRepaired);
            },
            "the new one is shown as a difference that nobody carries");
    }

    [Fact]
    public async Task Fault41_StoreDeletedInMidRun_AFullResyncBringsBothSystemsInStep()
    {
        await Start("apply");
        var board = _portal!.Services.GetRequiredService<IFlowBoard>();
        foreach (var flow in Linked)
        {
            (await board.RunNow(Admin, flow)).ShouldBeTrue();
        }

        await Task.Delay(300);
        await Stop();
        foreach (var file in _state.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            file.Delete();
        }

        await Start("apply");
        board = _portal!.Services.GetRequiredService<IFlowBoard>();
        foreach (var flow in Linked)
        {
            (await board.RunNow(Admin, flow)).ShouldBeTrue();
        }

        foreach (var flow in Linked)
        {
            await Until(
                async () =>
                {
                    Drift.Begin(Admin, flow);
                    return (await Finished(flow)).Rows.All(row => !row.IsRepaired);
                },
                $"{flow} has nothing more to change");
        }
    }

    private async Task Start(string mode)
    {
        _portal = PortalHost.Build(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Development },
            builder =>
            {
                builder.WebHost.UseUrls("http://127.0.0.1:0");
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["SignIn:Kind"] = "PersonPicker",
                    ["State:Directory"] = _state.FullName,
                    ["Systems:erp:Connector"] = "reference-erp",
                    ["Systems:erp:Address"] = _sandbox!.ErpUrl.ToString(),
                    ["Systems:erp:Credentials:Token"] = _sandbox.Options.ErpToken,
                    ["Systems:crm:Connector"] = "reference-crm",
                    ["Systems:crm:Address"] = _sandbox.CrmUrl.ToString(),
                    ["Systems:crm:Credentials:Token"] = _sandbox.Options.CrmToken,
                    ["Serilog:MinimumLevel:Default"] = "Error",
                    ["Sync:Flows:account-to-erp:Mode"] = mode,
                    ["Sync:Flows:terms-to-crm:Mode"] = mode,
                    ["Sync:Flows:credit-to-crm:Mode"] = mode,
                });
            });
        await _portal.StartAsync();
    }

    private async Task Stop()
    {
        if (_portal is { } portal)
        {
            _portal = null;
            await portal.StopAsync();
            await portal.DisposeAsync();
        }
    }

    private async Task<DriftReport> Finished(string flow)
    {
        DriftReport? report = null;
        await Until(() => Task.FromResult((report = Drift.Last(Admin, flow))?.FinishedAt is not null), "the report is finished");
        report!.Broken.ShouldBeNull();
        return report;
    }

    private static async Task Until(Func<Task<bool>> holds, string what)
    {
        for (var i = 0; i < 300; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"Not within 30 seconds: {what}.");
    }
}
