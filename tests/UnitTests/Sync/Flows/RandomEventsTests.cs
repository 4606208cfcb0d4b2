using System.Globalization;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Tests;
using PortalIntegration.UnitTests.Sync.Storage;

namespace PortalIntegration.UnitTests.Sync.Flows;

/// <summary>
/// A company at work in bad weather, by a clock of its own: people change things on both sides, in the middle of a run too; systems fail before and after they
/// did what they were asked; notices come twice, late, in another order or not at all; the portal's processes are killed between any two calls and commits, with
/// their leases and all that they held; and the store is deleted. In the end both systems say the same, nothing stands twice, nothing is forgotten, and the
/// journal tells of every write: by the flows' own work where the store was kept, after a full comparison where it was lost. One seed is one course of events,
/// call by call: 12 minutes of it by default, an hour with <c>PORTALINTEGRATION_FULL</c>.
/// </summary>
public abstract class RandomEventsContract(IStoreGround ground, ITestOutputHelper output) : IAsyncDisposable
{
    private static readonly Scope Admin = Scope.ForPerson(new PersonId("adm-1"), Role.Admin, []);
    private static readonly Cause[] Weather = [Cause.Unreachable, Cause.TimedOut, Cause.ServerError, Cause.Throttled, Cause.Interrupted, Cause.Unavailable, Cause.Malformed];

    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly List<Member> _nodes = [];
    private readonly List<ChangeNotice> _late = [];
    private readonly List<JournalEntry> _journal = [];
    private FakeCompany _company = null!;
    private Random _random = null!;
    private Node _gate = null!;
    private bool _stormy;
    private bool _everythingIsTold;
    private int _opportunities;
    private int _unlinked;
    private int _kills;
    private int _losses;

    private static bool Full => Environment.GetEnvironmentVariable("PORTALINTEGRATION_FULL") is { Length: > 0 };

    /// <param name="nodes">Processes that share the work.</param>
    /// <param name="everythingIsTold">No notice is lost, so nothing else may be needed: nobody polls.</param>
    private protected async Task Live(int seed, int nodes, bool everythingIsTold, bool storeLost)
    {
        _random = new Random(seed);
        _everythingIsTold = everythingIsTold;
        _company = new FakeCompany(_clock) { Arrives = Arrives };
        for (var i = 0; i < 8; i++)
        {
            _company.Add(i);
            _company.Products[$"S-{i}"] = new Product { Sku = new Sku($"S-{i}"), Name = $"Bearing {i}", SalesUnit = "PCE", CategoryName = "Bearings" };
            _company.Stock[$"S-{i}"] = i;
        }

        _gate = await Start(process: null);
        for (var i = 0; i < nodes; i++)
        {
            _nodes.Add(await Born());
        }

        await CompareEverything(); // what stood there before the portal came
        var end = _clock.Now + (Full ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(12));
        var lost = _clock.Now + ((end - _clock.Now) / 3);
        _company.Before = _ => _stormy && _random.NextDouble() < 0.08 ? Weather[_random.Next(Weather.Length)] : null;
        _company.After = _ => _stormy && _random.NextDouble() < 0.05 ? _random.Next(2) == 0 ? Cause.TimedOut : Cause.Interrupted : null;
        _stormy = true;
        while (_clock.Now < end)
        {
            Happen();
            await Tell();
            await Pass(TimeSpan.FromSeconds(_random.Next(1, 12)));
            _clock.Advance(TimeSpan.FromSeconds(_random.Next(1, 10)));
            if (_random.NextDouble() < 0.03)
            {
                await Kill(_random.Next(nodes)); // an idle one
            }

            if (storeLost && _clock.Now > lost && _losses < 2)
            {
                lost += TimeSpan.FromMinutes(3);
                await LoseStore();
            }
        }

        _stormy = false;
        if (storeLost)
        {
            await CompareEverything();
            await CompareEverything();
        }
        else if (everythingIsTold)
        {
            while (_company.Notices.Count + _late.Count > 0)
            {
                await Tell();
                await Pass(TimeSpan.FromMinutes(20)); // what failed, or was cut off, is tried again
            }
        }
        else
        {
            // Nobody tells of the last changes any more: polling finds them.
            _company.Notices.Clear();
            await Pass(TimeSpan.FromMinutes(20));
        }

        await Gather();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Seed {seed}: {_company.Calls.Count} calls, {_company.Writes.Count} writes, {_kills} kills, {_losses} stores lost, {_journal.Count} entries."));
        Agree();
        NothingTwice();
        (await _gate.Get<IWorkDesk>().Count(new WorkFilter { Statuses = [WorkStatus.Held, WorkStatus.Dead, WorkStatus.Failing] })).ShouldBe(0);
        new JournalProof(_company).Check(_journal);
        _kills.ShouldBeGreaterThan(3, "the dice killed somebody");
        _company.Writes.Count(write => write.Cut).ShouldBeGreaterThan(0, "and right after a write, too");
        _losses.ShouldBe(storeLost ? 2 : 0);
        _opportunities.ShouldBeGreaterThan(0, "the dice won something");
        _company.EntryWrites.Count.ShouldBeGreaterThan(5);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _nodes)
        {
            await member.Node.DisposeAsync();
        }

