using PortalIntegration.Core;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Placing;

public sealed class PlaceOrderTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly FakeErp _erp;
    private readonly Node _node;

    public PlaceOrderTests()
    {
        _erp = new FakeErp(_clock);
        _node = new Node(_directory.Path, _clock, _erp);
    }

    /// <summary>The store is not a new one, unless a test is about that.</summary>
    public async ValueTask InitializeAsync()
    {
        await _node.Store.Made();
        _clock.Advance(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Submit_ErpAnswers_ConfirmedWithItsNumber()
    {
        var submission = Samples.Submission();

        var result = await _node.Orders.Submit(Samples.Buyer(), submission);
        result.Verdict.ShouldBe(SubmitVerdict.Accepted);
        result.Placing!.State.ShouldBe(PlacingState.Received);
        await _node.RunDue();

        var placing = await Find(submission);
        placing.State.ShouldBe(PlacingState.Confirmed);
        placing.Number.ShouldBe(_erp.Standing(submission.Id).ShouldHaveSingleItem().Number);
        _erp.Calls.Select(call => call.Operation).ShouldBe(["lookup", "create"]);
        _erp.Sent.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            order => order.Note.ShouldBe("Ring at gate 3"),
            order => order.AcceptedTotal.ShouldBeNull(),
            order => order.Request.Lines.ShouldHaveSingleItem().Quantity.ShouldBe(10));
    }

    [Fact]
    public async Task Fault01_TimeoutAfterCommit_UnknownThenLookedUpOneOrder()
    {
        var submission = await Submitted(CreateFault.CommitThenTimeout);

        await _node.RunDue();
        var unknown = await Find(submission);
        unknown.State.ShouldBe(PlacingState.OutcomeUnknown);
        unknown.Failure!.Cause.ShouldBe(Cause.TimedOut);
        unknown.CanWithdraw.ShouldBeFalse();

        await ShouldEndConfirmedOnce(submission);
        _erp.Creates.ShouldBe(1);
    }

    [Fact]
    public async Task Fault02_AnswerCut_UnknownThenLookedUpOneOrder()
    {
        var submission = await Submitted(CreateFault.CommitThenCut);

        await _node.RunDue();
        (await Find(submission)).State.ShouldBe(PlacingState.OutcomeUnknown);

        await ShouldEndConfirmedOnce(submission);
        _erp.Creates.ShouldBe(1);
    }

    [Fact]
    public async Task Fault03_TimeoutBeforeCommit_LookupEmptyThenSameOrderAgainOnce()
    {
        var submission = await Submitted(CreateFault.TimeoutBeforeCommit);

        await ShouldEndConfirmedOnce(submission);

        _erp.Creates.ShouldBe(2);
        _erp.Sent[1].ShouldBe(_erp.Sent[0] with { Request = _erp.Sent[1].Request });
        _erp.Sent[1].Submission.ShouldBe(_erp.Sent[0].Submission);
        _erp.Calls.Select(call => call.Operation).Distinct().ShouldBe(["lookup", "create"]);
        TimeBetweenCreates().ShouldBeGreaterThanOrEqualTo(_erp.Placing.CommitHorizon);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    [InlineData(59)]
    public async Task Fault04_CommitAfterAnEmptyLookup_HorizonIsWaitedOutOneOrder(int lateBySeconds)
    {
        _erp.LateBy = TimeSpan.FromSeconds(lateBySeconds);
        var submission = await Submitted(CreateFault.CommitLate);

        await ShouldEndConfirmedOnce(submission);

        _erp.Creates.ShouldBe(1);
        _erp.Lookups.ShouldBeGreaterThan(2, "the first ones after the timeout found nothing yet");
    }

    [Fact]
    public async Task Fault04_RefusedAtTheSecondTry_LookedUpBeforeTheBuyerIsTold()
    {
        // The first create commits late, on a system that calls this harmless; the second one is refused because of it.
        _erp.Placing = new PlacingCapabilities(IdempotencyKey: false, UniqueReference: true, CommitHorizon: TimeSpan.Zero);
        _erp.LateBy = TimeSpan.FromSeconds(3);
        var submission = await Submitted(CreateFault.CommitLate, CreateFault.Rejected);
        _erp.BeforeCreate = _ =>
        {
            if (_erp.Creates == 2)
            {
                _clock.Advance(TimeSpan.FromSeconds(4));
            }

            return Task.CompletedTask;
        };

        await ShouldEndConfirmedOnce(submission);
    }

    [Fact]
    public async Task Fault04_RefusedAtTheSecondTryWhileTheFirstStillCommits_IsNotToldToTheBuyer()
    {
        _erp.Placing = Harmless;
        var submission = await Submitted(CreateFault.CommitLate, CreateFault.Rejected);

        await ShouldEndConfirmedOnce(submission);
        _erp.Creates.ShouldBe(2);
    }

    [Fact]
    public async Task Fault04_RefusedAtTheSecondTryAndNothingCame_IsRejectedWithItsReason()
    {
        _erp.Placing = Harmless;
        var submission = await Submitted(CreateFault.TimeoutBeforeCommit, CreateFault.Rejected);

        await _node.RunToTheEnd(_clock);

        var rejected = await Find(submission);
        rejected.State.ShouldBe(PlacingState.Rejected);
        rejected.Failure!.Code.ShouldBe("creditRefused");
        var end = _erp.Calls[^1].At - _erp.Calls.First(call => call.Operation == "create").At;
        end.ShouldBeGreaterThanOrEqualTo(Harmless.Settles);
    }

    [Fact]
    public async Task Fault04_LastCreateCommitsLate_IsFoundBeforeItIsGivenUp()
    {
        _erp.Placing = Harmless;
        var submission = await Submitted([.. Enumerable.Repeat(CreateFault.TimeoutBeforeCommit, 5), CreateFault.CommitLate]);

        await ShouldEndConfirmedOnce(submission);
        _erp.Creates.ShouldBe(6);
    }

    [Fact]
    public async Task Fault04_UnavailableThoughItWasPassedOn_HorizonIsWaitedOutOneOrder()
    {
        var submission = await Submitted(CreateFault.CommitLateUnavailable);

        await ShouldEndConfirmedOnce(submission);

        _erp.Creates.ShouldBe(1);
    }

    [Fact]
    public async Task Fault04_RefusedAfterAnUnavailableThatWasPassedOn_IsNotToldToTheBuyer()
    {
        _erp.Placing = Harmless;
        var submission = await Submitted(CreateFault.CommitLateUnavailable, CreateFault.Rejected);

        await ShouldEndConfirmedOnce(submission);
    }

    [Theory]
    [InlineData(PlacingSteps.Claimed)]
    [InlineData(PlacingSteps.LookedUp)]
    [InlineData(PlacingSteps.Quoted)]
    [InlineData(PlacingSteps.CreateStarted)]
    [InlineData(PlacingSteps.Created)]
    [InlineData(PlacingSteps.Settled)]
    [InlineData(PlacingSteps.Told)]
    public async Task Fault05_CrashAtAStep_TakenUpOneOrder(string step)
    {
        var submission = Samples.Submission(policy: PricePolicy.AskIfDifferent, seen: Samples.Quote());
        await _node.Orders.Submit(Samples.Buyer(), submission);
        _node.Steps.CrashAt(step);
        await Should.ThrowAsync<StoreUnavailableException>(() => _node.RunDue());

        await using var next = new Node(_directory.Path, _clock, _erp);
        await next.RunToTheEnd(_clock);

        (await next.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Confirmed);
        _erp.Standing(submission.Id).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Fault05_CrashBeforeTheAnswer_BrowserOffersItAgainOneOrder()
    {
        var submission = Samples.Submission();
        _node.Steps.CrashAt(PlacingSteps.Received);
        await Should.ThrowAsync<StoreUnavailableException>(() => _node.Orders.Submit(Samples.Buyer(), submission));

        await using var next = new Node(_directory.Path, _clock, _erp);
        (await next.Orders.Submit(Samples.Buyer(), submission)).Verdict.ShouldBe(SubmitVerdict.Attached);
        await next.RunToTheEnd(_clock);

        _erp.Standing(submission.Id).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Fault05_CrashAfterCreateStarted_WaitsTimeoutAndHorizonBeforeASecondCreate()
    {
        var submission = await Submitted();
        _node.Steps.CrashAt(PlacingSteps.CreateStarted);
        var began = _clock.Now;
        await Should.ThrowAsync<StoreUnavailableException>(() => _node.RunDue());
        _erp.Creates.ShouldBe(0);

        await using var next = new Node(_directory.Path, _clock, _erp);
        await next.RunDue();
        (await next.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Checking);
        _clock.Advance(TimeSpan.FromSeconds(36));
        await next.RunDue();
        (await next.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.OutcomeUnknown);
        await next.RunToTheEnd(_clock);

        _erp.Standing(submission.Id).Count.ShouldBe(1);
        _erp.Calls.Single(call => call.Operation == "create").At.ShouldBeGreaterThanOrEqualTo(began + TimeSpan.FromSeconds(30) + _erp.Placing.CommitHorizon);
    }

    [Fact]
    public async Task Fault22_Throttled_NoCallBeforeRetryAfterAndNoAttemptLost()
    {
        _erp.RetryAfter = TimeSpan.FromSeconds(60);
        var submission = await Submitted(CreateFault.Throttled);

        await _node.RunDue();
        var waiting = await Find(submission);
        waiting.State.ShouldBe(PlacingState.Waiting);
        waiting.Attempts.ShouldBe(0);
        waiting.NextAttempt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(_clock.Now.AddSeconds(60));
        var calls = _erp.Calls.Count;

        _clock.Advance(TimeSpan.FromSeconds(59.9));
        await _node.RunDue();
        _erp.Calls.Count.ShouldBe(calls);

        await ShouldEndConfirmedOnce(submission);
    }

    [Theory]
    [InlineData(CreateFault.Unavailable)]
    [InlineData(CreateFault.Unreachable)]
    [InlineData(CreateFault.Throttled)]
    [InlineData(CreateFault.ServerError)]
    public async Task Create_Failed_IsLookedUpBeforeTheSecondTry(CreateFault fault)
    {
        var submission = await Submitted(fault);

        await ShouldEndConfirmedOnce(submission);

        var calls = _erp.Calls.Select(call => call.Operation).ToList();
        calls.Count(call => call == "create").ShouldBe(2);
        calls[^2..].ShouldBe(["lookup", "create"]);
    }

    [Fact]
    public async Task Fault27_ErpRefuses_RejectedAtOnceWithItsReason()
    {
        var submission = await Submitted(CreateFault.Rejected);

        await _node.RunDue();

        var rejected = await Find(submission);
        rejected.State.ShouldBe(PlacingState.Rejected);
        rejected.Failure!.Detail.ShouldBe("The customer's credit is used up.");
        rejected.Failure.Code.ShouldBe("creditRefused");
        (await _node.RunDue()).ShouldBe(0);
        _erp.Creates.ShouldBe(1);
        (await _node.Journal.Read(new WorkKey("place-order", submission.Id.ToString()), 10))
            .ShouldContain(entry => entry.Asked == "createOrder" && entry.Answered == "Rejected (creditRefused)");
    }

    [Fact]
    public async Task Fault28_HundredDoubleClicks_OneOrder()
    {
        var submission = Samples.Submission();
        await using var second = new Node(_directory.Path, _clock, _erp);

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? _node : second).Orders.Submit(Samples.Buyer(), submission)));
        await Task.WhenAll(_node.RunDue(), second.RunDue());

        results.Count(result => result.Verdict == SubmitVerdict.Accepted).ShouldBe(1);
        results.Count(result => result.Verdict == SubmitVerdict.Attached).ShouldBe(99);
        _erp.Creates.ShouldBe(1);
        await ShouldEndConfirmedOnce(submission);
    }

    [Fact]
    public async Task Fault29_TwoTabsSameBasket_AttachedAndBothSeeTheNumber()
    {
        var submission = Samples.Submission(seen: Samples.Quote());
        var seen = new List<PlacingState>();
        await _node.Orders.Submit(Samples.Buyer(), submission);
        using var watch = _node.Orders.Watch(Samples.Buyer(), submission.Id, placing => seen.Add(placing.State));

        var other = await _node.Orders.Submit(Samples.Buyer(), submission with { Seen = Samples.Quote() with { ValidUntil = _clock.Now } });
        other.Verdict.ShouldBe(SubmitVerdict.Attached);
        await _node.RunDue();

        seen.ShouldBe([PlacingState.Checking, PlacingState.Checking, PlacingState.Confirmed]);
        _erp.Standing(submission.Id).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Fault29_SameIdOtherDelivery_Conflict()
    {
        var submission = Samples.Submission();
        await _node.Orders.Submit(Samples.Buyer(), submission);

        foreach (var inParts in new[] { true, false })
        {
            var other = submission with { Request = submission.Request with { PartialDelivery = inParts } };
            (await _node.Orders.Submit(Samples.Buyer(), other)).Verdict.ShouldBe(SubmitVerdict.Conflict);
        }

        (await _node.Orders.Submit(Samples.Buyer(), submission)).Verdict.ShouldBe(SubmitVerdict.Attached);
    }

    [Fact]
    public async Task Fault29_SameIdOtherContent_ConflictAndNothingChanged()
    {
        var submission = Samples.Submission();
        await _node.Orders.Submit(Samples.Buyer(), submission);

        var conflict = await _node.Orders.Submit(Samples.Buyer(), Samples.Submission(submission.Id, quantity: 11));

        conflict.Verdict.ShouldBe(SubmitVerdict.Conflict);
        conflict.Placing!.Id.ShouldBe(submission.Id);
        await _node.RunDue();
        _erp.Sent.ShouldHaveSingleItem().Request.Lines[0].Quantity.ShouldBe(10);
        (await _node.Orders.Submit(Samples.Buyer(), Samples.Submission(submission.Id, quantity: 11))).Verdict.ShouldBe(SubmitVerdict.Conflict, "still known when done");
    }

    [Fact]
    public async Task Fault30_NobodyWatchesAnyMore_OrderGoesOnAndIsSeenLater()
    {
        var submission = Samples.Submission();
        using var circuit = new CancellationTokenSource();
        await _node.Orders.Submit(Samples.Buyer(), submission, circuit.Token);
        _node.Orders.Watch(Samples.Buyer(), submission.Id, _ => throw new ObjectDisposedException("circuit")).Dispose();
        await circuit.CancelAsync();

        await _node.RunDue();

        (await _node.Orders.Submit(Samples.Buyer(), submission)).ShouldSatisfyAllConditions(
            again => again.Verdict.ShouldBe(SubmitVerdict.Attached),
            again => again.Placing!.Number.ShouldNotBeNull());
        (await _node.Orders.Recent(Samples.Buyer())).ShouldHaveSingleItem().State.ShouldBe(PlacingState.Confirmed);
        _erp.Creates.ShouldBe(1);
    }

    [Fact]
    public async Task Fault32_PausedBetweenLookupAndCreate_OtherNodePlacesItOneOrder()
    {
        var submission = await Submitted();
        var asleep = ManualClock.Start();
        asleep.AdvanceTo(_clock.Now);
        await using var sleeper = new Node(_directory.Path, asleep, _erp);
        var paused = new TaskCompletionSource();
        var woken = new TaskCompletionSource();
        _erp.AfterLookup = async () =>
        {
            _erp.AfterLookup = null;
            paused.SetResult();
            await woken.Task;
        };
        var sleeping = sleeper.Processor.RunOne(CancellationToken.None);
        await paused.Task.WaitAsync(TimeSpan.FromSeconds(30));

        _clock.Advance(TimeSpan.FromMinutes(2));
        await _node.RunDue();
        (await Find(submission)).State.ShouldBe(PlacingState.Confirmed);
        woken.SetResult();
        await sleeping;

        _erp.Creates.ShouldBe(1);
        _erp.Standing(submission.Id).Count.ShouldBe(1);
        sleeper.Logs.Entries.ShouldContain(entry => entry.Id.Id == 5002, "the sleeper's write was refused");
    }

    [Fact]
    public async Task Fault32_PausedAfterCreateStarted_SendsNothingWhenItWakes()
    {
        var submission = await Submitted();
        var asleep = ManualClock.Start();
        asleep.AdvanceTo(_clock.Now);
        await using var sleeper = new Node(_directory.Path, asleep, _erp);
        var paused = new TaskCompletionSource();
        var woken = new TaskCompletionSource();
        _erp.BeforeCreate = async _ =>
        {
            _erp.BeforeCreate = null;
            paused.SetResult();
            await woken.Task;
        };
        var sleeping = sleeper.Processor.RunOne(CancellationToken.None);
        await paused.Task.WaitAsync(TimeSpan.FromSeconds(30));

        _clock.Advance(TimeSpan.FromMinutes(2));
        await _node.RunToTheEnd(_clock);
        (await Find(submission)).State.ShouldBe(PlacingState.Confirmed);
        asleep.Advance(TimeSpan.FromMinutes(5));
        woken.SetResult();
        await sleeping;

        _erp.Standing(submission.Id).Count.ShouldBe(1);
        (await Find(submission)).State.ShouldBe(PlacingState.Confirmed);
    }

    [Fact]
    public async Task Fault41_StoreDeletedAfterTheOrderWasPlaced_OfferedAgainAndFound()
    {
        var submission = await Submitted(CreateFault.CommitThenTimeout);
        await _node.RunDue();
        using var empty = new TemporaryDirectory();
        await using var reborn = new Node(empty.Path, _clock, _erp);

        (await reborn.Orders.Recent(Samples.Buyer())).ShouldBeEmpty();
        (await reborn.Orders.Submit(Samples.Buyer(), submission)).Verdict.ShouldBe(SubmitVerdict.Accepted);
        await reborn.RunToTheEnd(_clock);

        (await reborn.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Confirmed);
        _erp.Creates.ShouldBe(1);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(59)]
    public async Task Fault41_StoreDeletedWhileTheCommitIsOnItsWay_EmptyLookupIsNotBelievedOneOrder(int lateBySeconds)
    {
        _erp.LateBy = TimeSpan.FromSeconds(lateBySeconds);
        var submission = await Submitted(CreateFault.CommitLate);
        await _node.RunDue();
        using var empty = new TemporaryDirectory();
        await using var reborn = new Node(empty.Path, _clock, _erp);
        await reborn.Orders.Submit(Samples.Buyer(), submission);

        await reborn.RunDue();
        (await reborn.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.OutcomeUnknown);
        await reborn.RunToTheEnd(_clock);

        (await reborn.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Confirmed);
        _clock.Advance(TimeSpan.FromHours(1));
        _erp.Standing(submission.Id).Count.ShouldBe(1);
        _erp.Creates.ShouldBe(1);
    }

    [Fact]
    public async Task Fault41_NewStoreOnAnErpThatMakesLateCommitsHarmless_NobodyWaits()
    {
        _erp.Placing = new PlacingCapabilities(IdempotencyKey: true, UniqueReference: true, CommitHorizon: TimeSpan.Zero);
        using var empty = new TemporaryDirectory();
        await using var fresh = new Node(empty.Path, _clock, _erp);
        var submission = Samples.Submission();
        await fresh.Orders.Submit(Samples.Buyer(), submission);

        await fresh.RunDue();

        (await fresh.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Confirmed);
    }

    [Fact]
    public async Task Fault41_KeysDeleted_OfferedAgainAndFound()
    {
        var submission = await Submitted(CreateFault.CommitThenTimeout);
        await _node.RunDue();
        await using var other = new Node(_directory.Path, _clock, _erp);
        await _node.Database.Write(session => session.Execute("UPDATE work SET payload = x'00'"));

        (await other.Orders.Find(Samples.Buyer(), submission.Id)).ShouldBeNull();
        (await other.Orders.Submit(Samples.Buyer(), submission)).Verdict.ShouldBe(SubmitVerdict.Accepted);
        await other.RunToTheEnd(_clock);

        (await other.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Confirmed);
        _erp.Creates.ShouldBe(1);
    }

    [Fact]
    public async Task Fault24_ErpDownForTwoDays_WaitsThenGoesOutInOrderOfTheCustomer()
    {
        await using var node = new Node(Path.Combine(_directory.Path, "outage"), _clock, _erp, ("Sync:Worker:BackoffCap", "00:30:00"));
        _erp.Down = Cause.Unreachable;
        var submissions = new List<Submission>();
        for (var i = 0; i < 12; i++)
        {
            var submission = Samples.Submission(customer: $"C-{i % 3}");
            submissions.Add(submission);
            await node.Orders.Submit(Samples.Buyer(submission.Request.Customer.Value), submission);
        }

        await node.RunToTheEnd(_clock, TimeSpan.FromHours(48));
        var waiting = await node.Orders.Find(Samples.Buyer("C-0"), submissions[0].Id);
        waiting!.State.ShouldBe(PlacingState.Waiting);
        waiting.NextAttempt.ShouldNotBeNull();
        waiting.Failure!.Cause.ShouldBe(Cause.Unreachable);

        _erp.Down = null;
        _erp.Calls.Clear();
        await node.RunToTheEnd(_clock);

        _erp.Creates.ShouldBe(12);
        foreach (var customer in submissions.GroupBy(submission => submission.Request.Customer))
        {
            _erp.Sent.Where(order => order.Request.Customer == customer.Key).Select(order => order.Submission)
                .ShouldBe(customer.Select(submission => submission.Id), "in the order in which they were submitted");
        }
    }

    [Fact]
    public async Task Waiting_ManyWhenTheErpIsBack_ArePaced()
    {
        _erp.Down = Cause.Unavailable;
        for (var i = 0; i < 30; i++)
        {
            await _node.Orders.Submit(Samples.Buyer($"C-{i}"), Samples.Submission(customer: $"C-{i}"));
        }

        await _node.RunDue();
        _clock.Advance(TimeSpan.FromMinutes(2)); // all are due
        _erp.Down = null;
        await _node.RunToTheEnd(_clock);

        var sent = _erp.Calls.Where(call => call.Operation == "create").Select(call => call.At).ToList();
        sent.Count.ShouldBe(30);
        (sent[^1] - sent[0]).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(29 / 5.0) - TimeSpan.FromMilliseconds(50));
        sent.GroupBy(at => at.ToUnixTimeSeconds()).Max(second => second.Count()).ShouldBeLessThanOrEqualTo(6);
    }

    [Fact]
    public async Task NextOfTheCustomer_FirstOneUnknown_IsNotHeldUp()
    {
        _erp.LookupFails = null;
        var first = await Submitted(CreateFault.CommitLate);
        var second = await Submitted();

        await _node.RunDue();

        (await Find(first)).State.ShouldBe(PlacingState.OutcomeUnknown);
        (await Find(second)).State.ShouldBe(PlacingState.Confirmed);
    }

    [Fact]
    public async Task NextOfTheCustomer_UnknownOneBeingCreatedAgain_IsNotHeldUp()
    {
        var first = await Submitted(CreateFault.TimeoutBeforeCommit);
        await _node.RunDue();
        (await Find(first)).State.ShouldBe(PlacingState.OutcomeUnknown);
        Submission? second = null;
        PlacingState? meanwhile = null;
        _erp.BeforeCreate = async order =>
        {
            if (order.Submission == first.Id && second is null)
            {
                second = await Submitted();
                await _node.RunDue();
                meanwhile = (await Find(second)).State;
            }
        };

        await _node.RunToTheEnd(_clock);

        meanwhile.ShouldBe(PlacingState.Confirmed);
        (await Find(first)).State.ShouldBe(PlacingState.Confirmed);
    }

    [Fact]
    public async Task NextOfTheCustomer_FirstOneNeedsADecision_IsNotHeldUp()
    {
        var first = Samples.Submission(policy: PricePolicy.AskIfDifferent, seen: Samples.Quote(unitPrice: 1));
        await _node.Orders.Submit(Samples.Buyer(), first);
        var second = await Submitted();

        await _node.RunDue();

        (await Find(first)).State.ShouldBe(PlacingState.NeedsDecision);
        (await Find(second)).State.ShouldBe(PlacingState.Confirmed);
    }

    [Fact]
    public async Task AskIfDifferent_SameQuote_GoesOutWithTheAcceptedTotal()
    {
        var submission = Samples.Submission(policy: PricePolicy.AskIfDifferent, seen: Samples.Quote() with { ValidUntil = _clock.Now, Total = new Money(137.920m, "EUR") });
        await _node.Orders.Submit(Samples.Buyer(), submission);

        await _node.RunDue();

        (await Find(submission)).State.ShouldBe(PlacingState.Confirmed);
        _erp.Sent.ShouldHaveSingleItem().AcceptedTotal.ShouldBe(new Money(137.92m, "EUR"));
    }

    [Fact]
    public async Task AskIfDifferent_OtherPrice_AsksThenGoesOnWhenAccepted()
    {
        var submission = Samples.Submission(policy: PricePolicy.AskIfDifferent, seen: Samples.Quote(unitPrice: 4.00m, total: 130m));
        await _node.Orders.Submit(Samples.Buyer(), submission);
        await _node.RunDue();

        var asked = await Find(submission);
        asked.State.ShouldBe(PlacingState.NeedsDecision);
        asked.NextAttempt.ShouldBeNull();
        asked.Offer!.Total.ShouldBe(new Money(137.92m, "EUR"));
        asked.Differences.ShouldBe([
            new Difference("a", new Sku("FAS-001"), DifferenceKind.UnitPrice, new DifferenceValue(Amount: new Money(4, "EUR")), new DifferenceValue(Amount: new Money(4.36m, "EUR"))),
            new Difference(null, null, DifferenceKind.Total, new DifferenceValue(Amount: new Money(130, "EUR")), new DifferenceValue(Amount: new Money(137.92m, "EUR"))),
        ]);
        _erp.Creates.ShouldBe(0);

        (await _node.Orders.Accept(Samples.Buyer(), submission.Id, offer: 7))!.State.ShouldBe(PlacingState.NeedsDecision, "an offer he did not see");
        (await _node.Orders.Accept(Samples.Buyer(), submission.Id, asked.OfferVersion))!.State.ShouldBe(PlacingState.Received);
        await _node.RunDue();

        (await Find(submission)).State.ShouldBe(PlacingState.Confirmed);
        _erp.Sent.ShouldHaveSingleItem().AcceptedTotal.ShouldBe(new Money(137.92m, "EUR"));
    }

    [Fact]
    public async Task AskIfDifferent_PriceMovesAgainAfterAccepting_AsksAgain()
    {
        var submission = Samples.Submission(policy: PricePolicy.AskIfDifferent, seen: Samples.Quote(total: 130m));
        await _node.Orders.Submit(Samples.Buyer(), submission);
        await _node.RunDue();
        _erp.Quoter = _ => _erp.Ok(Samples.Quote(total: 140m));

        await _node.Orders.Accept(Samples.Buyer(), submission.Id, offer: 1);
        await _node.RunDue();

        var asked = await Find(submission);
        asked.State.ShouldBe(PlacingState.NeedsDecision);
        asked.OfferVersion.ShouldBe(2);
        asked.Differences.ShouldHaveSingleItem().Seen!.Amount.ShouldBe(new Money(137.92m, "EUR"));
    }

    [Fact]
    public async Task AskIfDifferent_ErpRefusesTheTotal_IsQuotedAgainAndAsked()
    {
        var quotes = 0;
        _erp.Quoter = _ => _erp.Ok(Samples.Quote(total: ++quotes == 1 ? 137.92m : 150m));
        var submission = Samples.Submission(policy: PricePolicy.AskIfDifferent, seen: Samples.Quote());
        _erp.Then(CreateFault.TotalChanged);
        await _node.Orders.Submit(Samples.Buyer(), submission);

        await _node.RunDue();

        var asked = await Find(submission);
        asked.State.ShouldBe(PlacingState.NeedsDecision);
        asked.CanWithdraw.ShouldBeTrue("it was refused for certain");
        await _node.Orders.Accept(Samples.Buyer(), submission.Id, asked.OfferVersion);
        await ShouldEndConfirmedOnce(submission);
        _erp.Sent[^1].AcceptedTotal.ShouldBe(new Money(150, "EUR"));
    }

    [Fact]
    public async Task AskIfDifferent_ErpRefusesTheTotalItQuotes_IsRejectedInTheEnd()
    {
        _erp.Then(CreateFault.TotalChanged, CreateFault.TotalChanged, CreateFault.TotalChanged);
        var submission = Samples.Submission(policy: PricePolicy.AskIfDifferent, seen: Samples.Quote());
        await _node.Orders.Submit(Samples.Buyer(), submission);

        await _node.RunToTheEnd(_clock);

        (await Find(submission)).State.ShouldBe(PlacingState.Rejected);
    }

    [Fact]
    public async Task Withdraw_WhileADecisionIsNeeded_TakesItBack()
    {
        var submission = Samples.Submission(policy: PricePolicy.AskIfDifferent, seen: Samples.Quote(total: 1));
        await _node.Orders.Submit(Samples.Buyer(), submission);
        await _node.RunDue();
        (await Find(submission)).CanWithdraw.ShouldBeTrue();

        (await _node.Orders.Withdraw(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Withdrawn);
        await _node.RunToTheEnd(_clock);

        _erp.All.ShouldBeEmpty();
        (await Find(submission)).State.ShouldBe(PlacingState.Withdrawn);
    }

    [Fact]
    public async Task Withdraw_DecisionAfterAnUnclearCreate_TakesItBack()
    {
        var submission = await AskedAfterAnUnclearCreate(CreateFault.TimeoutBeforeCommit);

        (await Find(submission)).CanWithdraw.ShouldBeTrue("it was looked up after the horizon");
        (await _node.Orders.Withdraw(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Withdrawn);
        await _node.RunToTheEnd(_clock);

        (await Find(submission)).State.ShouldBe(PlacingState.Withdrawn);
        _erp.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Withdraw_DecisionWhileAnUnclearCreateMayStillCommit_IsAWishUntilThatIsKnown()
    {
        _erp.Placing = Harmless;
        var submission = await AskedAfterAnUnclearCreate(CreateFault.CommitLate);

        var wished = await _node.Orders.Withdraw(Samples.Buyer(), submission.Id);
        wished!.IsFinal.ShouldBeFalse();
        wished.WithdrawWanted.ShouldBeTrue();
        wished.CanWithdraw.ShouldBeFalse("it is wanted already");

        await ShouldEndConfirmedOnce(submission);
    }

    [Fact]
    public async Task Withdraw_WishWhileAnUnclearCreateMayStillCommit_IsGrantedWhenNothingCame()
    {
        _erp.Placing = Harmless;
        var submission = await AskedAfterAnUnclearCreate(CreateFault.TimeoutBeforeCommit);

        await _node.Orders.Withdraw(Samples.Buyer(), submission.Id);
        await _node.RunToTheEnd(_clock);

        (await Find(submission)).State.ShouldBe(PlacingState.Withdrawn);
        _erp.All.ShouldBeEmpty();
        _erp.Creates.ShouldBe(2, "none went out after the wish");
    }

    [Fact]
    public async Task Fault41_TakenBackWhileACreateOfTheDeletedStoreStillCommits_IsFound()
    {
        _erp.Placing = Harmless;
        var submission = Samples.Submission(policy: PricePolicy.AskIfDifferent, seen: Samples.Quote(total: 1));
        await using var reborn = new Node(Path.Combine(_directory.Path, "reborn"), _clock, _erp);
        await reborn.Store.Made();
        _erp.Commit(new NewOrder { Submission = submission.Id, Request = submission.Request, OrderedBy = submission.OrderedBy }, late: TimeSpan.FromSeconds(20));
        await reborn.Orders.Submit(Samples.Buyer(), submission);
        await reborn.RunDue();
        (await reborn.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.NeedsDecision);

        (await reborn.Orders.Withdraw(Samples.Buyer(), submission.Id))!.IsFinal.ShouldBeFalse();
        await reborn.RunToTheEnd(_clock);

        (await reborn.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Confirmed);
    }

    [Fact]
    public async Task AskIfDifferent_ProcessSleepsBeforeTheCreateGoesOut_IsAskedAgain()
    {
        var quotes = 0;
        _erp.Quoter = _ => _erp.Ok(Samples.Quote(total: ++quotes == 1 ? 137.92m : 150m));
        var submission = Samples.Submission(policy: PricePolicy.AskIfDifferent, seen: Samples.Quote());
        await _node.Orders.Submit(Samples.Buyer(), submission);
        _node.Steps.Dies = step =>
        {
            if (step == PlacingSteps.CreateStarted && _erp.Quotes == 1)
            {
                _clock.Advance(TimeSpan.FromSeconds(20)); // of the 30 that a create may take
            }

            return false;
        };

        await _node.RunToTheEnd(_clock);

        var asked = await Find(submission);
        asked.State.ShouldBe(PlacingState.NeedsDecision);
        asked.CanWithdraw.ShouldBeTrue("nothing was sent");
        _erp.Creates.ShouldBe(0);
        _erp.Lookups.ShouldBe(2);
    }

    [Fact]
    public async Task Withdraw_BeforeTheErpCouldBeAsked_IsAWishUntilItAnswers()
    {
        _erp.Down = Cause.Unreachable;
        var submission = await Submitted();
        await _node.RunDue();

        var wished = await _node.Orders.Withdraw(Samples.Buyer(), submission.Id);
        wished!.State.ShouldBe(PlacingState.Waiting);
        wished.WithdrawWanted.ShouldBeTrue();
        _erp.Down = null;
        await _node.RunToTheEnd(_clock);

        (await Find(submission)).State.ShouldBe(PlacingState.Withdrawn);
        _erp.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fault38_WithdrawBetweenLookupAndCreate_TheCreateDoesNotGoOut()
    {
        var submission = await Submitted();
        _erp.AfterLookup = async () => await _node.Orders.Withdraw(Samples.Buyer(), submission.Id);

        await _node.RunToTheEnd(_clock);

        (await Find(submission)).State.ShouldBe(PlacingState.Withdrawn);
        _erp.Creates.ShouldBe(0);
    }

    [Fact]
    public async Task Fault38_WithdrawWhileTheCreateRuns_IsRefused()
    {
        var submission = await Submitted();
        PlacingState? answered = null;
        _erp.BeforeCreate = async _ => answered = (await _node.Orders.Withdraw(Samples.Buyer(), submission.Id))!.State;

        await _node.RunDue();

        answered.ShouldBe(PlacingState.Checking);
        (await Find(submission)).State.ShouldBe(PlacingState.Confirmed);
    }

    [Fact]
    public async Task Create_HangsBeyondItsDeadline_IsCutOffAndUnknown()
    {
        var submission = await Submitted(CreateFault.Hang);
        var running = _node.RunDue();
        for (var i = 0; _erp.Creates == 0 && i < 12_000; i++)
        {
            await Task.Delay(5);
        }

        _clock.Advance(TimeSpan.FromSeconds(31));
        await running;

        var unknown = await Find(submission);
        unknown.State.ShouldBe(PlacingState.OutcomeUnknown);
        unknown.Failure!.Cause.ShouldBe(Cause.TimedOut);
        await ShouldEndConfirmedOnce(submission);
    }

    [Fact]
    public async Task Create_NeverClear_IsADeadLetterThatCanBeReplayed()
    {
        var submission = await Submitted([.. Enumerable.Repeat(CreateFault.TimeoutBeforeCommit, 6)]);

        await _node.RunToTheEnd(_clock, TimeSpan.FromHours(2));

        (await Find(submission)).State.ShouldBe(PlacingState.DeadLetter);
        _erp.Creates.ShouldBe(6);
        _node.Logs.Entries.ShouldContain(entry => entry.Id.Id == 5003);

        await _node.Store.Trigger(new WorkTrigger(new WorkKey("place-order", submission.Id.ToString()), 1));
        await ShouldEndConfirmedOnce(submission);
    }

    [Theory]
    [InlineData(Cause.ServerError)]
    [InlineData(Cause.Malformed)]
    public async Task Fault19_LookupNeverMakesSense_IsADeadLetterAndReplayedWhenMended(Cause cause)
    {
        _erp.LookupFails = cause;
        var submission = await Submitted();

        await _node.RunToTheEnd(_clock, TimeSpan.FromHours(2));

        (await Find(submission)).State.ShouldBe(PlacingState.DeadLetter);
        _erp.Lookups.ShouldBe(10);
        _node.Logs.Entries.ShouldContain(entry => entry.Id.Id == 5003);

        _erp.LookupFails = null;
        await _node.Store.Trigger(new WorkTrigger(new WorkKey("place-order", submission.Id.ToString()), 1));
        await ShouldEndConfirmedOnce(submission);
    }

    [Fact]
    public async Task Fault19_QuoteNeverMakesSense_IsADeadLetter()
    {
        _erp.Quoter = _ => Outcome.Failed<Quote>(new Failure(Cause.Malformed, "erp", "quote", _clock.Now));
        var submission = Samples.Submission(policy: PricePolicy.AskIfDifferent, seen: Samples.Quote());
        await _node.Orders.Submit(Samples.Buyer(), submission);

        await _node.RunToTheEnd(_clock, TimeSpan.FromHours(2));

        (await Find(submission)).State.ShouldBe(PlacingState.DeadLetter);
        _erp.Quotes.ShouldBe(10);
    }

    [Fact]
    public async Task Fault24_ErpAnswersEverybodyNonsenseForTwoDays_IsAnOutageAndWaits()
    {
        await using var node = new Node(Path.Combine(_directory.Path, "nonsense"), _clock, _erp, ("Sync:Worker:BackoffCap", "00:30:00"));
        await node.Store.Made();
        _clock.Advance(TimeSpan.FromHours(1));
        _erp.LookupFails = Cause.ServerError;
        _erp.FailingSince = _clock.Now;
        var submission = Samples.Submission();
        await node.Orders.Submit(Samples.Buyer(), submission);

        await node.RunToTheEnd(_clock, TimeSpan.FromHours(48));

        _erp.Lookups.ShouldBeGreaterThan(50);
        (await node.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Waiting);
        _erp.LookupFails = null;
        await node.RunToTheEnd(_clock);
        (await node.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Confirmed);
    }

    [Fact]
    public async Task Fault24_NonsenseAfterALongOutage_IsNotGivenUpAtOnce()
    {
        _erp.Down = Cause.Unreachable;
        var submission = await Submitted();
        await _node.RunToTheEnd(_clock, TimeSpan.FromHours(2));
        _erp.Down = null;
        _erp.LookupFails = Cause.ServerError;
        _erp.Calls.Clear();

        await _node.RunToTheEnd(_clock, TimeSpan.FromHours(2));

        _erp.Lookups.ShouldBe(10);
        (await Find(submission)).State.ShouldBe(PlacingState.DeadLetter);
    }

    [Fact]
    public async Task Create_ForbiddenToUs_IsADeadLetterAtOnce()
    {
        var submission = await Submitted(CreateFault.Forbidden);

        await _node.RunDue();

        (await Find(submission)).State.ShouldBe(PlacingState.DeadLetter);
        _erp.Creates.ShouldBe(1);
    }

    [Fact]
    public async Task Create_ConnectorThrows_MayHaveTakenEffectAndIsLookedUp()
    {
        var submission = await Submitted(CreateFault.ConnectorBug);

        await _node.RunDue();

        (await Find(submission)).State.ShouldBe(PlacingState.OutcomeUnknown);
        await ShouldEndConfirmedOnce(submission);
    }

    [Fact]
    public async Task FindByReference_DraftOfAQuotingByDraft_IsPromotedByCreate()
    {
        var submission = Samples.Submission();
        _erp.Quoting = new QuotingCapabilities(QuotingKind.Draft);
        var draft = new FakeDraft(_erp, submission);

        await using var node = new Node(Path.Combine(_directory.Path, "draft"), _clock, draft);
        await node.Orders.Submit(Samples.Buyer(), submission);
        await node.RunToTheEnd(_clock);

        _erp.Creates.ShouldBe(1);
        (await node.Orders.Find(Samples.Buyer(), submission.Id))!.State.ShouldBe(PlacingState.Confirmed);
    }

    [Fact]
    public async Task Confirmed_TellsTheBoard()
    {
        var told = new List<string>();
        using var watch = _node.Board.WatchAll(Entity.Orders, told.Add);

        var submission = await Submitted();
        await _node.RunDue();

        told.ShouldBe([(await Find(submission)).Number!.Value.Value]);
    }

    [Fact]
    public async Task Confirmed_NothingOfTheOrderIsKept()
    {
        var submission = await Submitted();
        await _node.RunDue();

        var item = (await _node.Store.Find(new WorkKey("place-order", submission.Id.ToString()))).ShouldNotBeNull();
        var kept = System.Text.Encoding.UTF8.GetString(item.Payload!);
        kept.ShouldNotContain("Lindqvist");
        kept.ShouldNotContain("gate");
        kept.ShouldNotContain("FAS-001");
        _clock.Advance(TimeSpan.FromDays(31));
        await _node.Store.Purge();
        (await Find(submission, orNull: true)).ShouldBeNull();
    }

    [Fact]
    public async Task Journal_OfAnOrder_NamesNobody()
    {
        var submission = await Submitted(CreateFault.Rejected);
        await _node.RunDue();

        var journal = await _node.Journal.Read(new WorkKey("place-order", submission.Id.ToString()), 100);

        journal.Select(entry => entry.Asked).ShouldBe(["createOrder", "createOrder", "findByReference"]);
        string.Join(' ', journal).ShouldNotContain("credit is used up");
        string.Join(' ', journal).ShouldNotContain("Lindqvist");
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Admin)]
    public async Task Fault39_RoleThatMayNotOrder_IsNotFound(Role role)
    {
        (await _node.Orders.Submit(Samples.Buyer(role: role), Samples.Submission())).ShouldBe(new SubmitResult(SubmitVerdict.NotFound, null));
        (await _node.RunDue()).ShouldBe(0);
    }

    [Fact]
    public async Task Fault39_ForeignCustomer_IsNotFoundEverywhere()
    {
        var submission = await Submitted();
        var stranger = Samples.Buyer("C-2");

        (await _node.Orders.Submit(stranger, submission)).Verdict.ShouldBe(SubmitVerdict.NotFound);
        (await _node.Orders.Submit(stranger, Samples.Submission(submission.Id, customer: "C-2"))).ShouldBe(new SubmitResult(SubmitVerdict.NotFound, null), "another's id tells nothing");
        (await _node.Orders.Find(stranger, submission.Id)).ShouldBeNull();
        (await _node.Orders.Recent(stranger)).ShouldBeEmpty();
        (await _node.Orders.Withdraw(stranger, submission.Id)).ShouldBeNull();
        (await _node.Orders.Accept(stranger, submission.Id, 1)).ShouldBeNull();
        var told = 0;
        using var watch = _node.Orders.Watch(stranger, submission.Id, _ => told++);
        await _node.RunDue();
        told.ShouldBe(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    private async Task<Submission> Submitted(params CreateFault[] faults)
    {
        _erp.Then(faults);
        var submission = Samples.Submission();
        (await _node.Orders.Submit(Samples.Buyer(), submission)).Verdict.ShouldBe(SubmitVerdict.Accepted);
        return submission;
    }

    /// <summary>A system on which a late commit makes no second order, but may come for half a minute.</summary>
    private static PlacingCapabilities Harmless { get; } = new(
        IdempotencyKey: false, UniqueReference: true, CommitHorizon: TimeSpan.Zero, LateCommit: TimeSpan.FromSeconds(30));

    /// <summary>The first create ends as said; at the second one the ERP has another price, and the buyer is asked.</summary>
    private async Task<Submission> AskedAfterAnUnclearCreate(CreateFault first)
    {
        var quotes = 0;
        _erp.Quoter = _ => _erp.Ok(Samples.Quote(total: ++quotes == 1 ? 137.92m : 150m));
        var submission = Samples.Submission(policy: PricePolicy.AskIfDifferent, seen: Samples.Quote());
        _erp.Then(first, CreateFault.TotalChanged);
        await _node.Orders.Submit(Samples.Buyer(), submission);
        for (var i = 0; i < 1000 && (await Find(submission)).State != PlacingState.NeedsDecision; i++)
        {
            await _node.RunDue();
            _clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        (await Find(submission)).State.ShouldBe(PlacingState.NeedsDecision);
        _erp.Creates.ShouldBe(2);
        return submission;
    }

    private async Task<PortalIntegration.Sync.Placing.Placing> Find(Submission submission, bool orNull = false)
    {
        var placing = await _node.Orders.Find(Samples.Buyer(submission.Request.Customer.Value), submission.Id);
        return orNull ? placing! : placing.ShouldNotBeNull();
    }

    private async Task ShouldEndConfirmedOnce(Submission submission)
    {
        await _node.RunToTheEnd(_clock);
        var placing = await Find(submission);
        placing.State.ShouldBe(PlacingState.Confirmed);
        _clock.Advance(TimeSpan.FromHours(1));
        placing.Number.ShouldBe(_erp.Standing(submission.Id).ShouldHaveSingleItem().Number);
    }

    private TimeSpan TimeBetweenCreates()
    {
        var creates = _erp.Calls.Where(call => call.Operation == "create").Select(call => call.At).ToList();
        return creates[1] - creates[0];
    }

    /// <summary>An ERP in which a checkout's quote left a draft.</summary>
    private sealed class FakeDraft(FakeErp erp, Submission submission) : IOwnershipMap, IOrders
    {
        public PlacingCapabilities Placing => erp.Placing;

        public IReadOnlyList<ISystemConnection> Systems => [];

        public IReadOnlyList<OwnedEntity> Owned => [];

        public TPort Owner<TPort>()
            where TPort : class => typeof(TPort) == typeof(IOrders) ? (TPort)(object)this : erp.Owner<TPort>();

        public NotAvailable? Lacking(Feature feature) => null;

        public string? OwnerOf(Entity entity) => "erp";

        public void Moved(Entity entity)
        {
        }

        public Task<Outcome<Order>> Create(Scope scope, NewOrder order, DateTimeOffset deadline, CancellationToken cancel) => erp.Create(scope, order, deadline, cancel);

        public Task<Outcome<Order?>> FindByReference(Scope scope, CustomerNumber customer, SubmissionId id, CancellationToken cancel) =>
            Task.FromResult(erp.Ok<Order?>(new Order
            {
                Number = new OrderNumber("Q-1"),
                Customer = submission.Request.Customer,
                Status = OrderStatus.Received,
                OrderedAt = default,
                Lines = [],
            }));

        public Task<Outcome<Order>> Get(Scope scope, OrderNumber number, CancellationToken cancel) => throw new NotSupportedException();

        public Task<Outcome<OrderAllowance>> Allowed(Scope scope, OrderNumber number, CancellationToken cancel) => throw new NotSupportedException();

        public Task<Outcome<Order>> Change(Scope scope, OrderChange change, CancellationToken cancel) => throw new NotSupportedException();

        public Task<Outcome<Order>> Cancel(Scope scope, OrderCancellation cancellation, CancellationToken cancel) => throw new NotSupportedException();

        public Task<Outcome<IReadOnlyList<OrderActivity>>> Activity(Scope scope, IReadOnlyList<CustomerNumber> customers, CancellationToken cancel) => throw new NotSupportedException();

        public Task<Outcome<Page<Backorder>>> Backorders(Scope scope, CustomerNumber customer, string? cursor, CancellationToken cancel) => throw new NotSupportedException();

        public Task<Outcome<Page<OrderSummary>>> Search(Scope scope, OrderQuery query, CancellationToken cancel) => throw new NotSupportedException();

        public Task<Outcome<Changes>> ChangedSince(Scope scope, string? cursor, CancellationToken cancel) => throw new NotSupportedException();
    }
}
