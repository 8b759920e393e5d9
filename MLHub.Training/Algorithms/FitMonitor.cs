using MLHub.Core.Evaluation;
using MLHub.Core.Jobs;
using MLHub.Core.Training;

namespace MLHub.Training.Algorithms;

/// <summary>How a learner speaks while it trains, and hears that it should stop and keep what it has.</summary>
/// <param name="reporter">Where news goes; <c>null</c> keeps quiet (folds of a cross-validation, self-tests).</param>
/// <param name="from">Progress of the job when training begins.</param>
/// <param name="to">Progress of the job when it ends.</param>
internal sealed class FitMonitor(IJobReporter? reporter, TimeProvider time, int? maxSeconds, double from = 0, double to = 1)
{
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<string, List<LossPoint>> _curves = [];

    public static FitMonitor Quiet => new(null, TimeProvider.System, null);

    public IReadOnlyList<LossSeries> Curves => [.. _curves.Select(c => new LossSeries(c.Key, c.Value))];

    public bool IsOutOfTime => maxSeconds is { } limit && time.GetElapsedTime(_start).TotalSeconds >= limit;

    public TimeSpan? TimeLeft => maxSeconds is { } limit ? TimeSpan.FromSeconds(limit) - time.GetElapsedTime(_start) : null;

    public int? MaxSeconds => maxSeconds;

    /// <summary>Whether to stop after this iteration with the model so far.</summary>
    public EarlyStop? ShouldStop() =>
        reporter?.FinishRequested.IsCancellationRequested == true ? EarlyStop.FinishRequested : IsOutOfTime ? EarlyStop.OutOfTime : null;

    public void Iteration(int done, int of, string unit) =>
        reporter?.Progress(from + ((to - from) * done / of), "training", $"{unit} {done} / {of}");

    public void Loss(string key, int step, double value)
    {
        if (!double.IsFinite(value))
        {
            return;
        }

        if (!_curves.TryGetValue(key, out var points))
        {
            _curves[key] = points = [];
        }

        points.Add(new(step, value));
        reporter?.Metric(key, step, value);
    }

    public void Log(JobLogLevel level, string text) => reporter?.Log(level, text);
}
