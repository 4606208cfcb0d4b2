using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Ownership;

namespace PortalIntegration.LiveTests.Placing;

/// <summary>What placing has to know of a real ERP.</summary>
internal sealed record PlacingGround
{
    /// <summary>Those of both systems' seeds whose credit lasts for dozens of small orders. A customer's orders start one after the other, so there are several.</summary>
    public static IReadOnlyList<string> Customers { get; } = ["C1007", "C1003", "C1006"];

    public required Uri Address { get; init; }

    /// <summary>What a portal is told of the system and of who owns what, beside the address: <c>Systems:erp:Connector</c> and so on.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Opens a connection to this address, with so much time for an attempt and so many further attempts of a read.</summary>
    public required Func<Uri, TimeSpan, int, ISystemConnection> Connect { get; init; }

    /// <summary>An order that the ERP takes, of a submission of its own.</summary>
    public required Func<int, NewOrder> Order { get; init; }

    /// <summary>Ends of the names of all calls that write while an order is placed, in their order.</summary>
    public required IReadOnlyList<string> Writes { get; init; }

    /// <summary>The call after which the order stands: one of <see cref="Writes"/>.</summary>
    public required string Commits { get; init; }

    /// <summary>The name of the call that a body asks for; null for JSON-RPC.</summary>
    public Func<byte[], string>? NameOf { get; init; }

    /// <summary>The numbers of the orders that stand confirmed under the submission's reference, read past the connector.</summary>
    public required Func<NewOrder, Task<IReadOnlyList<string>>> Placed { get; init; }

    /// <summary>What must never happen: confirms a second order under the reference, past the connector.</summary>
    public required Func<NewOrder, Task> PlaceOnceMore { get; init; }

    /// <summary>At which steps processes die when the suite is not run at its full length: together the systems have all of them.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <param name="parity">0 or 1.</param>
    public static IReadOnlyList<string> EverySecondStep(int parity) => [.. Sync.Placing.PlacingSteps.All.Where((_, i) => i % 2 == parity)];
}
