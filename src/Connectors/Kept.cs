using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors;

/// <summary>What a connection learns of its user and company: asked for once, by whoever needs it first, while the others wait.</summary>
internal sealed class Kept<T>(Func<PortCall, Task<Outcome<T>>> ask) : IDisposable
    where T : class
{
    private readonly SemaphoreSlim _asking = new(1, 1);
    private volatile T? _value;

    public async Task<Outcome<T>> Get(PortCall call, SystemPipeline pipeline)
    {
        if (_value is { } known)
        {
            return Of(known, pipeline);
        }

        await _asking.WaitAsync(call.Cancel);
        try
        {
            if (_value is { } asked)
            {
                return Of(asked, pipeline);
            }

            var answered = await ask(call);
            _value = answered.Try(out var value) ? value : null;
            return answered;
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>To be asked for again.</summary>
    public void Forget() => _value = null;

    public void Dispose() => _asking.Dispose();

    private static Outcome<T> Of(T value, SystemPipeline pipeline) => Outcome.Success(value, new Provenance(pipeline.System, pipeline.Time.GetUtcNow()));
}
