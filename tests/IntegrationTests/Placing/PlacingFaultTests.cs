using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Quotations;
using PortalIntegration.Sync.Placing;

namespace PortalIntegration.IntegrationTests.Placing;

/// <summary>The rows of the fault matrix about placing, on real processes, a real file and a real socket.</summary>
[Collection(PlacingCollection.Name)]
public sealed class PlacingFaultTests(PlacingLab lab)
{
    [Fact]
    public async Task Fault01_ErpTimesOutAfterCommitting_UnknownThenFoundOnce()
    {
        await using var scene = await lab.Begin();
        scene.BePatient();
        var portal = await scene.StartPortal();
        await lab.Fault(new { kind = "dropAnswer", mode = "hang", operation = "createOrder", count = 1 });
        var submission = scene.Order();

        await scene.Submit(portal, submission);
        await lab.WaitUntilHit(1);
        // Of this lane is the lookup alone; the one before the create has been answered.
        await lab.Fault(new { kind = "hang", operation = "listOrders", lane = "order", seconds = 30 });

        (await scene.WaitFor(portal, submission, PlacingState.OutcomeUnknown)).Failure!.Cause.ShouldBe(Cause.TimedOut);
        await lab.WaitUntilHit(1, operation: "listOrders");
        await lab.ClearFaults();
        await scene.ShouldBeConfirmedOnce(portal, submission);
    }

    [Fact]
    public async Task Fault02_AnswerCutInTheMiddle_FoundOnce()
    {
        await using var scene = await lab.Begin();
        scene.BePatient();
        var portal = await scene.StartPortal();
        await lab.Fault(new { kind = "truncate", operation = "createOrder", count = 1 });
        var submission = scene.Order();
        var before = await lab.LastCall();

        await scene.Submit(portal, submission);

        await scene.ShouldBeConfirmedOnce(portal, submission);
        (await lab.Calls("createOrder", before)).Count.ShouldBe(1);
        (await lab.Calls("listOrders", before)).Count.ShouldBeGreaterThanOrEqualTo(2, "before the first create, and after the answer was cut");
    }

    [Fact]
    public async Task Fault03_TimeoutBeforeCommit_LookedUpThenAgainOnce()
    {
        await using var scene = await lab.Begin();
        scene.BePatient();
        var portal = await scene.StartPortal();
        await lab.Fault(new { kind = "hang", operation = "createOrder", count = 1 });
        var submission = scene.Order();
        var before = await lab.LastCall();

        await scene.Submit(portal, submission);

        await scene.ShouldBeConfirmedOnce(portal, submission);
        (await lab.Calls("createOrder", before)).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("drop")]
    [InlineData("hang")]
    public async Task Fault04_ErpCommitsLate_Once(string mode)
    {
        await using var scene = await lab.Begin();
        var portal = await scene.StartPortal();
        await lab.Fault(new { kind = "lateCommit", mode, seconds = 3, operation = "createOrder", count = 1 });
        var submission = scene.Order();

        await scene.Submit(portal, submission);

        await scene.ShouldBeConfirmedOnce(portal, submission);
        await Task.Delay(TimeSpan.FromSeconds(4));
        (await lab.Standing(submission.Id)).Count.ShouldBe(1, "the late commit has happened by now");
    }

