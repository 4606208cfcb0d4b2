using PortalIntegration.Core;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Hosting;
using PortalIntegration.Sync.Changes;
using PortalIntegration.Sync.Placing;

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
await app.RunAsync();

static Scope Buyer(CustomerNumber customer) =>
    Scope.ForPerson(new PersonId("con-test"), Role.Buyer, [new ScopedAccount(new AccountId($"acc-{customer}"), customer, customer.Value)]);
