using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
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
    private readonly ChangeSeals _seals = new(new EphemeralDataProtectionProvider());
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

    [Fact]
    public async Task Kept_AsDoneByTheBrowserAlone_IsDoneFirst_AndToldUnderAKeyOfItsOwn()
    {
        Answers((Cause?)null);
        Standing([]);

        (await Company().Settle(_scope, "Ann", Read("""{"IsDone":true,"Seal":"Done"}"""), again: true)).Verdict.ShouldBe(ChangeVerdict.Done);

        await _accounts.ReceivedWithAnyArgs(1).ChangeAddress(default!, default, default!, TestContext.Current.CancellationToken);
        await _timeline.Received(1).Put(_scope, Change.Account, Arg.Is<TimelineEntry>(entry => entry.Key != $"company:{Change.Id:N}"), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Kept_NotByThePortal_AndStandingAlready_IsToldByNobody()
    {
        Answers((Cause?)null);
        Standing([Added]);

        (await Company().Settle(_scope, "Ann", Read("""{"IsDone":true}"""), again: true)).Verdict.ShouldBe(ChangeVerdict.Done);

        await _timeline.DidNotReceiveWithAnyArgs().Put(default!, default, default!, TestContext.Current.CancellationToken);
        _log.Lines.ShouldHaveSingleItem().ShouldContain("acc-1");
    }

    [Fact]
    public async Task Kept_OfAnotherPerson_OrAltered_OrComposedOnly_IsNotTakenAsDone()
    {
        var ann = Scope.ForPerson(new PersonId("con-ann"), Role.Approver, []);
        var done = _seals.Done(ann, Change);
        _seals.Known(ann, Browser(done)).ShouldBe(ChangeKnown.Done);

        _seals.Known(Scope.ForPerson(new PersonId("con-bob"), Role.Approver, []), done).ShouldBe(ChangeKnown.Nothing);
        _seals.Known(ann, done with { Account = new AccountId("acc-2") }).ShouldBe(ChangeKnown.Nothing);
        _seals.Known(ann, done with { Address = done.Address! with { Wanted = Added with { City = "Elsewhere" } } }).ShouldBe(ChangeKnown.Nothing);
        _seals.Known(ann, Browser(_seals.Composed(ann, Change))).ShouldBe(ChangeKnown.Composed);
        new ChangeSeals(new EphemeralDataProtectionProvider()).Known(ann, done).ShouldBe(ChangeKnown.Nothing, "its keys are gone");
    }

    [Fact]
    public async Task Kept_WithItsNoteNotTaken_IsSealedAsDone_AndOnlyToldNextTime()
    {
        Answers(Cause.Unreachable, null);
        var composed = _seals.Composed(_scope, Change);

        var first = await Company().Settle(_scope, "Ann", Browser(composed), again: false);
        (first.Verdict, first.Further is null).ShouldBe((ChangeVerdict.Untold, false));
        (await Company().Settle(_scope, "Ann", Browser(first.Further!), again: true)).Verdict.ShouldBe(ChangeVerdict.Done);

        await _accounts.ReceivedWithAnyArgs(1).ChangeAddress(default!, default, default!, TestContext.Current.CancellationToken);
        await _timeline.Received(2).Put(_scope, Change.Account, Arg.Is<TimelineEntry>(entry => entry.Key == $"company:{Change.Id:N}"), Arg.Any<CancellationToken>());
    }

    /// <summary>There and back through the browser.</summary>
    private static CompanyChange Browser(CompanyChange change) => JsonSerializer.Deserialize<CompanyChange>(JsonSerializer.Serialize(change))!;

    /// <summary>The change with what somebody wrote into his browser.</summary>
    private static CompanyChange Read(string said)
    {
        var kept = JsonNode.Parse(JsonSerializer.Serialize(Change))!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(said)!.AsObject())
        {
            kept[name] = value?.DeepClone();
        }

        return kept.Deserialize<CompanyChange>()!;
    }

    private ChangeCompany Company()
    {
        var map = Substitute.For<IOwnershipMap>();
        map.Owner<IAccounts>().Returns(_accounts);
        map.Owner<ITimeline>().Returns(_timeline);
        return new ChangeCompany(map, Substitute.For<IChangeBoard>(), _seals, new ManualTimeProvider(Now), _log);
    }

    private void Standing(IReadOnlyList<AccountAddress> addresses) => _accounts.Get(default!, default, default).ReturnsForAnyArgs(
        Outcome.Success(new Account { Id = Change.Account, Name = "Acme", Addresses = addresses, Version = "2" }, new Provenance("crm", Now)));

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
