using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;

namespace MLHub.Web.Components;

/// <summary>A page or part that repaints when it hears news, at most four times a second.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly List<IDisposable> _subscriptions = [];
    private string[] _topics = [];
    private RefreshThrottle? _throttle;
    private long? _readSince;

    [Inject]
    private News LiveNews { get; set; } = null!;

    [Inject]
    private TimeProvider LiveTime { get; set; } = null!;

    /// <summary>The page is closed; what still comes in finds nobody.</summary>
    protected bool IsGone { get; private set; }

    public override Task SetParametersAsync(ParameterView parameters)
    {
        _readSince ??= LiveNews.Now;
        return base.SetParametersAsync(parameters);
    }

    public virtual void Dispose()
    {
        IsGone = true;
        Unsubscribe();
        _throttle?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Hears these topics from now on, and no others. Topics come from <see cref="Topic"/>.</summary>
    protected void Listen(params string[] topics)
    {
        if (IsGone || topics.SequenceEqual(_topics))
        {
            return;
        }

        Unsubscribe();
        _topics = topics;
        _throttle ??= new RefreshThrottle(LiveTime, Interval, () => InvokeAsync(RepaintAsync));
        foreach (var topic in topics)
        {
            _subscriptions.Add(LiveNews.Subscribe(topic, _throttle.Signal));
        }

        // What the page has read may be older than the last news.
        if (LiveNews.WasAnySince(_readSince ?? LiveNews.Now, topics))
        {
            _throttle.Signal();
        }
    }

    /// <summary>Reads the state anew; on the renderer's thread, followed by a repaint.</summary>
    protected abstract Task RefreshAsync();

    private async Task RepaintAsync()
    {
        if (IsGone)
        {
            return;
        }

        try
        {
            _readSince = LiveNews.Now;
            await RefreshAsync();
            if (!IsGone)
            {
                StateHasChanged();
            }
        }
        catch (Exception) when (IsGone)
        {
            // It broke because the page went away meanwhile.
        }
        catch (Exception broken)
        {
            await DispatchExceptionAsync(broken);
        }
    }

    private void Unsubscribe()
    {
        _subscriptions.ForEach(s => s.Dispose());
        _subscriptions.Clear();
        _topics = [];
    }
}
