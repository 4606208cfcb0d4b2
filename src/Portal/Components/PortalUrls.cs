using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Diagnostics;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Portal.Features.Sales;
using PortalIntegration.Portal.Features.SyncHealth;

namespace PortalIntegration.Portal.Components;

/// <summary>Every link of the portal. Pages and endpoints build no path of their own.</summary>
public static class PortalUrls
{
    public const string Home = "/";
    public const string SignIn = "/sign-in";
    public const string SignOut = "/sign-out";
    public const string SignedOut = "/signed-out";

    /// <summary>The way to a provider; where it comes back to is <c>/done</c> below it.</summary>
    public const string SignInPattern = "/sign-in/{provider}";

    /// <summary>Where a provider says that somebody signed out there.</summary>
    public const string SignedOutThere = "/sign-out/{provider}";
    public const string SwitchAccount = "/account";
    public const string ThemeChoice = "/theme";
    public const string ThemeSheet = "/theme.css";
    public const string LogoOnLight = "/logo";
    public const string LogoOnDark = "/logo-dark";
    public const string NotFound = "/not-found";
    public const string Failed = "/failed";
    public const string Keys = "/keys";
    public const string OrderPad = "/order-pad";
    public const string Checkout = "/checkout";
    public const string Approvals = "/approvals";
    public const string AdminSystems = "/admin/systems";
    public const string AdminSync = "/admin/sync";
    public const string AdminOwnership = "/admin/ownership";
    public const string Statement = "/statement";
    public const string SalesAccounts = "/sales/accounts";
    public const string SalesOrders = "/sales/orders";

    /// <summary>Where the browser's own report of orders in flight is looked up.</summary>
    public const string OrdersInFlight = "/orders/in-flight";

    /// <summary>Where a page asks which of its orders moved.</summary>
    public const string OrdersMoved = "/orders/moved";

    /// <param name="version">Changes with the picture: what a browser keeps under it is never old.</param>
    public static string Logo(bool dark, string version) => With(dark ? LogoOnDark : LogoOnLight, ("v", version));

    public static string SignInAgain(string? returnTo) => With(SignIn, ("returnTo", returnTo));

    public static string SignInFailed(Cause cause, string? returnTo) => With(SignIn, ("failed", cause.ToString()), ("returnTo", returnTo));

    /// <param name="another">Whoever the provider thinks it is.</param>
    public static string SignInWith(string provider, string? returnTo, bool another = false) =>
        With($"{SignIn}/{Segment(provider)}", ("returnTo", returnTo), ("another", another ? "1" : null));

    public static string SignInDone(string provider) => $"{SignIn}/{Segment(provider)}/done";

    public static string SignInProblem(string problem, string? about, string? returnTo) =>
        With(SignIn, ("problem", problem), ("about", about), ("returnTo", returnTo is Home ? null : returnTo));

    public static string SignedOutFrom(string? provider) => With(SignedOut, ("at", provider));

    public static string ChooseAccount(string? returnTo) => With(SwitchAccount, ("returnTo", returnTo is Home ? null : returnTo));

    public static string FindPerson(string? text, string? returnTo) => With(SignIn, ("q", text), ("returnTo", returnTo));

    public static string FindAccount(string? text) => With(SwitchAccount, ("q", text));

    public static string Search(string? text = null) => With("/search", ("q", text));

    public static string Catalog(string? text = null, string? category = null) => With("/catalog", ("q", text), ("category", category));

    /// <param name="categories">Codes; a product stands in one of them.</param>
    public static string Catalog(string? text, IReadOnlyList<string> categories, string? page = null) =>
        With("/catalog", [("q", text), .. categories.Select(category => ("category", (string?)category)), ("page", page)]);

    public static string Product(Sku sku) => $"/products/{Segment(sku.Value)}";

    public static string ProductImage(Sku sku) => $"/products/{Segment(sku.Value)}/image";

    public static string Invoices(string? page = null) => With("/invoices", ("page", page));

    public static string Returns(string? page = null) => With("/returns", ("page", page));

    /// <summary>A return of an order's goods; narrowed down to what came with a shipment, or stands on an invoice.</summary>
    public static string NewReturn(OrderNumber? order = null, string? shipment = null, string? invoice = null) =>
        With("/returns/new", ("order", order?.Value), ("shipment", shipment), ("invoice", invoice));

    public static string InvoiceDocument(string number) => $"/invoices/{Segment(number)}/document";

