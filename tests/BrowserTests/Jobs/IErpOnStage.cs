using PortalIntegration.BrowserTests.Stage;

namespace PortalIntegration.BrowserTests.Jobs;

/// <summary>An ERP behind the portal, as far as the whole job needs a hand in it.</summary>
public interface IErpOnStage : IAsyncDisposable
{
    PortalProcess Portal { get; }

    /// <summary>Who buys, and under which name he is found among those who may sign in.</summary>
    (string Id, string Name) Buyer { get; }

    /// <summary>The rep who has the buyer's account in his care.</summary>
    (string Id, string Name) Rep { get; }

    /// <summary>A word of the description of the first of <see cref="Lines"/>.</summary>
    string Word { get; }

    /// <summary>Three products that can be ordered in these quantities; the first at least 2, so that it can be shipped in parts.</summary>
    IReadOnlyList<(string Sku, decimal Quantity)> Lines { get; }

    /// <summary>What stands in the ERP under this PO number, read past the portal.</summary>
    Task<IReadOnlyList<StandingOrder>> OrdersUnder(string poNumber);

    /// <summary>Ships part of the first line.</summary>
    Task ShipFirstPart(string number);

    /// <summary>Ships all the rest.</summary>
    Task ShipTheRest(string number);
}

/// <summary>One that keeps quotations beside orders.</summary>
public interface IKeepingErpOnStage : IErpOnStage
{
    /// <summary>What the ERP calls the state of a quote that is open.</summary>
    string OpenQuote { get; }

    /// <summary>And of one that became an order.</summary>
    string ClosedQuote { get; }

    /// <summary>What is kept under this name, read past the portal.</summary>
    Task<IReadOnlyList<(string Number, string State)>> KeptAs(string name);

    /// <summary>Whether the order with this number is confirmed.</summary>
    Task<bool> IsConfirmed(string number);
}

/// <param name="Confirmed">It is no draft.</param>
public sealed record StandingOrder(string Number, string? Reference, bool Confirmed, IReadOnlyList<(string Sku, decimal Quantity)> Lines);
