using System.Collections.Concurrent;
using MLHub.Core.Jobs;

namespace MLHub.Tests.Training;

/// <summary>Remembers what a handler said; can ask it to finish.</summary>
internal sealed class CollectingReporter : IJobReporter, IDisposable
{
    private readonly CancellationTokenSource _finish = new();

    public ConcurrentQueue<(string Key, long Step, double Value)> Metrics { get; } = new();

    public ConcurrentQueue<(double Progress, string Stage, string? Message)> Steps { get; } = new();

    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>Called on every point of a curve.</summary>
    public Action<CollectingReporter, long>? OnMetric { get; init; }

    /// <summary>Called with the stage on every report of progress.</summary>
    public Action<string>? OnStage { get; init; }

    public CancellationToken FinishRequested => _finish.Token;

    public void Finish() => _finish.Cancel();

    public void Progress(double progress, string stage, string? message = null)
    {
        Steps.Enqueue((progress, stage, message));
        OnStage?.Invoke(stage);
    }

    public void Log(JobLogLevel level, string text) => Lines.Enqueue(text);

    public void Metric(string key, long step, double value)
    {
        Metrics.Enqueue((key, step, value));
        OnMetric?.Invoke(this, step);
    }

    public void Dispose() => _finish.Dispose();
}
