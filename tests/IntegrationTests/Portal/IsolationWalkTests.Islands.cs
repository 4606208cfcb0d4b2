using System.Reflection;
using System.Security.Claims;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.JSInterop;
using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.SyncHealth;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.SignIn;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>
/// The interactive parts of pages: each is drawn, for every role, with somebody else's thing in every parameter that names one, and must look as it does with a thing that does not exist. What
/// is not drawn has no button, and a circuit takes no command of a button that is not there.
/// </summary>
public sealed partial class IsolationWalkTests
{
    private const string Unknown = "NO-SUCH-ONE";

    /// <summary>For every parameter of an island: what it is drawn with. Null: it names nobody's thing.</summary>
    private static readonly Dictionary<string, Func<Belongings, object?>?> IslandParameters = new()
    {
        ["AddFromIsland.Order"] = f => f.Order.Value,
        ["AmendIsland.Number"] = f => f.Order.Value,
        ["DriftIsland.Flow"] = null,
        ["EditIsland.Address"] = null,
        ["EditIsland.Id"] = f => f.Contact.Value,
        ["ItemIsland.Flow"] = _ => "place-order",
        ["ItemIsland.Key"] = _ => ForeignSubmission.ToString(),
        ["ItemsIsland.After"] = null,
        ["ItemsIsland.Filter"] = null,
        ["JobIsland.After"] = null,
        ["JobIsland.Id"] = null,
        ["JobIsland.Only"] = null,
        ["KeepIsland.DefaultShipTo"] = null,
        ["KeepIsland.QuoteOnly"] = null,
        ["NewReturnIsland.Invoice"] = f => f.Invoice,
        ["NewReturnIsland.Number"] = f => f.Order.Value,
        ["NewReturnIsland.Shipment"] = null,
        ["OrderWatch.AskedAt"] = null,
        ["OrderWatch.Number"] = f => f.Order.Value,
        ["QuoteIsland.Number"] = f => f.Quotation ?? Unknown,
        ["WhoAnswersIsland.About"] = _ => Entity.Orders.ToString(),
        ["WhoAnswersIsland.Key"] = f => f.Order.Value,
        ["WhoAnswersIsland.Product"] = null,
    };

    /// <summary>What kind of thing is named: the same when nothing is there.</summary>
    private static readonly string[] Kinds = ["ItemIsland.Flow", "WhoAnswersIsland.About"];

    /// <summary>What a browser's script may call, with anything: why nothing foreign comes of it.</summary>
    private static readonly Dictionary<string, string> ScriptCommands = new()
    {
        ["CheckoutIsland.Changed"] = "takes nothing; what the browser keeps goes through QuoteBasket, PlaceOrder and ReadBasket, which are walked",
        ["PadIsland.Ask"] = "names products alone; the customer is the session's",
        ["PadIsland.Removed"] = "forgets what this circuit showed",
        ["PadIsland.Suggest"] = "names products alone; the customer is the session's",
    };

    [Fact]
    public async Task Fault39_EveryIsland_ForeignThing_LooksLikeAnUnknownOneForEveryRole()
    {
        var islands = Islands().ToList();
        islands.Count.ShouldBeGreaterThan(14);
        var parameters = islands.SelectMany(island => ParametersOf(island).Select(parameter => $"{island.Name}.{parameter.Name}")).ToList();
        parameters.Except(IslandParameters.Keys).ShouldBeEmpty("a parameter of an island stands not here");
        IslandParameters.Keys.Except(parameters).ShouldBeEmpty("a parameter here has lost its island");

        var people = await People.Of(portal);
        await PlaceAsOwner(people.Foreign);
        await TellThatItMoved(people.Foreign);
        var drawn = 0;
        foreach (var role in Roles)
        {
            var user = await UserOf(people.ByRole[role]);
            foreach (var island in islands.Where(island => role is not Role.Admin || !ForAdmins(island)))
            {
                var foreign = await Draw(island, user, name => IslandParameters[name]?.Invoke(people.Foreign));
                foreach (var mark in Marks(people.Foreign))
                {
                    foreign.ShouldNotContain(mark, customMessage: $"{role} sees {island.Name}");
                }

                var unknown = await Draw(island, user, name => IslandParameters[name] is null ? null : Kinds.Contains(name) ? IslandParameters[name]!(people.Foreign) : Unknown);
                Same(foreign, people.Foreign).ShouldBe(Same(unknown, people.Foreign), customMessage: $"{role} sees {island.Name}");
                drawn += 2;
            }
        }

        Say($"islands: {islands.Count} with {parameters.Count} parameters, drawn {drawn} times for {Roles.Length} roles, a foreign thing looks like an unknown one");
    }

