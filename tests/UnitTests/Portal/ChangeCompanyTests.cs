using Microsoft.Extensions.Logging;
using NSubstitute;
using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Features.CompanyDetails;
using PortalIntegration.Sync.Changes;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Portal;

/// <summary>Who changed an address or a contact stands on the account's timeline before the change is called done.</summary>
public sealed class ChangeCompanyTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static readonly AccountAddress Added = new("P-1", AddressKind.Billing, ["Kajen 1"], null, "Göteborg", "SE");

    private static readonly CompanyChange Change = new(new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"), new AccountId("acc-1"), new AddressChange { Id = Added.Id, Wanted = Added }, null);

    private readonly IAccounts _accounts = Substitute.For<IAccounts>();
    private readonly ITimeline _timeline = Substitute.For<ITimeline>();
    private readonly Heard _log = new();
    private readonly Scope _scope = Scope.ForPortal("test", Lane.Interactive);

    [Theory]
    [InlineData(Cause.Unreachable)]
    [InlineData(Cause.TimedOut)]
    [InlineData(Cause.ServerError)]
    [InlineData(Cause.Throttled)]
    public async Task Note_NotTaken_ChangeIsNotOverBeforeItStands(Cause cause)
    {
        Answers(cause, null);

        (await Company().Apply(_scope, "Ann", Change, again: false)).Verdict.ShouldBe(ChangeVerdict.Untold);
        (await Company().Tell(_scope, "Ann", Change)).Verdict.ShouldBe(ChangeVerdict.Done);

        await _accounts.ReceivedWithAnyArgs(1).ChangeAddress(default!, default, default!, TestContext.Current.CancellationToken);
        await _timeline.Received(2).Put(_scope, Change.Account, Arg.Is<TimelineEntry>(entry => entry.Key == $"company:{Change.Id:N}" && entry.Title.Contains("Ann")), Arg.Any<CancellationToken>());
    }

    [Theory]
    [InlineData(Cause.Rejected)]
    [InlineData(Cause.Forbidden)]
    [InlineData(Cause.NotSupported)]
    [InlineData(Cause.NotFound)]
    public async Task Note_RefusedForGood_ChangeIsOver_AndTheLogNamesBoth(Cause cause)
    {
        Answers(cause);

        (await Company().Apply(_scope, "Ann", Change, again: false)).Verdict.ShouldBe(ChangeVerdict.Done);

        var said = _log.Lines.ShouldHaveSingleItem();
        said.ShouldContain("acc-1");
        said.ShouldContain(Change.Id.ToString());
    }

    private ChangeCompany Company()
    {
        var map = Substitute.For<IOwnershipMap>();
        map.Owner<IAccounts>().Returns(_accounts);
        map.Owner<ITimeline>().Returns(_timeline);
        return new ChangeCompany(map, Substitute.For<IChangeBoard>(), new ManualTimeProvider(Now), _log);
    }

    private void Answers(params Cause?[] notes)
    {
        _accounts.ChangeAddress(default!, default, default!, default).ReturnsForAnyArgs(
            Outcome.Success(new Account { Id = Change.Account, Name = "Acme", Addresses = [Added], Version = "2" }, new Provenance("crm", Now)));
        var answers = notes.Select(cause => Task.FromResult(cause is { } failed
            ? Outcome.Failed<Done>(new Failure(failed, "crm", "putTimelineEntry", Now))
            : Outcome.Success(default(Done), new Provenance("crm", Now)))).ToArray();
        _timeline.Put(default!, default, default!, default).ReturnsForAnyArgs(answers[0], answers[1..]);
    }

    private sealed class Heard : ILogger<ChangeCompany>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
