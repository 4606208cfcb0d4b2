using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortalIntegration.Sync;
using PortalIntegration.Sync.Storage;

namespace PortalIntegration.UnitTests.Sync.Storage;

public sealed class StateOptionsTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("Sqlite")]
    public void Kind_Sqlite_NeedsNothingMore(string kind) => Read(("State:Kind", kind)).Kind.ShouldBe(StoreKind.Sqlite);

    [Fact]
    public void Kind_Postgresql_WithItsConnection_Starts() =>
        Read(("State:Kind", "postgresql"), ("State:ConnectionString", "Host=db;Database=portal;Username=portal;Password=x")).Kind.ShouldBe(StoreKind.Postgresql);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Host=db;Password=geheim")]
    [InlineData("Hast=db;Password=geheim")]
    [InlineData("geheim")]
    public void Kind_PostgresqlWithoutAUsableConnection_StopsTheStartAndSaysNoSecret(string? connection)
    {
        var mistake = Should.Throw<OptionsValidationException>(() => Read(("State:Kind", "postgresql"), ("State:ConnectionString", connection)));

        mistake.Message.ShouldContain("State:ConnectionString");
        mistake.Message.ShouldNotContain("geheim");
    }

    [Fact]
    public void ConnectionString_WithSqlite_StopsTheStart() =>
        Should.Throw<OptionsValidationException>(() => Read(("State:ConnectionString", "Host=db;Database=portal;Username=portal;Password=geheim")))
            .Message.ShouldSatisfyAllConditions(message => message.ShouldContain("State:ConnectionString"), message => message.ShouldNotContain("geheim"));

    [Theory]
    [InlineData("State:Kind", "oracle")]
    [InlineData("State:AuditDays", "0")]
    [InlineData("State:ReceiptDays", "3651")]
    [InlineData("State:JournalDays", "0")]
    public void Value_OutOfRange_StopsTheStartNamingTheKey(string key, string value) =>
        Should.Throw<OptionsValidationException>(() => Read((key, value))).Message.ShouldContain(key.Split(':')[^1]);

    private static StateOptions Read(params (string Key, string? Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSync(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))).Build());
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<StateOptions>>().Value;
    }
}
