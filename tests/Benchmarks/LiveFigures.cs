using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Odoo;
using PortalIntegration.Connectors.Tryton;
using PortalIntegration.Core;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Inventory;
using PortalIntegration.Core.Invoices;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Pricing;
using PortalIntegration.Core.Returns;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Benchmarks;

/// <summary>How long each operation of a port takes on a real server, through its connector: median and the slowest but one in twenty.</summary>
internal static class LiveFigures
{
    private const int Runs = 30;
    private const int Orders = 12;

    private static readonly Scope Portal = Scope.ForPortal("live-figures", Lane.Interactive);

    public static async Task MeasureAsync(string? only)
    {
        if (only is null or "tryton")
        {
            await using var server = await TrytonServer.Start();
            await ErpAsync("Tryton 6.0", "sale.sale.confirm", environment => new TrytonConnector(environment), new SystemSettings
            {
                Name = "erp",
                Connector = "tryton",
                Address = server.Address,
                AttemptTimeout = TimeSpan.FromSeconds(30),
                TotalTimeout = TimeSpan.FromSeconds(60),
                Credentials = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [TrytonConnector.Database] = TrytonServer.Database,
                    [TrytonConnector.User] = TrytonServer.PortalUser,
                    [TrytonConnector.Password] = TrytonServer.PortalPassword,
                },
            }, new CustomerNumber("C1007"), new CustomerNumber("C1001"), "Disc");
        }

