using System.Diagnostics.Metrics;
using MLHub.Core.Common;

namespace MLHub.Core.Jobs;

/// <summary>How long jobs wait and take, by kind and by how they end.</summary>
internal static class JobMeter
{
    private static readonly Histogram<double> Wait = HubMeter.Meter.CreateHistogram("mlhub.job.wait", "s", "From being queued to the first claim.", null, HubMeter.Long);
    private static readonly Histogram<double> Duration = HubMeter.Meter.CreateHistogram("mlhub.job.duration", "s", "From the first claim to the end.", null, HubMeter.Long);
    private static readonly Counter<long> Attempts = HubMeter.Meter.CreateCounter<long>("mlhub.job.attempts", null, "Claims of jobs; more than there are jobs means that workers were lost.");

    public static void Claimed(Job job)
    {
        Attempts.Add(1, new KeyValuePair<string, object?>("kind", job.Kind));
        if (job is { Attempt: 1, StartedAt: { } started })
        {
            Wait.Record(Math.Max(0, (started - job.CreatedAt).TotalSeconds), new KeyValuePair<string, object?>("kind", job.Kind));
        }
    }

    /// <summary>A job that was cancelled while it was queued has not taken any time.</summary>
    public static void Ended(Job job, JobState state, DateTime now) => Duration.Record(
        job.StartedAt is { } started ? Math.Max(0, (now - started).TotalSeconds) : 0,
        new KeyValuePair<string, object?>("kind", job.Kind),
        new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant()));
}
