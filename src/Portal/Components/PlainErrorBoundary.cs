using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace PortalIntegration.Portal.Components;

/// <summary>Keeps a bug in one part of a page from taking the rest along, and says so in plain words.</summary>
public sealed partial class PlainErrorBoundary : ErrorBoundaryBase
{
    [Inject]
    private ILogger<PlainErrorBoundary> Logger { get; set; } = default!;

    [CascadingParameter]
    private HttpContext? Context { get; set; }

    /// <summary>What it keeps is a page: it is headed then.</summary>
    [Parameter]
    public bool WholePage { get; set; }

    protected override Task OnErrorAsync(Exception exception)
    {
        Log.Failed(Logger, exception);
        if (Context is { Response.HasStarted: false } context)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }

        return Task.CompletedTask;
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (CurrentException is null)
        {
            builder.AddContent(0, ChildContent);
            return;
        }

        builder.OpenComponent<PartFailed>(1);
        builder.AddComponentParameter(2, nameof(PartFailed.OnAgain), EventCallback.Factory.Create(this, Recover));
        builder.AddComponentParameter(3, nameof(PartFailed.WholePage), WholePage);
        builder.CloseComponent();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A part of a page failed.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
