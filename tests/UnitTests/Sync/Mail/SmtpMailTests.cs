using Microsoft.Extensions.Options;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Sync.Mail;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.UnitTests.Sync.Mail;

/// <summary>What a system wrote goes into letters; it ends no header and breaks no flow.</summary>
public sealed class SmtpMailTests : IAsyncLifetime
{
    private readonly MailSink _sink = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _sink.DisposeAsync();

    [Fact]
    public async Task Send_LineBreakInTheSubject_AddsNoHeader()
    {
        var sent = await Mail().Send(new Letter("1", ["ana@example.com"], "Order SO-1\r\nBcc: everybody@example.com", "It is on its way."), TestContext.Current.CancellationToken);

        sent.Succeeded.ShouldBeTrue(sent.ToString());
        var letter = _sink.Letters.ShouldHaveSingleItem();
        letter.ShouldContain("SO-1");
        letter.Split('\n').ShouldNotContain(line => line.StartsWith("Bcc:", StringComparison.OrdinalIgnoreCase));
        _sink.Heard.ShouldNotContain(heard => heard.Line.Contains("everybody", StringComparison.Ordinal), "nobody else is a recipient");
    }

    [Theory]
    [InlineData("no address")]
    [InlineData("ana@example.com\r\nRCPT TO:<everybody@example.com>")]
    public async Task Send_AddressThatIsNone_IsAFailureAndNoException(string address)
    {
        var sent = await Mail().Send(new Letter("1", [address], "Order SO-1", "It is on its way."), TestContext.Current.CancellationToken);

        sent.Failure!.Cause.ShouldBe(Cause.Rejected);
        _sink.Letters.ShouldBeEmpty();
    }

    private SmtpMail Mail() => new(Options.Create(new MailOptions { Host = "127.0.0.1", Port = _sink.Port, Encrypted = false, From = "portal@example.com" }), TimeProvider.System);
}
