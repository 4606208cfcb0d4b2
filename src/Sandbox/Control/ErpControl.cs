using PortalIntegration.Sandbox.Erp;
using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Customers;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Erp.Stock;
using PortalIntegration.Sandbox.Http;
using PortalIntegration.Sandbox.Simulation;

namespace PortalIntegration.Sandbox.Control;

/// <summary>Moves the ERP's orders, stock and prices by hand.</summary>
internal sealed class ErpControl(ErpState state, ErpDesks desks, ErpBehaviour behaviour, CompanyAtWork company)
{
    public IEnumerable<Operation> All =>
    [
        Operation.Get("findOrders", "/erp/orders", FindOrders),
        OrderStep("accept", (order, _, at) => desks.Orders.Accept(order, at)),
        OrderStep("ship", (order, call, at) => desks.Orders.Ship(order, Quantities(call), at)),
        OrderStep("invoice", (order, _, at) => desks.Orders.Bill(order, at)),
        OrderStep("hold", (order, call, at) => desks.Orders.PutOnHold(order, Reason(call, "Held by hand"), at)),
        OrderStep("release", (order, _, at) => desks.Orders.Release(order, at)),
        OrderStep("cancel", (order, call, at) => desks.Orders.Cancel(order, null, Reason(call, "Cancelled by hand"), "Sandbox", at)),
        OrderStep("promise", (order, call, at) => desks.Orders.Promise(order, call.Read<PromiseRequest>().LineNumber, call.Read<PromiseRequest>().PromisedOn, at)),
        Operation.Post("payInvoice", "/erp/invoices/{number}/pay", PayInvoice),
        Operation.Post("advanceReturn", "/erp/returns/{number}/advance", AdvanceReturn),
        Operation.Post("expireQuotation", "/erp/quotations/{number}/expire", ExpireQuotation),
        Operation.Put("setStock", "/erp/stock/{sku}", SetStock),
        Operation.Post("receiveStock", "/erp/stock/{sku}/receive", ReceiveStock),
        Operation.Put("setPrice", "/erp/prices/{sku}", SetPrice),
        Operation.Put("changeProduct", "/erp/products/{sku}", ChangeProduct),
        Operation.Delete("deleteProduct", "/erp/products/{sku}", DeleteProduct),
        Operation.Put("changeCustomer", "/erp/customers/{number}", ChangeCustomer),
        Operation.Get("showBehaviour", "/erp/behaviour", _ => Answer.Ok(Behaviour())),
        Operation.Put("setBehaviour", "/erp/behaviour", SetBehaviour),
        Operation.Get("showSimulation", "/simulation", _ => Answer.Ok(new { company.Running, company.Speed })),
        Operation.Put("setSimulation", "/simulation", SetSimulation),
        Operation.Post("stepSimulation", "/simulation/step", _ => Answer.Ok(new { Steps = company.Step(state.Now) })),
    ];

    private Answer FindOrders(Call call)
    {
        lock (state.Gate)
        {
            var reference = call.Text("externalReference");
            var customer = call.Text("customerNumber");
            IReadOnlyList<Order> from = reference is not null ? state.OrdersByReference.GetValueOrDefault(reference) ?? [] : state.OrderList;
            var found = from.Where(o => customer is null || o.CustomerNumber == customer).ToList();
            return Answer.Ok(new
            {
                found.Count,
                Items = found.TakeLast(call.Limit).Reverse().Select(o => new
                {
                    o.Number,
                    o.ExternalReference,
                    o.CustomerNumber,
                    o.PoNumber,
                    o.Status,
                    o.OrderedAt,
                    o.Total,
                    o.Currency,
                    Lines = o.Lines.Select(l => new { l.LineNumber, l.Sku, l.Ordered, l.Shipped, l.Unit }),
                }),
            });
        }
    }