        if (_gate is not null)
        {
            await _gate.DisposeAsync();
        }

        await ground.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private void Agree()
    {
        foreach (var (id, account) in _company.Accounts)
        {
            var customer = _company.Customers[account.Customer!.Value.Value];
            customer.Name.ShouldBe(account.Name, id);
            customer.ShipTos.Where(address => account.Addresses.Any(own => own.ErpAddress == address.Id)).Select(address => address.City)
                .ShouldBe(account.Addresses.Where(address => address is { Kind: Core.Accounts.AddressKind.Shipping, ErpAddress: not null }).Select(address => address.City), id);
            _company.Field(id, "paymentTerms").ShouldBe(customer.PaymentTerms, id);
            if (_company.Credits.TryGetValue(customer.Number.Value, out var credit))
            {
                _company.Field(id, "creditBalance").ShouldBe(FieldValue.Of(credit.Balance)!.Text, id);
                _company.Field(id, "creditAvailable").ShouldBe(FieldValue.Of(credit.Available)?.Text, id);
                _company.Field(id, "creditLimit").ShouldBe(FieldValue.Of(credit.Limit)?.Text, id);
                _company.Field(id, "creditOnHold").ShouldBe(credit.OnHold ? "true" : "false", id);
            }
        }

        foreach (var order in _company.Orders.Values)
        {
            var told = _company.Entries.Where(entry => entry.Value.Order == order.Number).Select(entry => entry.Key.Key);
            told.ShouldBe([$"order:{order.Number}:placed", .. order.Shipments.Select(shipment => $"order:{order.Number}:shipped:{shipment.Number}")], ignoreOrder: true);
        }

        foreach (var product in _company.Products.Values)
        {
            var sold = _company.Sold[product.Sku.Value];
            (sold.Name, sold.Available).ShouldBe((product.Name, _company.Stock[product.Sku.Value]));
        }
    }

    private void NothingTwice()
    {
        _company.EntryWrites.ShouldBeUnique();
        _company.Customers.Values.Select(customer => customer.Account).OfType<AccountId>().ShouldBeUnique();
        foreach (var won in _company.Opportunities.Values)
        {
            var submission = OpportunityToOrder.SubmissionOf("crm", won.Id);
            _company.Orders.Values.Where(order => order.Submission == submission).ShouldHaveSingleItem(won.Id).Number.ShouldBe(won.Order);
        }

        foreach (var write in _company.Writes)
        {
            write.Changed.ShouldNotBeEmpty($"{write} changed nothing: it had been done before");
        }
    }

    private void Happen()
    {
        var n = _random.Next(8);
        switch (_random.Next(10))
        {
            case 0 or 1:
                _company.Change(_company.Credits[$"C-{n}"] with
                {
                    Balance = new Money(_random.Next(5_000), "EUR"), Available = new Money(_random.Next(5_000), "EUR"), OnHold = _random.Next(4) == 0,
                    Limit = _random.Next(5) == 0 ? null : new Money(5_000, "EUR"),
                });
                break;
            case 2:
                _company.Change(_company.Customers[$"C-{n}"] with { PaymentTerms = $"{_random.Next(1, 9)}0 days net" });
                break;
            case 3:
                _company.Change(_company.Accounts[$"acc-{n}"] with { Name = $"Renamed {_random.Next(1000)}" });
                break;
            case 4:
                _company.Change(_company.Customers[$"C-{n}"] with { Name = "On the wrong side" });
                break;
            case 5:
                _company.Change(_company.NewOrder($"C-{n}"));
                break;
            case 6 when _company.Orders.Count > 0:
                var order = _company.Orders.Keys.ElementAt(_random.Next(_company.Orders.Count));
                _company.Change(_company.Ship(order, $"SH-{_company.Orders[order].Shipments.Count + 1}"));
                break;
            case 7:
                _company.Change(_company.Products[$"S-{n}"], _random.Next(500));
                break;
            case 8:
                Win(n);
                break;
            case 9:
                var account = _company.Accounts[$"acc-{n}"];
                _company.Change(account with { Addresses = [.. account.Addresses.Select(address => address with { City = $"City {_random.Next(100)}" })] });
                break;
        }
    }