    /// <summary>What is to be kept goes the same way as what is ordered: killed in the middle, or with its answer lost, it is kept once.</summary>
    [Theory]
    [InlineData(PlacingSteps.Received)]
    [InlineData(PlacingSteps.CreateStarted)]
    [InlineData(PlacingSteps.Created)]
    public async Task Fault05_KilledWhileAQuoteIsAskedFor_KeptOnce(string step)
    {
        await using var scene = await lab.Begin();
        await lab.Protect(false);
        var submission = scene.Order() with { Keep = new QuotationTerms(QuotationKind.Quote, "Overhaul") };
        var doomed = await scene.StartPortal(crashAt: step);
        await SubmitOrDie(scene, doomed, submission);
        await doomed.WaitUntilEnded(TimeSpan.FromSeconds(30));

        var next = await scene.StartPortal();
        await scene.Submit(next, submission);
        var placing = await scene.WaitFor(next, submission, PlacingState.Kept);

        (await lab.Kept(submission)).ShouldHaveSingleItem().ShouldBe(placing.Quotation!.Value.Value);
        (await lab.Standing(submission.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fault05_KilledWhileAQuoteIsTurnedIntoAnOrder_OrderedOnce()
    {
        await using var scene = await lab.Begin();
        var keeper = await scene.StartPortal();
        var asked = scene.Order() with { Keep = new QuotationTerms(QuotationKind.Quote, "Overhaul") };
        await scene.Submit(keeper, asked);
        var quotation = (await scene.WaitFor(keeper, asked, PlacingState.Kept)).Quotation!.Value;
        await keeper.KillAsync();
        var doomed = await scene.StartPortal(crashAt: PlacingSteps.Created); // the ERP has made it an order, and nobody wrote that down
        var order = Made();
        await SubmitOrDie(scene, doomed, order);
        await doomed.WaitUntilEnded(TimeSpan.FromSeconds(30));

        var next = await scene.StartPortal();
        await scene.ShouldBeConfirmedOnce(next, order);

        var other = Made();
        await scene.Submit(next, other);
        await scene.WaitFor(next, other, PlacingState.Rejected);
        (await lab.Standing(other.Id)).ShouldBeEmpty("the quote is ordered already");

        Submission Made()
        {
            var made = scene.Order();
            return made with { Request = asked.Request with { Submission = made.Id }, MadeOf = quotation };
        }
    }

    [Fact]
    public async Task Fault01_ErpTimesOutAfterKeepingAQuote_FoundOnce()
    {
        await using var scene = await lab.Begin();
        await lab.Protect(false);
        var portal = await scene.StartPortal();
        await lab.Fault(new { kind = "dropAnswer", mode = "hang", operation = "createQuotation", count = 1 });
        var submission = scene.Order() with { Keep = new QuotationTerms(QuotationKind.Basket, null) };

        await scene.Submit(portal, submission);
        var placing = await scene.WaitFor(portal, submission, PlacingState.Kept);

        (await lab.Kept(submission)).ShouldHaveSingleItem().ShouldBe(placing.Quotation!.Value.Value);
    }

    [Theory]
    [InlineData(PlacingSteps.Received)]
    [InlineData(PlacingSteps.Claimed)]
    [InlineData(PlacingSteps.LookedUp)]
    [InlineData(PlacingSteps.CreateStarted)]
    [InlineData(PlacingSteps.Created)]
    [InlineData(PlacingSteps.Settled)]
    [InlineData(PlacingSteps.Told)]
    public async Task Fault05_KilledAtAStep_ResumesOnce(string step)
    {
        await using var scene = await lab.Begin();
        var doomed = await scene.StartPortal(crashAt: step);
        var submission = scene.Order();
        await SubmitOrDie(scene, doomed, submission);
        await doomed.WaitUntilEnded(TimeSpan.FromSeconds(30));

        var portal = await scene.StartPortal();

        await scene.ShouldBeConfirmedOnce(portal, submission);
    }

    [Fact]
    public async Task Fault05_KilledAfterTheQuote_ResumesOnce()
    {
        await using var scene = await lab.Begin();
        var doomed = await scene.StartPortal(crashAt: PlacingSteps.Quoted);
        var submission = scene.Order(PricePolicy.AskIfDifferent); // he saw no quote, so he is asked
        await SubmitOrDie(scene, doomed, submission);
        await doomed.WaitUntilEnded(TimeSpan.FromSeconds(30));

        var portal = await scene.StartPortal();
        var asked = await scene.WaitFor(portal, submission, PlacingState.NeedsDecision);
        await scene.Accept(portal, submission, asked.OfferVersion);

        await scene.ShouldBeConfirmedOnce(portal, submission);
    }

    [Fact]
    public async Task Fault22_Throttled_NoCreateBeforeRetryAfter()
    {
        await using var scene = await lab.Begin();
        scene.BePatient();
        var portal = await scene.StartPortal();
        await lab.Fault(new { kind = "rateLimit", operation = "createOrder", count = 1, retryAfterSeconds = 3 });
        var submission = scene.Order();
        var before = await lab.LastCall();

        await scene.Submit(portal, submission);
        var waiting = await scene.WaitFor(portal, submission, PlacingState.Waiting);
        waiting.Attempts.ShouldBe(0);

        await scene.ShouldBeConfirmedOnce(portal, submission);
        var creates = await lab.Calls("createOrder", before);
        creates.Count.ShouldBe(2);
        (creates[1].At - creates[0].At).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2.9));
    }

    [Fact]
    public async Task Fault27_ErpRefuses_RejectedAtOnceWithItsReason()
    {
        await using var scene = await lab.Begin();
        scene.BePatient();
        var portal = await scene.StartPortal();
        var submission = scene.Order();
        submission = submission with
        {
            Request = submission.Request with { Lines = [new OrderLineRequest("a", new Core.Sku("NO-SUCH-THING"), 1)] },
        };
        var before = await lab.LastCall();

        await scene.Submit(portal, submission);

        var rejected = await scene.WaitFor(portal, submission, PlacingState.Rejected);
        rejected.Failure!.Detail.ShouldNotBeNullOrWhiteSpace();
        (await lab.Calls("createOrder", before)).Count.ShouldBe(1);
        (await lab.Standing(submission.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fault28_TwentyClicksOnTwoNodes_OneOrder()
    {
        await using var scene = await lab.Begin();
        var one = await scene.StartPortal();
        var two = await scene.StartPortal();
        var submission = scene.Order();

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 20).Select(click => scene.Submit(click % 2 == 0 ? one : two, submission)));

        verdicts.Count(verdict => verdict == SubmitVerdict.Accepted).ShouldBe(1);
        verdicts.Count(verdict => verdict == SubmitVerdict.Attached).ShouldBe(19);
        await scene.ShouldBeConfirmedOnce(one, submission);
        await scene.ShouldBeConfirmedOnce(two, submission);
    }

    [Fact]
    public async Task Fault29_SecondTabOtherContent_ConflictAndOneOrder()
    {
        await using var scene = await lab.Begin();
        var portal = await scene.StartPortal();
        var submission = scene.Order();
        await scene.Submit(portal, submission);

        (await scene.Submit(portal, submission)).ShouldBe(SubmitVerdict.Attached);
        (await scene.Submit(portal, submission with { Note = "Another order altogether" })).ShouldBe(SubmitVerdict.Conflict);

        await scene.ShouldBeConfirmedOnce(portal, submission);
    }

    [Fact]
    public async Task Fault30_BrowserGoneInMidSubmit_OrderGoesOnAndIsSeenLater()
    {
        await using var scene = await lab.Begin();
        var portal = await scene.StartPortal();
        await lab.Fault(new { kind = "latency", operation = "createOrder", count = 1, milliseconds = 700 });
        var submission = scene.Order();
        await scene.SubmitAndLeave(portal, submission, TimeSpan.FromMilliseconds(200));

        if (await scene.Find(portal, submission) is null)
        {
            await scene.Submit(portal, submission); // it never arrived; the browser offers it again when it is back
        }

        await scene.ShouldBeConfirmedOnce(portal, submission);
    }

    [Fact]
    public async Task Fault32_ProcessAsleepBetweenLookupAndCreate_OtherNodePlacesItOnce()
    {
        await using var scene = await lab.Begin();
        scene.Settings["Systems:erp:AttemptTimeout"] = "00:00:15";
        scene.Settings["Systems:erp:TotalTimeout"] = "00:00:20";
        scene.Settings["Sync:Placing:CreateTimeout"] = "00:00:16";
        var sleeper = await scene.StartPortal();
        var submission = scene.Order();
        var before = await lab.LastCall();
        // Of this lane is the lookup alone: polling asks for orders, too.
        await lab.Fault(new { kind = "latency", operation = "listOrders", lane = "order", count = 1, milliseconds = 10_000 });
        await scene.Submit(sleeper, submission);
        await lab.WaitUntilHit(1);
        await scene.PutToSleep(sleeper);
        (await lab.Calls("listOrders", before, lane: "order")).ShouldBeEmpty("its lookup was still open when it fell asleep");
        var other = await scene.StartPortal();
        await scene.ShouldBeConfirmedOnce(other, submission);
        (await lab.Calls("listOrders", before, lane: "order")).ShouldNotBeEmpty("what is answered is seen");
        (await lab.Calls("createOrder", before)).Count.ShouldBe(1);

        await sleeper.ResumeAsync();
        await scene.WaitForOutput(sleeper, $"Lease of place-order {submission.Id} lost", seconds: 60);

        await scene.ShouldBeConfirmedOnce(sleeper, submission);
        (await lab.Calls("createOrder", before)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Fault41_StateDeletedWithAnOrderInFlight_OfferedAgainOnce()
    {
        await using var scene = await lab.Begin();
        var portal = await scene.StartPortal(crashAt: PlacingSteps.Created);
        var submission = scene.Order();
        await SubmitOrDie(scene, portal, submission);
        await portal.WaitUntilEnded(TimeSpan.FromSeconds(30));
        Directory.Delete(scene.StateDirectory, recursive: true);
        var reborn = await scene.StartPortal();

        (await scene.Find(reborn, submission)).ShouldBeNull();
        (await scene.Submit(reborn, submission)).ShouldBe(SubmitVerdict.Accepted);

        await scene.ShouldBeConfirmedOnce(reborn, submission);
    }

    [Fact]
    public async Task Waiting_ErpDown_GoesOutByItselfWhenItIsBack()
    {
        await using var scene = await lab.Begin();
        var portal = await scene.StartPortal();
        await lab.Fault(new { kind = "outage", mode = "unavailable", operation = "*" });
        var submission = scene.Order();

        await scene.Submit(portal, submission);
        var waiting = await scene.WaitFor(portal, submission, PlacingState.Waiting);
        waiting.NextAttempt.ShouldNotBeNull();
        await lab.ClearFaults();

        await scene.ShouldBeConfirmedOnce(portal, submission);
    }

    private static async Task SubmitOrDie(PlacingScene scene, Tests.Servers.ServerProcess portal, Submission submission)
    {
        try
        {
            await scene.Submit(portal, submission);
        }
        catch (Exception died) when (died is HttpRequestException or IOException or TaskCanceledException)
        {
            // It died before it answered.
        }
    }
}
