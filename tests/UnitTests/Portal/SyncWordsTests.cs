using System.Globalization;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Portal.Components.Controls;
using PortalIntegration.Portal.Features.SyncHealth;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Portal.Resources;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Portal;

public sealed class SyncWordsTests : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public SyncWordsTests() => Speak("en");

    public void Dispose() => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = _before;

    [Fact]
    public void Forbidden_NamesTheSystemThePortalsUserThereAndTheRight()
    {
        var words = Words("portal@halden.example");

        words.Means("order-changed", "Forbidden", "erp getOrder").ShouldBe("The ERP answered that the portal's user \"portal@halden.example\" may not read orders.");
        words.Todo("order-changed", "Forbidden", "erp getOrder/read: access_error").ShouldStartWith("In the ERP, give the portal's user \"portal@halden.example\" the right to read orders;");
        words.Means("place-order", "Forbidden", "erp createOrder").ShouldContain("may not create orders");
    }

    [Theory]
    [InlineData("createQuotation", "keep quotations")]
    [InlineData("getQuotation", "read quotations")]
    public void Forbidden_WhereAQuotationWasToBeKept_SpeaksOfNoOrder(string operation, string asked)
    {
        var words = Words("portal");

        words.Means("place-order", "Forbidden", $"erp {operation}").ShouldBe($"The ERP does not take this: the portal's user \"portal\" may not {asked}.");
        words.Todo("place-order", "Forbidden", $"erp {operation}").ShouldNotContain("order");
        words.Flow("place-order").ShouldContain("quotation");
        words.Affects("place-order")!.ShouldContain("quotation");
    }

    [Fact]
    public void Forbidden_WithAToken_SaysWhereTheTokenStands() =>
        Words(null).Todo("order-to-crm", "Forbidden", "erp putTimelineEntry").ShouldContain("Systems:erp:Credentials");

    [Fact]
    public void Forbidden_WhatIsNotKnown_IsSaidAsFarAsItIs()
    {
        Words("p").Means("f", "Forbidden", "erp someNewThing").ShouldContain("may not do \"someNewThing\"");
        Words("p").Means("f", "Forbidden", "somebody else").ShouldBe("The system answered that the portal's user may not do this.");
        Words("p").Means("f", "Forbidden", null).ShouldContain("The system");
    }

    [Fact]
    public void Forbidden_InGerman_NamesTheSame()
    {
        Speak("de");

        Words("portal").Means("order-changed", "Forbidden", "erp getOrder").ShouldBe("Das ERP antwortete: der Portal-Benutzer „portal“ darf nicht Aufträge lesen.");
    }

    [Fact]
    public void Discarded_IsNotDone()
    {
        var item = new WorkItem
        {
            Key = new WorkKey("f", "k"), Sequence = 1, State = WorkState.Done, Lane = 0, Version = 1, Revision = 1, Due = default, Attempts = 0, Waits = 0, Fence = 0,
            AddedAt = default, ChangedAt = default,
        };

        Words(null).Of(item, default).Word.ShouldBe("Done");
        Words(null).Of(item with { Cause = WorkAdmin.Discarded }, default).ShouldBe(new Standing(StatusKind.Neutral, "slash-circle", "Discarded"));
        Words(null).Of(item with { State = WorkState.Held, Note = "asked" }, default).Word.ShouldBe("On hold");
        Words(null).Of(item with { State = WorkState.Ready, Cause = "TimedOut" }, default).Word.ShouldBe("Retrying");
    }

    [Theory]
    [InlineData("flow order-changed; status Failing, Dead; cause Forbidden; detail 'erp getOrder'", "Tell open pages of a changed order; Retrying, Given up; not allowed; erp getOrder")]
    [InlineData("order-changed SO-000001", "Tell open pages of a changed order: SO-000001")]
    [InlineData("3 items, order-changed SO-000001 the first", "3 items, Tell open pages of a changed order: SO-000001 the first")]
    [InlineData("key has 'SO'; a word of what it carries", "key has \"SO\"; a word of what it carries")]
    [InlineData("all items", "all items")]
    [InlineData("erp", "ERP")]
    [InlineData("something else entirely", "something else entirely")]
    public void Subject_OfTheAudit_IsSaidAsPeopleSayIt(string kept, string said) => Words(null).Subject(kept).ShouldBe(said);

    [Fact]
    public void Filter_NamesWhatItAsksFor()
    {
        Words(null).Filter(new SyncFilter()).ShouldBe("no choice: everything that needs a look");
        Words(null).Filter(new SyncFilter { Flow = "order-changed", Status = WorkStatus.Dead, Term = "PO-1" }).ShouldBe("Tell open pages of a changed order; Given up; word \"PO-1\"");
    }

    private static void Speak(string language) => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);

    private static SyncWords Words(string? user)
    {
        var factory = new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance);
        var say = new Wording(new StringLocalizer<Texts>(factory), ManualClock(), Options.Create(new CompanyOptions { TimeZone = "Europe/Berlin" }));
        return new SyncWords(new StringLocalizer<SyncTexts>(factory), say, new OneSystem(user));
    }

    private static ManualTimeProvider ManualClock() => new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    private sealed class OneSystem(string? user) : IOwnershipMap, ISystemConnection, ISystemMonitor
    {
        public string System => "erp";

        public ISystemMonitor Monitor => this;

        public SystemStatus Status => new() { System = "erp", Connector = "x", Address = new Uri("http://erp.example"), Breaker = BreakerState.Closed, User = user };

        public IReadOnlyList<ISystemConnection> Systems => [this];

        public IReadOnlyList<OwnedEntity> Owned => [];

        public TPort? Find<TPort>()
            where TPort : class => null;

        public TPort Owner<TPort>()
            where TPort : class => throw new InvalidOperationException();

        public string? OwnerOf(Entity entity) => null;

        public NotAvailable? Lacking(Feature feature) => null;

        public void Moved(Entity entity)
        {
        }

        public Task<Outcome<Done>> Probe(CancellationToken cancel) => throw new InvalidOperationException();

        public Task Isolate() => Task.CompletedTask;

        public Task Close() => Task.CompletedTask;
    }
}
