using Microsoft.Extensions.Logging;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Core.Ownership.Guards;

/// <summary>
/// What every guarded port does the same way: holds a call to its scope, and reads through <see cref="Reads"/>. What is outside the scope and what
/// does not exist are answered alike, to the last field.
/// </summary>
internal sealed partial class Guard(OwnedEntity owned, Reads reads, TimeProvider time, ILogger logger)
{
    public Task<Outcome<T>> Read<T>(Scope scope, string operation, string? whose, object? asked, Func<CancellationToken, Task<Outcome<T>>> call, CancellationToken cancel) =>
        reads.Ask(scope, operation, whose, asked, call, cancel);

    /// <summary>A question that is never shared and never answered from memory.</summary>
    public async Task<Outcome<T>> Ask<T>(Scope scope, string operation, Func<Task<Outcome<T>>> call) => reads.Refused<T>(scope, operation) ?? await call();

    /// <summary>Runs the call when what goes in is covered.</summary>
    public async Task<Outcome<T>> Hold<T>(Scope scope, bool covered, string operation, object? subject, Func<Task<Outcome<T>>> call)
    {
        OwnershipTelemetry.Guarded(covered);
        if (!covered)
        {
            return Refuse<T>(scope, operation, subject);
        }

        var outcome = await call();
        return outcome.Failure?.Cause == Cause.NotFound ? NotFound<T>(operation) : outcome;
    }

    /// <summary>One question about many customers: asked only when all are covered, and answered with what is about them alone.</summary>
    public async Task<Outcome<IReadOnlyList<T>>> Many<T>(
        Scope scope, IReadOnlyList<CustomerNumber> customers, string operation, Func<CancellationToken, Task<Outcome<IReadOnlyList<T>>>> call, Func<T, CustomerNumber> customerOf, CancellationToken cancel)
    {
        var found = await Hold(scope, customers.All(scope.Covers), operation, null, () => Read(scope, operation, Whose(scope), customers, call, cancel));
        return found.Select(items => (IReadOnlyList<T>)[.. items.Where(item => scope.Covers(customerOf(item)))]);
    }

    /// <summary>What only the portal's own work may do: feeds of changes, and writes that no person makes.</summary>
    public Task<Outcome<T>> Own<T>(Scope scope, string operation, object? subject, Func<Task<Outcome<T>>> call) =>
        Hold(scope, scope.CoversEverything, operation, subject, call);

    /// <summary>Answers only when what came out is covered.</summary>
    public Outcome<T> Release<T>(Scope scope, Outcome<T> outcome, Func<T, bool> covered, string operation, object? subject)
    {
        if (!outcome.Succeeded)
        {
            return outcome.Failure!.Cause == Cause.NotFound ? NotFound<T>(operation) : outcome;
        }

        var shown = covered(outcome.Value);
        OwnershipTelemetry.Guarded(shown);
        return shown ? outcome : Refuse<T>(scope, operation, subject);
    }

    public Outcome<T> Refuse<T>(Scope scope, string operation, object? subject)
    {
        Log.OutOfScope(logger, scope.Actor, scope.Role?.ToString() ?? "portal", operation, owned.Entity, subject?.ToString() ?? "");
        return NotFound<T>(operation);
    }

    private Outcome<T> NotFound<T>(string operation) =>
        Outcome.Failed<T>(new Failure(Cause.NotFound, owned.System, operation, time.GetUtcNow()));

    /// <summary>Whose answer it is, where the scope itself decides what is found.</summary>
    public static string Whose(Scope scope) => scope.CoversEverything
        ? "portal"
        : string.Join('\n', scope.Accounts.Select(account => account.Account.Value).Prepend(scope.Actor));

    /// <summary>Whether this person may order at all.</summary>
    public static bool MayOrder(Scope scope) => scope.CoversEverything || scope.Role is Role.Buyer or Role.Approver or Role.Rep;

    private static partial class Log
    {
        [LoggerMessage(EventId = 3901, Level = LogLevel.Warning, Message = "Out of scope: {Actor} ({Role}) asked {Operation} of {Entity} {Subject}")]
        public static partial void OutOfScope(ILogger logger, string actor, string role, string operation, Entity entity, string subject);
    }
}
