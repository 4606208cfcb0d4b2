using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Portal.Components.Controls;
using PortalIntegration.Portal.Features.Orders;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.Resources;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Portal.Ordering;

public sealed class DeliveryPromiseTests
{
    private static readonly DateOnly Friday = new(2026, 3, 6);
    private readonly DeliveryPromise _promise;

    public DeliveryPromiseTests()
    {
        var texts = new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance);
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
        _promise = new(new StringLocalizer<OrdersTexts>(texts), new Wording(new StringLocalizer<Texts>(texts), clock, Options.Create(new CompanyOptions { Name = "Test", TimeZone = "UTC" })));
    }

    [Fact]
    public void Sentence_NothingShippedOneDay_NamesIt() => Says(OrderStatus.Open, Line(10, 0, Friday), Line(5, 0, Friday)).ShouldBe("All 2 lines are promised for Fri 6 Mar.");

    [Fact]
    public void Sentence_OneLine_SaysIt() => Says(OrderStatus.Open, Line(10, 0, new(2026, 3, 3))).ShouldBe("It is promised for tomorrow.");

    [Fact]
    public void Sentence_PartShipped_TellsTheRest() =>
        Says(OrderStatus.PartlyShipped, Line(10, 10, null), Line(5, 0, Friday)).ShouldBe("1 of 2 lines has shipped, wholly or in part. The rest is promised for Fri 6 Mar.");

    [Fact]
    public void Sentence_SeveralDaysAndNone_TellsEach() =>
        Says(OrderStatus.Backordered, Line(1, 0, Friday), Line(1, 0, new(2026, 3, 20)), Line(1, 0, null))
            .ShouldBe("1 line is promised for Fri 6 Mar, 1 line is promised for Fri 20 Mar, 1 line has no date yet.");

    [Fact]
    public void Sentence_NoDateAtAll_SaysSo() => Says(OrderStatus.Backordered, Line(1, 0, null)).ShouldBe("No date is promised yet.");

    [Fact]
    public void Sentence_CancelledRest_IsNotPromised() => Says(OrderStatus.PartlyShipped, Line(10, 4, Friday) with { Cancelled = 6 }).ShouldBe("Everything has shipped.");

    [Fact]
    public void Sentence_CreditHold_PromisesNothing() =>
        _promise.Sentence(Order(OrderStatus.CreditHold, Line(1, 0, Friday)) with { Hold = new("Limit reached", null) }).ShouldBe("On credit hold, nothing ships until it is released: Limit reached");

    [Fact]
    public void Sentence_Shipped_NamesTheLastDay() =>
        _promise.Sentence(Order(OrderStatus.Shipped, Line(1, 1, null)) with { Shipments = [new() { Number = "1", ShippedAt = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero) }] })
            .ShouldBe("Everything has shipped, the last of it yesterday.");

    private string Says(OrderStatus status, params OrderLine[] lines) => _promise.Sentence(Order(status, lines));

    private static Order Order(OrderStatus status, params OrderLine[] lines) =>
        new() { Number = new("SO-1"), Customer = new("C-1"), Status = status, OrderedAt = default, Lines = lines };

    private static OrderLine Line(decimal ordered, decimal shipped, DateOnly? promised) =>
        new() { LineNumber = "1", Sku = new("A"), Unit = "PCE", Ordered = ordered, Shipped = shipped, PromisedOn = promised };
}
