using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Sync.Changes;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Placing;
using PortalIntegration.Sync.Storage;

// The portal as it is, with one more door: tests hand submissions in over HTTP instead of through a browser, so that the process can be
// killed two hundred times in a reasonable time. It is no part of what is shipped.
await using var app = PortalHost.Build(args);
var doors = app.MapGroup("/test").AllowAnonymous().DisableAntiforgery();
doors.MapPost("/submit", async (Submission submission, IPlaceOrders orders, CancellationToken cancel) =>
    await orders.Submit(Buyer(submission.Request.Customer), submission, cancel));
doors.MapGet("/placings/{customer}/{id}", async (string customer, string id, IPlaceOrders orders, CancellationToken cancel) =>
    SubmissionId.TryParse(id, out var submission) && await orders.Find(Buyer(new CustomerNumber(customer)), submission, cancel) is { } placing
        ? Results.Ok(placing)
        : Results.NotFound());
doors.MapPost("/placings/{customer}/{id}/accept/{offer:int}", async (string customer, string id, int offer, IPlaceOrders orders, CancellationToken cancel) =>
    SubmissionId.TryParse(id, out var submission) && await orders.Accept(Buyer(new CustomerNumber(customer)), submission, offer, cancel) is { } placing
        ? Results.Ok(placing)
        : Results.NotFound());

// What an open page would be told.
var told = new System.Collections.Concurrent.ConcurrentQueue<string>();
using var watch = app.Services.GetRequiredService<IChangeBoard>().WatchAll(Entity.Orders, told.Enqueue);
doors.MapGet("/told", () => told);

// What an admin would press and look at.
var admin = Scope.ForPerson(new PersonId("usr-admin"), Role.Admin, []);
doors.MapPost("/compare", async (IResync resync, IFlowBoard board, CancellationToken cancel) =>
{
    foreach (var flow in await board.Read(cancel))
    {
        await resync.Start(admin, flow.Name, cancel);
    }
});
doors.MapPost("/drift/{flow}", async (string flow, IDrift drift, CancellationToken cancel) =>
{
    drift.Begin(admin, flow);
    while (drift.Last(admin, flow) is not { FinishedAt: not null })
    {
        await Task.Delay(20, cancel);
    }

    var report = drift.Last(admin, flow)!;
    return report.Broken ?? report.Rows.Count(row => row.IsRepaired).ToString(System.Globalization.CultureInfo.InvariantCulture);
});
doors.MapGet("/journal", (long? after, IJournal journal, CancellationToken cancel) => journal.Search(new JournalFilter(), after, 1_000, cancel));
await app.RunAsync();

static Scope Buyer(CustomerNumber customer) =>
    Scope.ForPerson(new PersonId("con-test"), Role.Buyer, [new ScopedAccount(new AccountId($"acc-{customer}"), customer, customer.Value)]);
