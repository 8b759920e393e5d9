using MLHub.Core.Evaluation;
using MLHub.Core.Jobs;
using MLHub.Core.Training;

namespace MLHub.Training.Algorithms;

/// <summary>How a learner speaks while it trains, and hears that it should stop and keep what it has.</summary>
/// <param name="reporter">Where news goes and from where "finish now" comes; <c>null</c> for self-tests.</param>
/// <param name="budget">Time from now on; <c>null</c> is without end.</param>
/// <param name="from">Progress of the job when training begins.</param>
/// <param name="to">Progress of the job when it ends.</param>
/// <param name="isQuiet">It hears, but says nothing: a fold of a cross-validation, one class of several.</param>
internal sealed class FitMonitor(IJobReporter? reporter, TimeProvider time, TimeSpan? budget, double from = 0, double to = 1, bool isQuiet = false)
{
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<string, List<LossPoint>> _curves = [];

    public static FitMonitor Quiet => new(null, TimeProvider.System, null);

    public IReadOnlyList<LossSeries> Curves => [.. _curves.Select(c => new LossSeries(c.Key, c.Value))];

    public bool IsOutOfTime => TimeLeft <= TimeSpan.Zero;

    public TimeSpan? TimeLeft => budget - time.GetElapsedTime(_start);

    public TimeSpan? Budget => budget;

    public CancellationToken FinishRequested => reporter?.FinishRequested ?? CancellationToken.None;

    /// <summary>Whether to stop after this iteration with the model so far.</summary>
    public EarlyStop? ShouldStop() =>
        FinishRequested.IsCancellationRequested ? EarlyStop.FinishRequested : IsOutOfTime ? EarlyStop.OutOfTime : null;

    /// <summary>For one of several models that share the time: as much as falls to each of those that are still to come.</summary>
    /// <param name="atMost">Limits it further.</param>
    public FitMonitor Share(int left, TimeSpan? atMost = null)
    {
        var share = TimeLeft / left;
        return new(reporter, time, atMost is { } limit && !(share < limit) ? limit : share, isQuiet: true);
    }

    public void Iteration(int done, int of, string unit)
    {
        if (!isQuiet)
        {
            reporter?.Progress(from + ((to - from) * done / of), "training", $"{unit} {done} / {of}");
        }
    }

    public void Loss(string key, int step, double value)
    {
        if (isQuiet || !double.IsFinite(value))
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

    public void Log(JobLogLevel level, string text)
    {
        if (!isQuiet)
        {
            reporter?.Log(level, text);
        }
    }
}
