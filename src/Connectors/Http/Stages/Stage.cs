using Polly;

namespace PortalIntegration.Connectors.Http.Stages;

/// <summary>Runs a handler's rest through a Polly pipeline that can see the call.</summary>
internal static class Stage
{
    private static readonly ResiliencePropertyKey<Call> _call = new(Call.Key);

    public static Call CallOf(ResilienceContext context) => context.Properties.GetValue(_call, null!);

    /// <summary>Polly takes a timeout of nothing for none at all.</summary>
    public static TimeSpan AtLeast(TimeSpan timeout) => timeout > TimeSpan.Zero ? timeout : TimeSpan.FromTicks(1);

    public static async Task<HttpResponseMessage> Run(
        this ResiliencePipeline<HttpResponseMessage> pipeline,
        Call call,
        Func<CancellationToken, Task<HttpResponseMessage>> rest,
        CancellationToken cancel)
    {
        var context = ResilienceContextPool.Shared.Get(cancel);
        context.Properties.Set(_call, call);
        try
        {
            return await pipeline.ExecuteAsync(
                static async (context, rest) => await rest(context.CancellationToken),
                context,
                rest);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
