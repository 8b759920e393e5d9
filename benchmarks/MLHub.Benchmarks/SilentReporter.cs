using MLHub.Core.Jobs;

namespace MLHub.Benchmarks;

/// <summary>Nobody listens.</summary>
internal sealed class SilentReporter : IJobReporter
{
    public CancellationToken FinishRequested => CancellationToken.None;

    public void Progress(double progress, string stage, string? message = null)
    {
    }

    public void Log(JobLogLevel level, string text)
    {
    }

    public void Metric(string key, long step, double value)
    {
    }
}
