using PortalIntegration.Sandbox.Erp.Invoices;
using PortalIntegration.Sandbox.Erp.Orders;
using PortalIntegration.Sandbox.Erp.Quotations;
using PortalIntegration.Sandbox.Erp.Returns;
using PortalIntegration.Sandbox.Erp.Stock;

namespace PortalIntegration.Sandbox.Erp;

/// <summary>Who in the ERP may change what. All of it is done under the state's lock.</summary>
internal sealed class ErpDesks
{
    public ErpDesks(ErpState state)
    {
        Invoices = new InvoiceDesk(state);
        Orders = new OrderDesk(state, Invoices);
        Returns = new ReturnDesk(state, Orders, Invoices);
        Stock = new StockDesk(state, Orders);
        Quotations = new QuotationDesk(state);
    }

    public OrderDesk Orders { get; }

    public InvoiceDesk Invoices { get; }

    public ReturnDesk Returns { get; }

    public StockDesk Stock { get; }

    public QuotationDesk Quotations { get; }
}
