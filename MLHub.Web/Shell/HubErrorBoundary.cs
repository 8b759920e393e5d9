using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using MLHub.Core.Common;
using MLHub.Web.Components;

namespace MLHub.Web.Shell;

/// <summary>Keeps the frame alive when a page breaks; says so in plain words, with an id that is also in the log.</summary>
public sealed partial class HubErrorBoundary(ILogger<HubErrorBoundary> logger) : ErrorBoundaryBase
{
    private string _trace = "";

    protected override Task OnErrorAsync(Exception exception)
    {
        _trace = Activity.Current?.TraceId.ToString() ?? Guid.CreateVersion7().ToString("N");
        if (exception is not HubException)
        {
            Log.PageBroke(logger, _trace, exception);
        }

        return Task.CompletedTask;
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (CurrentException is null)
        {
            builder.AddContent(0, ChildContent);
            return;
        }

        var refused = CurrentException as HubException;
        builder.OpenComponent<FailedState>(1);
        builder.AddComponentParameter(2, nameof(FailedState.Message), refused?.Message ?? "Something went wrong on this page. Your data is safe; try again, and if it stays, tell the administrator the number below.");
        builder.AddComponentParameter(3, nameof(FailedState.Trace), refused is null ? _trace : null);
        builder.AddComponentParameter(4, nameof(FailedState.OnRetry), EventCallback.Factory.Create(this, Recover));
        builder.CloseComponent();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A page failed (trace {Trace})")]
        public static partial void PageBroke(ILogger logger, string trace, Exception exception);
    }
}