    [Fact]
    public void EveryCommandOfAScript_IsKnown()
    {
        var commands = typeof(PortalHost).Assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static))
            .Where(method => method.GetCustomAttribute<JSInvokableAttribute>() is not null).Select(NameOf).Order(StringComparer.Ordinal).ToList();

        commands.ShouldBe([.. ScriptCommands.Keys.Order(StringComparer.Ordinal)], ignoreOrder: true, "what any script may call says why nothing foreign comes of it");
        Say($"commands that a script may call: {commands.Count}");
    }

    /// <summary>The island that its owner opens has what nobody else's has.</summary>
    [Fact]
    public async Task Control_TheOwnersIsland_LooksOtherwise()
    {
        var people = await People.Of(portal);
        await TellThatItMoved(people.Foreign);
        var owner = await UserOf(people.Foreign.Contact);
        foreach (var island in Islands().Where(island => island.Name is "AmendIsland" or "AddFromIsland" or "NewReturnIsland"))
        {
            var own = await Draw(island, owner, name => IslandParameters[name]?.Invoke(people.Foreign));
            var unknown = await Draw(island, owner, name => IslandParameters[name] is null ? null : Unknown);
            Same(own, people.Foreign).ShouldNotBe(Same(unknown, people.Foreign), customMessage: island.Name);
        }
    }

    /// <summary>As the pages themselves put them there.</summary>
    private static IEnumerable<Type> Islands()
    {
        var names = Directory.EnumerateFiles(Path.Combine(ServerProcess.Root, "src", "Portal"), "*.razor", SearchOption.AllDirectories)
            .SelectMany(file => IslandTag().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value.Split('.')[^1]).Distinct().Order(StringComparer.Ordinal);
        return names.Select(name => typeof(PortalHost).Assembly.GetTypes().Single(type => type.Name == name && typeof(IComponent).IsAssignableFrom(type)));
    }

    private static IEnumerable<PropertyInfo> ParametersOf(Type island) => island.GetProperties().Where(property => property.GetCustomAttribute<ParameterAttribute>() is not null);

    private static bool ForAdmins(Type island) => typeof(AdminIsland).IsAssignableFrom(island) || island.Name is "WhoAnswersIsland" or "SystemsBoard";

    /// <summary>What a page must never say of somebody else, in words that are nobody else's.</summary>
    private static IEnumerable<string> Marks(Belongings foreign) => [foreign.Customer.Value, foreign.Tracking, .. foreign.PoNumber is { Length: > 5 } po ? new[] { po } : []];

    private static string Same(string html, Belongings foreign)
    {
        foreach (var echo in new[] { foreign.Order.Value, foreign.Invoice, foreign.Contact.Value, foreign.Quotation ?? Unknown, ForeignSubmission.ToString() })
        {
            html = html.Replace(echo, Unknown, StringComparison.Ordinal);
        }

        return Varying().Replace(html, "");
    }

    private async Task<ClaimsPrincipal> UserOf(PersonId person)
    {
        var confirmed = (await portal.Services.GetRequiredService<ScopeSessions>().Ask(person)).Value;
        return SessionTicket.Issue(confirmed, confirmed.Accounts is [var first, ..] ? first.Account : null);
    }

    private async Task<string> Draw(Type island, ClaimsPrincipal user, Func<string, object?> value)
    {
        await using var circuit = portal.Services.CreateAsyncScope();
        var services = circuit.ServiceProvider;
        ((IHostEnvironmentAuthenticationStateProvider)services.GetRequiredService<AuthenticationStateProvider>()).SetAuthenticationState(Task.FromResult(new AuthenticationState(user)));
        ((IHostEnvironmentNavigationManager)services.GetRequiredService<NavigationManager>()).Initialize(portal.Address.ToString(), portal.Address.ToString());
        var parameters = ParametersOf(island).ToDictionary(parameter => parameter.Name, parameter => value($"{island.Name}.{parameter.Name}") ?? Nothing(parameter.PropertyType));
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync(island, ParameterView.FromDictionary(parameters))).ToHtmlString());
    }

    private static object? Nothing(Type type) => type.IsValueType ? Activator.CreateInstance(type) : type == typeof(SyncFilter) ? new SyncFilter() : null;

    [GeneratedRegex("""<([\w.]+)\s[^>]*@rendermode""")]
    private static partial Regex IslandTag();
}