    /// <summary>A change of the very thing that is being written, after it was read; null where the call is about nothing of that kind.</summary>
    private Action? WhatItIsAbout(string call) => call.Split(' ', 2) switch
    {
        ["sold.put", var sku] => () => _company.Change(_company.Products[sku], _random.Next(500)),
        ["timeline.put", var key] when key.Split(':')[1] is var order => () => _company.Change(_company.Ship(order, $"SH-{_company.Orders[order].Shipments.Count + 1}")),
        ["customers.update", var number] => () => _company.Change(_company.Customers[number] with { Name = "On the wrong side" }),
        ["accounts.update", var account] when _company.Credits.TryGetValue(_company.Accounts[account].Customer?.Value ?? "", out var credit) =>
            () => _company.Change(credit with { Balance = new Money(_random.Next(5_000), "EUR") }),
        _ => null,
    };

    /// <summary>Every other one by a company that the ERP does not know yet.</summary>
    private void Win(int n)
    {
        var id = $"opp-{++_opportunities}";
        if (_opportunities % 2 == 0)
        {
            n = 20 + _unlinked++;
            _company.Add(n);
            _company.Customers.Remove($"C-{n}");
            _company.Credits.Remove($"C-{n}");
            var account = _company.Accounts[$"acc-{n}"];
            _company.Accounts[$"acc-{n}"] = account with { Customer = null, Addresses = [.. account.Addresses.Select(address => address with { ErpAddress = null })] };
        }

        _company.Opportunities[id] = new Opportunity
        {
            Id = id, Account = new AccountId($"acc-{n}"), Name = "Belts", Stage = OpportunityStage.Won, Currency = "EUR", Version = "1",
            Lines = [new OpportunityLine(new Sku("S-1"), new Quantity(1 + _random.Next(9), "PCE"))],
        };
        _company.Change(_company.Opportunities[id]);
    }

    private async Task Tell()
    {
        var notices = new List<ChangeNotice>(_late);
        _late.Clear();
        while (_company.Notices.TryDequeue(out var notice))
        {
            var fate = _random.NextDouble();
            if (fate < 0.15 && !_everythingIsTold)
            {
                continue; // never told
            }

            (fate < 0.3 && _stormy ? _late : notices).Add(notice);
            if (fate > 0.85)
            {
                notices.Add(notice);
            }
        }

        foreach (var notice in notices.OrderBy(_ => _random.Next()).ToList())
        {
            await Deliver(notice);
        }
    }

    private async Task Deliver(ChangeNotice notice)
    {
        foreach (var trigger in _gate.Get<Followers>().Of(notice.Entity, notice.Key, TriggerKind.Webhook))
        {
            await _gate.Store.Trigger(trigger);
        }
    }

    /// <summary>Every call of a node: it may be killed before it, something may happen meanwhile, and another node may go on before this one does.</summary>
    private async Task Arrives(string call)
    {
        if (PortalProcess.Current is not { } process || !_stormy)
        {
            return;
        }

        process.Point(call);
        if (call.StartsWith("catalog.get", StringComparison.Ordinal) || call.StartsWith("stock.get", StringComparison.Ordinal) || call.StartsWith("sold.get", StringComparison.Ordinal))
        {
            return; // asked side by side: what comes first of these is not the dice's to say
        }

        if (_random.NextDouble() < (WhatItIsAbout(call) is null ? 0.02 : 0.15))
        {
            (WhatItIsAbout(call) ?? Happen)();
            while (_company.Notices.TryDequeue(out var notice))
            {
                await Deliver(notice);
            }
        }

        if (_nodes.Count > 1 && _random.NextDouble() < 0.2 && _nodes.Find(member => member.Process == process)?.Strand is { } strand)
        {
            await strand.Park();
        }
    }

    /// <summary>Runs everything that is due, now in this node, now in that one. One that is killed is started anew.</summary>
    private async Task Work()
    {
        var idle = new HashSet<Member>();
        while (true)
        {
            var able = _nodes.Where(member => member.Strand is not null || !idle.Contains(member)).ToList();
            if (able.Count == 0)
            {
                return;
            }

            var member = able[_random.Next(able.Count)];
            var strand = member.Strand;
            if (strand is null)
            {
                member.Strand = strand = new Strand();
                strand.Run = member.Process.RunOne(member.Node);
            }
            else
            {
                strand.GoOn();
            }

            if (await strand.Parked())
            {
                continue;
            }

            member.Strand = null;
            try
            {
                if (await strand.Run!)
                {
                    idle.Clear();
                }
                else
                {
                    idle.Add(member);
                }
            }
            catch (StoreUnavailableException) when (member.Process.IsDead)
            {
                await Kill(_nodes.IndexOf(member));
                idle.Clear();
            }
        }
    }

