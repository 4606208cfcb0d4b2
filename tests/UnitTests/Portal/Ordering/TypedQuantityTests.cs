using PortalIntegration.Portal.Features.OrderPad;

namespace PortalIntegration.UnitTests.Portal.Ordering;

public sealed class TypedQuantityTests
{
    [Theory]
    [InlineData("5", "5")]
    [InlineData(" 12 ", "12")]
    [InlineData("1 000", "1000")]
    [InlineData("0,5", "0.5")]
    [InlineData("0.500", "0.5")]
    [InlineData("2.25", "2.25")]
    [InlineData("0,125", "0.125")]
    [InlineData("1234,500", "1234.5")]
    [InlineData(".5", "0.5")]
    [InlineData("999999999", "999999999")]
    public void Read_ANumber_IsRead(string typed, string expected) =>
        TypedQuantity.Read(typed).ShouldBe(new QuantityReading(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), null));

    [Theory]
    [InlineData(null, QuantityFault.Missing)]
    [InlineData("  ", QuantityFault.Missing)]
    [InlineData("ten", QuantityFault.NotANumber)]
    [InlineData("1.000.5", QuantityFault.NotANumber)]
    [InlineData("1e3", QuantityFault.NotANumber)]
    [InlineData(".", QuantityFault.NotANumber)]
    [InlineData("1,000", QuantityFault.Ambiguous)]
    [InlineData("12.500", QuantityFault.Ambiguous)]
    [InlineData("0", QuantityFault.NotPositive)]
    [InlineData("-3", QuantityFault.NotPositive)]
    [InlineData("0.1234567", QuantityFault.TooFine)]
    [InlineData("1234567890", QuantityFault.TooLarge)]
    public void Read_NoUsableNumber_SaysWhy(string? typed, QuantityFault fault) => TypedQuantity.Read(typed).ShouldBe(new QuantityReading(null, fault));
}
