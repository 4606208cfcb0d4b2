using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Contacts;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Demo.RealSystems;
using PortalIntegration.LiveTests.Placing;
using PortalIntegration.Tests.Ports;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.LiveTests.Ports;

/// <summary>
/// The port suites' Odoo as a CRM: one connection for all of them, through a proxy that notes every call, so that what is made is what the connector
/// declares.
/// </summary>
public sealed class OdooCrmPorts(OdooFixture odoo) : IAsyncLifetime
{
    /// <summary>Every connection makes them, whatever is asked.</summary>
    private static readonly string[] SigningIn = ["common.authenticate", "res.users.read", "res.company.read"];

    private CuttingProxy? _proxy;
    private CrmFacts? _facts;

    public async ValueTask InitializeAsync()
    {
        if (odoo.IsThere)
        {
            _proxy = await odoo.Proxy();
            _facts = await Read();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is { } proxy)
        {
            await proxy.DisposeAsync();
        }
    }

    public Task<CrmFacts> Facts()
    {
        _ = odoo.Address; // skips where there is none
        return Task.FromResult(_facts!);
    }

    /// <summary>The calls since it was asked the last time are among those declared for this port.</summary>
    public ValueTask ShouldHaveCalledAsDeclared(Type port)
    {
        if (_facts is null)
        {
            return ValueTask.CompletedTask;
        }

        var declared = _facts.Declared.Single(declared => declared.Port == port).Calls;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (_proxy!.Seen.TryDequeue(out var method))
        {
            seen.Add(method);
        }

        seen.Except(SigningIn).Except(declared).ShouldBeEmpty();
        return ValueTask.CompletedTask;
    }

    /// <summary>What the seed holds, read from Odoo past the connector.</summary>
    private async Task<CrmFacts> Read()
    {
        using var desk = await OdooDesk.SignIn(odoo.Address);
        var company = await Id("res.partner", """["ref", "=", "C1001"]""");
        return new CrmFacts
        {
            Connection = odoo.Connect(_proxy!.Address),
            Declared = odoo.Ports,
            Account = new AccountId(company),
            AccountWord = "Maschinenbau",
            Rep = new PersonId($"user-{await Id("res.users", """["login", "=", "anna"]""")}"),
            Contact = new PersonId($"contact-{await Id("res.partner", """["name", "=", "Petra Muster"]""")}"),
            Dealing = new AccountId(company),
        };

        async Task<string> Id(string model, string condition) => (await desk.Only(model, condition, "id")).GetProperty("id").GetRawText();
    }
}

[CollectionDefinition(Name)]
public sealed class OnOdooCrm : ICollectionFixture<OdooCrmPorts>
{
    public const string Name = "CRM ports on Odoo";
}

[Collection(OnOdooCrm.Name)]
public sealed class OdooAccountsTests(OdooCrmPorts odoo) : AccountsContract
{
    protected override Task<CrmFacts> Facts() => odoo.Facts();

    protected override ValueTask AfterEach() => odoo.ShouldHaveCalledAsDeclared(typeof(IAccounts));
}

[Collection(OnOdooCrm.Name)]
public sealed class OdooTimelineTests(OdooCrmPorts odoo) : TimelineContract
{
    protected override Task<CrmFacts> Facts() => odoo.Facts();

    protected override ValueTask AfterEach() => odoo.ShouldHaveCalledAsDeclared(typeof(ITimeline));
}

[Collection(OnOdooCrm.Name)]
public sealed class OdooContactsTests(OdooCrmPorts odoo) : ContactsContract
{
    protected override Task<CrmFacts> Facts() => odoo.Facts();

    protected override ValueTask AfterEach() => odoo.ShouldHaveCalledAsDeclared(typeof(IContacts));
}

[Collection(OnOdooCrm.Name)]
public sealed class OdooOpportunitiesTests(OdooCrmPorts odoo) : OpportunitiesContract
{
    protected override Task<CrmFacts> Facts() => odoo.Facts();

    protected override ValueTask AfterEach() => odoo.ShouldHaveCalledAsDeclared(typeof(IOpportunities));
}