    /// <summary>Lets time pass, and runs what becomes due in it.</summary>
    private async Task Pass(TimeSpan span)
    {
        var end = _clock.Now + span;
        await Work();
        while (await _gate.Processor.NextDue(CancellationToken.None) is { } due && due <= end)
        {
            _clock.AdvanceTo(due);
            await Work();
        }
    }

    private async Task CompareEverything()
    {
        foreach (var flow in FlowRegistration.Definitions)
        {
            (await _gate.Get<IResync>().Start(Admin, flow.Name)).ShouldBeTrue();
        }

        await Pass(TimeSpan.FromMinutes(10));
    }

    /// <summary>Nothing is stopped, saved or given back: its lines are cut, and another process takes its place.</summary>
    private async Task Kill(int index)
    {
        _kills++;
        await _nodes[index].Node.DisposeAsync();
        _nodes[index] = await Born();
    }

    private async Task LoseStore()
    {
        _losses++;
        await Gather();
        foreach (var member in _nodes)
        {
            await member.Node.DisposeAsync();
        }

        await _gate.DisposeAsync();
        await ground.Empty();
        _gate = await Start(process: null);
        for (var i = 0; i < _nodes.Count; i++)
        {
            _nodes[i] = await Born();
        }
    }

    private async Task<Member> Born()
    {
        var process = new PortalProcess(where => _stormy && _random.NextDouble() < (IsWrite(where) ? 0.04 : 0.001));
        return new Member(process, await Start(process));
    }

    /// <summary>The moment after a system has taken a write, and before anybody here knows.</summary>
    private static bool IsWrite(string where) => where.EndsWith(", answered", StringComparison.Ordinal) && !where.StartsWith("a commit", StringComparison.Ordinal);

    private async Task<Node> Start(PortalProcess? process)
    {
        var node = await FlowGround.Start(
            ground,
            _clock,
            _company,
            new Random(_random.Next()),
            process,
            [
                .. FlowRegistration.Definitions.SelectMany(definition => new[]
                {
                    ($"Sync:Flows:{definition.Name}:Mode", "apply"), ($"Sync:Flows:{definition.Name}:BrakeKeys", "100000"), ($"Sync:Flows:{definition.Name}:BrakeEmptied", "100000"),
                }),
                ("Sync:Polling:Interval", "00:01:00"),
                ("Sync:Worker:MaxAttempts", "100"),
            ]);
        if (!_everythingIsTold)
        {
            await node.Stand(); // polling, that is, which would find what a lost trigger did not
        }

        return node;
    }

    /// <summary>What the journal says, before its store goes.</summary>
    private async Task Gather()
    {
        var entries = new List<JournalEntry>();
        long? after = null;
        do
        {
            var page = await _gate.Journal.Search(new JournalFilter(), after, 1_000);
            entries.AddRange(page.Entries);
            after = page.Next;
        }
        while (after is not null);
        entries.Reverse();
        _journal.AddRange(entries);
    }

    /// <summary>A node and the process that it lives in.</summary>
    private sealed class Member(PortalProcess process, Node node)
    {
        public PortalProcess Process { get; } = process;

        public Node Node { get; } = node;

        /// <summary>The run that is under way.</summary>
        public Strand? Strand { get; set; }
    }

    /// <summary>A run that stands still in the middle of a call until it is told to go on.</summary>
    private sealed class Strand
    {
        private TaskCompletionSource _parked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<bool>? Run { get; set; }

        public Task Park()
        {
            var go = _go.Task;
            _parked.SetResult();
            return go;
        }

        public void GoOn()
        {
            var go = _go;
            (_parked, _go) = (new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously));
            go.SetResult();
        }

        /// <summary>Waits until it stands still or is over. True when it stands still.</summary>
        public async Task<bool> Parked() => await Task.WhenAny(Run!, _parked.Task) == _parked.Task;
    }
}

public sealed class SqliteRandomEventsTests(ITestOutputHelper output) : RandomEventsContract(new SqliteGround(), output)
{
    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, true, false)]
    [InlineData(3, false, true)]
    public Task RandomEventsAndKills_OverAllFlows_EndWithBothSystemsEqualNothingTwiceAndAFullJournal(int seed, bool everythingIsTold, bool storeLost) =>
        Live(seed, nodes: 1, everythingIsTold, storeLost);
}

public sealed class PostgresRandomEventsTests(PostgresFixture postgres, ITestOutputHelper output) : RandomEventsContract(new PostgresGround(postgres), output)
{
    [Theory]
    [InlineData(4, true, false)]
    [InlineData(5, false, true)]
    public Task RandomEventsAndKills_OverAllFlowsInTwoNodes_EndWithBothSystemsEqualNothingTwiceAndAFullJournal(int seed, bool everythingIsTold, bool storeLost) =>
        Live(seed, nodes: 2, everythingIsTold, storeLost);
}
