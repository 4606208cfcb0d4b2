using System.Collections.Concurrent;
using System.Reflection;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.UnitTests.Ownership;

/// <summary>Two accounts that ask the same at the same time: what is anybody's is asked for each of them.</summary>
public sealed class TwoAccountsTests
{
    private static readonly Scope Ann = Person("ann", "A1", "C1");
    private static readonly Scope Bob = Person("bob", "A2", "C2");

    /// <summary>Not a person's to ask at all, or the same for everybody who may see it: by its own number, which is checked when it comes out.</summary>
    private static readonly string[] NotPersonal =
    [
        "ICatalog.Categories", "ICatalog.Image", "IInventory.Availability",
        "IOrders.Get", "IOrders.Allowed", "IInvoices.Get", "IInvoices.Document", "IReturns.Get", "IReturns.Returnable", "IContacts.Get", "IOpportunities.Get", "IQuotations.Get",
        "IOpportunities.Won", "IQuoting.SweepDrafts", "ICustomers.FindByAccount", "ISalesProducts.Get",
    ];

    public static IEnumerable<TheoryDataRow<string, string>> EveryPersonalRead() =>
        from port in Entities.Ports.Values.SelectMany(ports => ports)
        from method in port.GetMethods()
        where !method.IsSpecialName && !NotPersonal.Contains($"{port.Name}.{method.Name}") && method.Name is not ("ChangedSince" or "Create" or "Change" or "Cancel" or "Update" or "Put" or "SetOrder" or "ChangeAddress")
        select new TheoryDataRow<string, string>(port.Name, method.Name);

    [Theory]
    [MemberData(nameof(EveryPersonalRead))]
    public async Task EqualRequests_OfTwoAccountsAtOnce_AreTwoQuestions_WithAndWithoutMemory(string port, string method)
    {
        var type = Entities.Ports.Values.SelectMany(ports => ports).Single(candidate => candidate.Name == port);
        var called = type.GetMethod(method)!;
        var systems = new Systems();
        foreach (var entity in Enum.GetNames<Entity>())
        {
            systems.With($"Ownership:Entities:{entity}:Freshness", "60").With($"Ownership:Entities:{entity}:OnFailure", "lastKnown");
        }

        var recorder = (Recorder)typeof(DispatchProxy).GetMethod(nameof(DispatchProxy.Create), 2, [])!.MakeGenericMethod(type, typeof(Recorder)).Invoke(null, null)!;
        systems[type] = recorder;
        var guarded = typeof(OwnershipMap).GetMethod(nameof(OwnershipMap.Owner))!.MakeGenericMethod(type).Invoke(systems.Build(), [])!;

        var ann = Ask(Ann, "C1", "A1");
        var bob = Ask(Bob, "C2", "A2");
        var annAgain = Ask(Ann, "C1", "A1");
        recorder.Answer();
        await Task.WhenAll(ann, bob, annAgain).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        var asked = recorder.Asked.Where(call => call.Method == method).Select(call => call.Scope.Actor).ToList();
        asked.ShouldContain("ann");
        asked.ShouldContain("bob");

        Task Ask(Scope scope, string customer, string account) => (Task)called.Invoke(guarded, [.. called.GetParameters().Select(parameter => PortArguments.For(parameter, scope, customer, account))])!;
    }

    [Fact]
    public void EveryPersonalRead_HoldsWhatMattersMost()
    {
        var names = EveryPersonalRead().Select(row => $"{row.Data.Item1}.{row.Data.Item2}").ToList();
        foreach (var read in new[] { "IPricing.Prices", "IOrders.Search", "IOrders.Backorders", "ICatalog.Search", "ICatalog.Get", "ICatalog.Resolve", "ICatalog.CategoryCounts", "IQuoting.Quote", "IQuotations.List", "IInvoices.List", "ICredit.Get", "IAccounts.Search" })
        {
            names.ShouldContain(read);
        }
    }

    private static Scope Person(string id, string account, string customer) =>
        Scope.ForPerson(new PersonId(id), Role.Approver, [new ScopedAccount(new AccountId(account), new CustomerNumber(customer), "One")]);

    /// <summary>Holds every question until it is told to answer; then each with "could not be asked", so that nothing has to be made up.</summary>
    public class Recorder : DispatchProxy
    {
        private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<(string Method, Scope Scope)> Asked { get; } = [];

        public void Answer() => _answer.SetResult();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Asked.Enqueue((targetMethod!.Name, (Scope)args![0]!));
            var outcome = targetMethod.ReturnType.GenericTypeArguments[0].GenericTypeArguments[0];
            return typeof(Recorder).GetMethod(nameof(Later), BindingFlags.NonPublic | BindingFlags.Instance)!.MakeGenericMethod(outcome).Invoke(this, null);
        }

        private async Task<Outcome<T>> Later<T>()
        {
            await _answer.Task;
            return Systems.Fails<T>(Cause.TimedOut);
        }
    }
}
