using Microsoft.Extensions.Options;
using PortalIntegration.Core.Settings;
using PortalIntegration.Portal.Features.Amending;
using PortalIntegration.Portal.Features.Backorders;
using PortalIntegration.Portal.Features.Catalog;
using PortalIntegration.Portal.Features.Checkout;
using PortalIntegration.Portal.Features.CompanyDetails;
using PortalIntegration.Portal.Features.Notices;
using PortalIntegration.Portal.Features.OrderPad;
using PortalIntegration.Portal.Features.Orders;
using PortalIntegration.Portal.Features.Quotes;
using PortalIntegration.Portal.Features.Returns;
using PortalIntegration.Portal.Features.Sales;

namespace PortalIntegration.Portal.Features;

/// <summary>What order pad, checkout and order pages need.</summary>
internal static class OrderingServices
{
    public static IServiceCollection AddOrdering(this IServiceCollection services)
    {
        services.AddSingleton<AskAboutLines>();
        services.AddSingleton<SearchProducts>();
        services.AddSingleton<FindOrderedBefore>();
        services.AddSingleton<SuggestProducts>();
        services.AddSingleton<PadPresenter>();
        services.AddSingleton<ShownOnPad>();
        services.AddSingleton<ReadChoices>();
        services.AddSingleton<ReadBasket>();
        services.AddSingleton<QuoteBasket>();
        services.AddSingleton<PlaceOrder>();
        services.AddSingleton<FindOrders>();
        services.AddSingleton<HandleQuotes>();
        services.AddSingleton<FindBackorders>();
        services.AddSingleton<AmendOrder>();
        services.AddSingleton<SendBack>();
        services.AddSingleton<ChangeSeals>();
        services.AddSingleton<ChangeCompany>();
        services.AddSingleton<MovedOrders>();
        services.AddHostedService(provider => provider.GetRequiredService<MovedOrders>());
        services.AddSingleton<DeliveryPromise>();
        services.AddSingleton<RecentChanges>();
        services.AddSingleton<FindInCare>();
        services.AddSingleton<AccountSignals>();
        services.AddSection<SalesOptions>(SalesOptions.Section);
        return services;
    }
}
