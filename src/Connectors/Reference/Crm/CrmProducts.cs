using System.Globalization;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Connectors.Reference.Wire;
using PortalIntegration.Core;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.SalesProducts;
using PortalIntegration.Core.Scopes;

namespace PortalIntegration.Connectors.Reference.Crm;

internal sealed class CrmProducts(SystemPipeline pipeline, Func<Call, ICrmApi> api) : ISalesProducts
{
    private const string Capability = "SalesProducts";

    /// <summary>The contract has no query for many: as many calls go out side by side.</summary>
    private const int AtOnce = 8;

    private static readonly Operation _get = Operation.Read("getProduct", Capability);
    private static readonly Operation _put = Operation.Write("putProduct", Capability);

    public async Task<Outcome<IReadOnlyList<SalesProduct>>> Get(Scope scope, IReadOnlyList<Sku> skus, CancellationToken cancel = default)
    {
        var found = new List<SalesProduct>();
        foreach (var some in skus.Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(some.Select(sku => One(scope, sku, cancel)));
            if (Array.Find(answers, answer => !answer.Succeeded && answer.Failure!.Cause != Cause.NotFound) is { } failed)
            {
                return failed.As<IReadOnlyList<SalesProduct>>();
            }

            found.AddRange(answers.Where(answer => answer.Succeeded).Select(answer => answer.Value));
        }

        return Outcome.Success<IReadOnlyList<SalesProduct>>(found, new Provenance(pipeline.System, pipeline.Time.GetUtcNow()));
    }

    public Task<Outcome<SalesProduct>> Put(Scope scope, SalesProduct product, string? version, CancellationToken cancel = default) =>
        Ask.ByKey(pipeline, _put, product.Sku.Value, key => pipeline.Send(
            scope,
            _put,
            (call, token) => api(call).PutProduct(
                key,
                version is null ? null : Ask.IfMatch(version),
                new SalesProductInputWire(
                    product.Name, product.Description, product.Category, product.Unit, product.IsActive, product.ListPrice?.Amount, product.ListPrice?.Currency, product.Available, product.StockAsOf),
                token),
            answer => Map(answer, product.Sku),
            cancel: cancel));

    private Task<Outcome<SalesProduct>> One(Scope scope, Sku sku, CancellationToken cancel) => Ask.ByKey(pipeline, _get, sku.Value, key =>
        pipeline.Send(scope, _get, (call, token) => api(call).GetProduct(key, token), answer => Map(answer, sku), cancel: cancel));

    private static SalesProduct Map(SalesProductWire product, Sku asked)
    {
        Strict.Same(product.Sku, asked.Value, "sku");
        return new SalesProduct
        {
            Sku = asked,
            Name = Strict.Filled(product.Name, "name"),
            Description = Given(product.Description),
            Category = Given(product.Category),
            Unit = Given(product.Unit),
            IsActive = product.Active,
            ListPrice = product is { ListPrice: { } amount, Currency: { } currency } ? new Money(amount, Strict.Currency(currency, "currency")) : null,
            Available = product.Available,
            StockAsOf = product.StockAsOf,
            Version = product.Version.ToString(CultureInfo.InvariantCulture),
        };
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