    public static string Orders(string? text = null, OrderStatus? status = null, string? page = null) =>
        With("/orders", ("q", text), ("status", status?.ToString().ToLowerInvariant()), ("page", page));

    /// <summary>Addresses and people of the account acted for.</summary>
    public static string Company(string? page = null) => With("/company", ("page", page));

    public static string CompanyAddress(string? id = null) => With("/company/address", ("id", id));

    public static string CompanyContact(PersonId? id = null) => With("/company/contact", ("id", id?.Value));

    public static string Backorders(string? text = null) => With("/backorders", ("q", text));

    public static string Order(OrderNumber number) => $"/orders/{Segment(number.Value)}";

    /// <summary>The order pad, offering the order's lines.</summary>
    public static string OrderAgain(OrderNumber number) => With(OrderPad, ("order", number.Value));

    public static string ChangeOrder(OrderNumber number) => $"{Order(number)}/change";

    public static string Quotes(QuotationKind? kind = null, QuotationState? state = null, string? page = null) =>
        With("/quotes", ("kind", kind?.ToString().ToLowerInvariant()), ("state", state?.ToString().ToLowerInvariant()), ("page", page));

    public static string Quote(QuotationNumber number) => $"/quotes/{Segment(number.Value)}";

    /// <param name="all">The list of which all is shown.</param>
    /// <param name="page">Where it goes on.</param>
    public static string SalesAccount(AccountId account, string? all = null, string? page = null) =>
        With($"/sales/accounts/{Segment(account.Value)}", ("all", all), ("page", page)) + (all is null ? null : $"#{all}");

    public static string FindSalesAccounts(string? text, string? page = null, Signal? signal = null, AccountSort sort = AccountSort.Attention) => With(
        SalesAccounts,
        ("q", text),
        ("signal", signal?.ToString().ToLowerInvariant()),
        ("sort", sort is AccountSort.Attention ? null : sort.ToString().ToLowerInvariant()),
        ("page", page));

    public static string FindSalesOrders(string? text, string? page = null) => With(SalesOrders, ("q", text), ("page", page));

    /// <summary>The ownership page, ready to ask about an entity, or asking at once about a key of it.</summary>
    public static string WhoAnswers(string entity, string? key = null) => With(AdminOwnership, ("entity", entity), ("key", key)) + "#who-answers";

    public static string SyncItems(SyncFilter? filter = null, long? after = null) =>
        With($"{AdminSync}/items", [.. filter?.Query() ?? [], ("after", after?.ToString(CultureInfo.InvariantCulture))]);

    public static string SyncDrift(string? flow = null) => With($"{AdminSync}/drift", ("flow", flow));

    public static string SyncItem(string flow, string key) => $"{AdminSync}/{Segment(flow)}/{Segment(key)}";

    public static string SyncJob(Guid id, string? result = null, long? after = null) =>
        With($"{AdminSync}/jobs/{id}", ("result", result), ("after", after?.ToString(CultureInfo.InvariantCulture)));

    public static string SyncAudit(string? text = null, string? who = null, long? after = null) =>
        With($"{AdminSync}/audit", ("q", text), ("who", who), ("after", after?.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The path as a route value gives it back: routing leaves an escaped slash as it stands.</summary>
    public static string Unescape(string routeValue) => routeValue.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>Only a path as we write it; anything else becomes the home page, so that nobody is sent elsewhere.</summary>
    public static string LocalOrHome(string? url) => IsLocal(url) ? url! : Home;

    /// <summary>What was asked before a page about its status took its place: the path is kept unescaped there, the query as it came.</summary>
    public static string SameAgain(IStatusCodeReExecuteFeature asked) =>
        LocalOrHome(new PathString(asked.OriginalPathBase).Add(new PathString(asked.OriginalPath)).ToUriComponent() + asked.OriginalQueryString);

    private static bool IsLocal(string? url) =>
        !string.IsNullOrEmpty(url) && url[0] == '/' && (url.Length == 1 || (url[1] != '/' && url[1] != '\\'))
        && url.All(letter => letter is > ' ' and < '\u007f'); // our own are escaped; another letter may not stand in a header

    private static string Segment(string value) => Uri.EscapeDataString(value);

    private static string With(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var url = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value))
            {
                url.Append(CultureInfo.InvariantCulture, $"{separator}{name}={Uri.EscapeDataString(value)}");
                separator = '&';
            }
        }

        return url.ToString();
    }
}