    private Operation OrderStep(string step, Action<Order, Call, DateTimeOffset> run) =>
        Operation.Post(step + "Order", $"/erp/orders/{{number}}/{step}", call =>
        {
            lock (state.Gate)
            {
                var order = state.Orders.Find(call.Route("number")) ?? throw Refusal.NotFound($"There is no order {call.Route("number")}.");
                run(order, call, state.Now);
                return Answer.Ok(OrderBody.Of(order, state));
            }
        });

    private static Dictionary<int, decimal>? Quantities(Call call) =>
        call.Body.Length == 0 ? null : call.Read<ShipRequest>().Lines?.ToDictionary(l => l.LineNumber, l => l.Quantity);

    private static string Reason(Call call, string otherwise) =>
        call.Body.Length == 0 ? otherwise : call.Read<ReasonRequest>().Reason ?? otherwise;

    private Answer PayInvoice(Call call)
    {
        lock (state.Gate)
        {
            var invoice = state.Invoices.Find(call.Route("number")) ?? throw Refusal.NotFound("There is no such invoice.");
            return Answer.Ok(desks.Invoices.Pay(invoice, invoice.Balance, state.Now));
        }
    }

    private Answer AdvanceReturn(Call call)
    {
        lock (state.Gate)
        {
            var open = state.Returns.Find(call.Route("number")) ?? throw Refusal.NotFound("There is no such return.");
            return Answer.Ok(desks.Returns.Advance(open, state.Now));
        }
    }

    private Answer ExpireQuotation(Call call)
    {
        lock (state.Gate)
        {
            desks.Quotations.Expire(desks.Quotations.Find(call.Route("number")), state.Now);
            return Answer.NoContent();
        }
    }

    private Answer SetStock(Call call)
    {
        var request = call.Read<StockRequest>();
        lock (state.Gate)
        {
            var item = FindItem(call);
            for (var w = 0; w < StockLevel.Warehouses.Count; w++)
            {
                desks.Stock.SetFree(item, w, w == Warehouse(request.Warehouse) ? request.Available : request.Warehouse is null ? 0 : item.Stock.Free(w));
            }

            if (request.Inbound is { } inbound)
            {
                item.Stock.Inbound.Clear();
                item.Stock.Inbound.AddRange(inbound.Select(i => new Inbound(Warehouse(request.Warehouse), i.Quantity, i.ExpectedOn)));
            }

            return Answer.NoContent();
        }
    }

    private Answer ReceiveStock(Call call)
    {
        var request = call.Read<ReceiveRequest>();
        lock (state.Gate)
        {
            desks.Stock.Receive(FindItem(call), Warehouse(request.Warehouse), request.Quantity, state.Now);
            return Answer.NoContent();
        }
    }

    private Answer SetPrice(Call call)
    {
        var request = call.Read<PriceRequest>();
        lock (state.Gate)
        {
            var item = FindItem(call);
            if (request.CustomerNumber is { } customer)
            {
                state.Prices.Agree(customer, item.Key, request.Price);
            }
            else
            {
                item.ListPrice = request.Price ?? throw Refusal.BadRequest("price is missing");
            }

            state.Publish("price.changed", "price", item.Key);
            return Answer.NoContent();
        }
    }

    private Answer ChangeProduct(Call call)
    {
        var request = call.Read<ProductRequest>();
        lock (state.Gate)
        {
            var item = FindItem(call);
            item.Product = item.Product with
            {
                Name = request.Name ?? item.Product.Name,
                Description = request.Description ?? item.Product.Description,
                Status = request.Status ?? item.Product.Status,
                Version = item.Product.Version + 1,
                UpdatedAt = state.Now,
            };
            state.Items.Put(item);
            state.Publish("product.changed", "product", item.Key);
            return Answer.Ok(item.Product);
        }
    }

    private Answer DeleteProduct(Call call)
    {
        lock (state.Gate)
        {
            var item = FindItem(call);
            state.Items.Delete(item.Key, state.Now);
            state.ItemList.Remove(item);
            state.Publish("product.deleted", "product", item.Key);
            return Answer.NoContent();
        }
    }

