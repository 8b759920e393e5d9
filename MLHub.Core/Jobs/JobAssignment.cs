using System.Text.Json;
using MLHub.Core.Storage;

namespace MLHub.Core.Jobs;

/// <summary>What a worker is given to do.</summary>
/// <param name="Id">The job.</param>
/// <param name="Kind">Which handler computes it.</param>
/// <param name="LeaseToken">To be shown with everything that is said about the job.</param>
/// <param name="LeaseSeconds">After so long a silence another worker gets it.</param>
/// <param name="Spec">Document for the handler.</param>
/// <param name="Inputs">Name → SHA-256 of a file that it reads.</param>
/// <param name="Outputs">Names of files that it may store.</param>
/// <param name="TimeLimitSeconds">Wall-clock limit; <c>null</c> takes the worker's.</param>
public sealed record JobAssignment(
    Guid Id, string Kind, int Attempt, int MaxAttempts, string LeaseToken, int LeaseSeconds, JsonElement Spec,
    IReadOnlyDictionary<string, string> Inputs, IReadOnlyList<string> Outputs, double? TimeLimitSeconds);

/// <summary>What a worker tells while it computes.</summary>
/// <param name="Number">Counts from 1 in each lease; a report that comes twice is written once.</param>
/// <param name="Progress">0 … 1.</param>
/// <param name="Lines">Lines of the log since the last report.</param>
/// <param name="Points">Points of curves since the last report.</param>
public sealed record JobReport(long Number, double Progress, string? Stage, string? Message, IReadOnlyList<JobReportLine> Lines, IReadOnlyList<JobReportPoint> Points);

public sealed record JobReportLine(JobLogLevel Level, string Text);

public sealed record JobReportPoint(string Key, long Step, double Value);

/// <summary>The files of a lease: those it may read, those it may store, and those it has stored.</summary>
public sealed record JobFiles(IReadOnlyDictionary<string, string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, JobFile> Stored)
{
    internal static JobFiles Of(JobPlan plan) => new(plan.Inputs.ToDictionary(i => i.Key, i => i.Value.ToString()), plan.Outputs, new Dictionary<string, JobFile>());

    internal JobFiles With(string name, BlobRef blob) =>
        this with { Stored = new Dictionary<string, JobFile>(Stored) { [name] = new(blob.Hash.ToString(), blob.Length) } };
}

public sealed record JobFile(string Hash, long Length);