        if (only is null or "odoo")
        {
            await using var server = await OdooServer.Start();
            await ErpAsync("Odoo 14", "action_confirm", environment => new OdooConnector(environment), new SystemSettings
            {
                Name = "erp",
                Connector = "odoo",
                Address = server.Address,
                AttemptTimeout = TimeSpan.FromSeconds(30),
                TotalTimeout = TimeSpan.FromSeconds(60),
                Options = OdooServer.Options,
                Credentials = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [OdooConnector.Database] = OdooServer.Database,
                    [OdooConnector.User] = OdooServer.PortalUser,
                    [OdooConnector.Password] = OdooServer.PortalPassword,
                },
            }, new CustomerNumber("C1007"), new CustomerNumber("C1001"), "Disc");
        }
    }

    /// <param name="confirmation">Stands in the body of the call after which an order stands.</param>
    /// <param name="buyer">Without a limit of credit.</param>
    /// <param name="known">Has orders, invoices and, where the system keeps them, returns.</param>
    private static async Task ErpAsync(
        string name, string confirmation, Func<PipelineEnvironment, IConnector> connector, SystemSettings settings, CustomerNumber buyer, CustomerNumber known, string word)
    {
        var environment = new PipelineEnvironment(TimeProvider.System, NullLoggerFactory.Instance);
        var erp = connector(environment).Open(settings);
        Console.WriteLine($"\n### {name}\n\n{Statistics.Row("Operation", "p50 ms", "p95 ms", "runs")}\n|---|---|---|---|");
        var catalog = erp.Find<ICatalog>()!;
        var (pricing, inventory, quoting, orders) = (erp.Find<IPricing>()!, erp.Find<IInventory>()!, erp.Find<IQuoting>()!, erp.Find<IOrders>()!);
        var all = (await catalog.Search(Portal, new CatalogQuery("", Limit: 200))).Value.Items.Select(product => product.Sku).ToList();
        var stock = (await inventory.Availability(Portal, all)).Value.OrderByDescending(entry => entry.AvailableToPromise).Select(entry => entry.Sku).ToList();

        await Row("catalogue: search a word, 50 a page", Runs, () => catalog.Search(Portal, new CatalogQuery(word, known)));
        await Row("catalogue: 1 product", Runs, () => catalog.Get(Portal, known, [all[0]]));
        await Row("catalogue: 100 typed codes", Runs, () => catalog.Resolve(Portal, known, [.. all.Take(100).Select(sku => sku.Value)]));
        await Row("prices: 1 line", Runs, () => pricing.Prices(Portal, known, [new PriceLine(all[0], 1)]));
        await Row("prices: 50 lines", Runs, () => pricing.Prices(Portal, known, [.. all.Take(50).Select(sku => new PriceLine(sku, 1))]));
        await Row("stock: 1 SKU", Runs, () => inventory.Availability(Portal, [all[0]]));
        await Row("stock: 50 SKUs", Runs, () => inventory.Availability(Portal, [.. all.Take(50)]));
        if (erp.Find<ICustomers>() is { } customers)
        {
            await Row("customer with addresses", Runs, () => customers.Get(Portal, known));
        }

        if (erp.Find<ICredit>() is { } credit)
        {
            await Row("credit", Runs, () => credit.Get(Portal, known));
        }

        await Row("quote: 1 line, a submission of its own", Orders, () => quoting.Quote(Portal, Basket(buyer, stock.Take(1))));
        var same = Basket(buyer, stock.Take(10));
        await Row("quote: 10 lines, asked again", Orders, () => quoting.Quote(Portal, same));
        await Row("order: place 1 line", Orders, () => Place(orders, Basket(buyer, stock.Take(1))));
        await Row("order: place 10 lines", Orders, () => Place(orders, Basket(buyer, stock.Take(10))));
        await Late("order: stands after its confirmation was cut off", 1, Orders);
        await Late("order: the same, twelve at once", Orders, Orders);
        var number = (await orders.Search(Portal, new OrderQuery { Customer = known })).Value.Items[0].Number;
        await Row("order: look up by reference", Runs, () => orders.FindByReference(Portal, buyer, same.Submission));
        await Row("order: one, with shipments", Runs, () => orders.Get(Portal, number));
        await Row("orders: newest 25 of a customer", Runs, () => orders.Search(Portal, new OrderQuery { Customer = known }));
        var cursor = (await orders.ChangedSince(Portal, null)).Value.Cursor;
        await Row("orders: what changed, nothing did", Runs, () => orders.ChangedSince(Portal, cursor));
        if (erp.Find<IInvoices>() is { } invoices)
        {
            await Row("invoices of a customer", Runs, () => invoices.List(Portal, known));
            var invoice = (await invoices.List(Portal, known)).Value.Items[0].Number;
            await Row("invoice: its document", Runs, () => invoices.Document(Portal, invoice));
        }

        if (erp.Find<IReturns>() is { } returns)
        {
            await Row("returns of a customer", Runs, () => returns.List(Portal, known));
        }

        // How long a confirmation goes on whose caller has gone.
        async Task Late(string what, int atOnce, int runs)
        {
            var times = new List<double>();
            while (times.Count < runs)
            {
                times.AddRange(await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => CutOff())));
            }

            Console.WriteLine(Statistics.Row(what, Statistics.Quantile(times, 0.5), Statistics.Quantile(times, 0.95), runs));
        }

        async Task<double> CutOff()
        {
            using var cutting = new CutConfirmation(environment.Transport(settings), confirmation);
            var basket = Basket(buyer, stock.Take(1));
            await Place(connector(environment with { Transport = _ => cutting }).Open(settings).Find<IOrders>()!, basket);
            while ((await orders.FindByReference(Portal, buyer, basket.Submission)) is { Succeeded: true, Value: null } && cutting.SinceCut < TimeSpan.FromMinutes(5))
            {
                await Task.Delay(5);
            }

            return cutting.SinceCut.TotalMilliseconds;
        }
    }

    private static QuoteRequest Basket(CustomerNumber customer, IEnumerable<Sku> skus) => new()
    {
        Submission = new SubmissionId(Guid.NewGuid()),
        Customer = customer,
        PoNumber = "LIVE-FIGURES",
        Lines = [.. skus.Select((sku, i) => new OrderLineRequest($"l{i}", sku, 1))],
    };

    private static Task<Outcome<Order>> Place(IOrders orders, QuoteRequest request) => orders.Create(
        Portal,
        new NewOrder { Submission = request.Submission, Request = request, OrderedBy = new OrderedBy(new PersonId("p-1"), "Live Figures") },
        TimeProvider.System.GetUtcNow().AddSeconds(60));

    private static async Task Row<T>(string what, int runs, Func<Task<Outcome<T>>> ask)
    {
        Check(what, await ask());
        var times = new List<double>();
        for (var i = 0; i < runs; i++)
        {
            var clock = Stopwatch.StartNew();
            var answer = await ask();
            times.Add(clock.Elapsed.TotalMilliseconds);
            Check(what, answer);
        }

        Console.WriteLine(Statistics.Row(what, Statistics.Quantile(times, 0.5), Statistics.Quantile(times, 0.95), runs));
    }

    private static void Check<T>(string what, Outcome<T> answer)
    {
        if (!answer.Succeeded)
        {
            throw new InvalidOperationException($"{what}: {answer}");
        }
    }

    /// <summary>Goes away in the middle of the confirmation; nothing of its caller's arrives afterwards.</summary>
    private sealed class CutConfirmation(HttpMessageHandler inner, string confirmation) : DelegatingHandler(inner)
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

        private long _cut;

        public TimeSpan SinceCut => _cut == 0 ? throw new InvalidOperationException("The confirmation was answered at once.") : Stopwatch.GetElapsedTime(_cut);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_cut != 0)
            {
                throw new HttpRequestException("Gone.");
            }

            if (request.Content is null || !(await request.Content.ReadAsStringAsync(cancellationToken)).Contains(confirmation, StringComparison.Ordinal))
            {
                return await base.SendAsync(request, cancellationToken);
            }

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            try
            {
                return await base.SendAsync(request, limit.Token);
            }
            catch (OperationCanceledException gone)
            {
                _cut = Stopwatch.GetTimestamp();
                throw new HttpRequestException("Cut off.", gone);
            }
        }
    }
}