    private Answer ChangeCustomer(Call call)
    {
        var request = call.Read<CustomerRequest>();
        lock (state.Gate)
        {
            var customer = state.Customers.Find(call.Route("number")) ?? throw Refusal.NotFound("There is no such customer.");
            customer.CreditLimit = request.Unlimited == true ? null : request.CreditLimit ?? customer.CreditLimit;
            if (request.Status is { } status)
            {
                customer.HoldReason = status == CustomerStatus.Active ? null : request.HoldReason ?? "Held by hand.";
            }

            customer.Body = customer.Body with
            {
                Name = request.Name ?? customer.Body.Name,
                Status = request.Status ?? customer.Body.Status,
                Version = customer.Body.Version + 1,
                UpdatedAt = state.Now,
            };
            state.Customers.Put(customer);
            state.Publish("customer.changed", "customer", customer.Key);
            state.CreditChanged(customer.Key);
            return Answer.Ok(state.Credit.Show(customer, state.Now));
        }
    }

    private BehaviourBody Behaviour() => new(behaviour.HonourIdempotencyKeys, behaviour.UniqueExternalReferences, behaviour.CreateOrderTakes.TotalMilliseconds);

    private Answer SetBehaviour(Call call)
    {
        var request = call.Read<BehaviourRequest>();
        behaviour.HonourIdempotencyKeys = request.HonourIdempotencyKeys ?? behaviour.HonourIdempotencyKeys;
        behaviour.UniqueExternalReferences = request.UniqueExternalReferences ?? behaviour.UniqueExternalReferences;
        behaviour.CreateOrderTakes = request.CreateOrderMilliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : behaviour.CreateOrderTakes;
        return Answer.Ok(Behaviour());
    }

    private Answer SetSimulation(Call call)
    {
        var request = call.Read<SimulationRequest>();
        company.Running = request.Running ?? company.Running;
        company.Speed = request.Speed is > 0 ? request.Speed.Value : company.Speed;
        return Answer.Ok(new { company.Running, company.Speed });
    }

    private Item FindItem(Call call) => state.Items.Find(call.Route("sku")) ?? throw Refusal.NotFound($"There is no article {call.Route("sku")}.");

    private static int Warehouse(string? code)
    {
        if (code is null)
        {
            return 0;
        }

        for (var w = 0; w < StockLevel.Warehouses.Count; w++)
        {
            if (StockLevel.Warehouses[w].Code == code)
            {
                return w;
            }
        }

        throw Refusal.BadRequest($"there is no warehouse {code}");
    }

    private sealed record ShipLine(int LineNumber, decimal Quantity);

    private sealed record ShipRequest(IReadOnlyList<ShipLine>? Lines = null);

    private sealed record PromiseRequest(int LineNumber, DateOnly? PromisedOn = null);

    private sealed record ReasonRequest(string? Reason = null);

    private sealed record InboundRequest(decimal Quantity, DateOnly ExpectedOn);

    private sealed record StockRequest(decimal Available, string? Warehouse = null, IReadOnlyList<InboundRequest>? Inbound = null);

    private sealed record ReceiveRequest(decimal Quantity, string? Warehouse = null);

    private sealed record PriceRequest(decimal? Price = null, string? CustomerNumber = null);

    private sealed record ProductRequest(string? Name = null, string? Description = null, ProductStatus? Status = null);

    private sealed record CustomerRequest(string? Name = null, CustomerStatus? Status = null, string? HoldReason = null, decimal? CreditLimit = null, bool? Unlimited = null);

    private sealed record BehaviourBody(bool HonourIdempotencyKeys, bool UniqueExternalReferences, double CreateOrderMilliseconds);

    private sealed record BehaviourRequest(bool? HonourIdempotencyKeys = null, bool? UniqueExternalReferences = null, double? CreateOrderMilliseconds = null);

    private sealed record SimulationRequest(bool? Running = null, double? Speed = null);
}
