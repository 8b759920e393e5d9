using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Experiments;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Models;
using MLHub.Core.Training;

namespace MLHub.Web.Experiments;

/// <summary>A run over REST.</summary>
/// <param name="Search">How far its search is; <c>null</c> for a run that does not search.</param>
/// <param name="Model">Where its model is registered; <c>null</c> when it is not.</param>
public sealed record RunAnswer(
    Guid Id,
    string Name,
    Guid ExperimentId,
    Guid? ParentRunId,
    RunState State,
    RunSource Source,
    TrainingTask? Task,
    string? Target,
    string? PositiveClass,
    string? Algorithm,
    IReadOnlyDictionary<string, JsonElement> Parameters,
    RunDataset? Dataset,
    SplitConfiguration? Split,
    IReadOnlyDictionary<string, RunMetricView> Metrics,
    IReadOnlyDictionary<string, string> Tags,
    string? Note,
    DateTime CreatedAt,
    DateTime? StartedAt,
    DateTime? EndedAt,
    double? DurationSeconds,
    double Progress,
    string? Stage,
    string? Error,
    string? ErrorCode,
    IReadOnlyList<string> Warnings,
    Guid? JobId,
    Guid CreatedBy,
    DateTime? SeenAt,
    DateTime? ArchivedAt,
    SearchSummary? Search,
    RegisteredAs? Model)
{
    public static RunAnswer Of(RunView run, RegisteredAs? model, DateTime now) => new(
        run.Id, run.Name, run.ExperimentId, run.ParentRunId, run.State, run.Source,
        run.Task, run.Configuration?.Target, run.Result?.PositiveClass ?? run.Configuration?.PositiveClass, run.Algorithm,
        run.Parameters, run.Dataset, run.Configuration?.Split, run.Metrics.ToDictionary(m => m.Key, m => Honest(m.Value)), run.Tags, run.Note,
        run.CreatedAt, run.StartedAt, run.EndedAt, run.Duration(now)?.TotalSeconds, run.Progress, run.Stage, run.Error, run.ErrorCode,
        run.Result?.Warnings ?? [], run.JobId, run.CreatedBy, run.SeenAt, run.ArchivedAt, run.Search, model);

    /// <summary>A metric has a last value as soon as it exists; where there is none to keep, it was not a number.</summary>
    private static RunMetricView Honest(RunMetricView metric) => metric with { Last = metric.Last ?? double.NaN };
}

public sealed record ExperimentAnswer(Guid Id, Guid WorkspaceId, string Name, string? Description, int RunCount, DateTime CreatedAt, DateTime UpdatedAt, Core.Workspaces.WorkspaceRole? MyRole)
{
    public static ExperimentAnswer Of(ExperimentView view) =>
        new(view.Id, view.WorkspaceId, view.Name, view.Description, view.RunCount, view.CreatedAt, view.UpdatedAt, view.MyRole);
}

public sealed record ExperimentRequest(string Name, string? Description = null);

public sealed record ExperimentEdit(string? Name = null, string? Description = null);

/// <summary>What to train; see <see cref="TrainingConfiguration"/> for the meaning of each field.</summary>
/// <param name="RegisterAs">Name of the model that the result becomes a version of; made when it does not exist.</param>
public sealed record TrainRequest(
    Guid DatasetId,
    TrainingTask Task,
    string Algorithm,
    string? Name = null,
    int? DatasetVersion = null,
    string? Target = null,
    string? PositiveClass = null,
    IReadOnlyList<string>? Features = null,
    IReadOnlyDictionary<string, JsonElement>? Parameters = null,
    SplitConfiguration? Split = null,
    int? MaxSeconds = null,
    string? RegisterAs = null,
    IReadOnlyList<RecipeStep>? Steps = null)
{
    public TrainingRequest ToRequest() => new(Name, DatasetId, DatasetVersion, new()
    {
        Task = Task,
        Target = Target,
        PositiveClass = PositiveClass,
        Features = Features,
        Algorithm = Algorithm,
        Parameters = Parameters ?? new Dictionary<string, JsonElement>(),
        Split = Split ?? new(),
        MaxSeconds = MaxSeconds,
        Steps = Steps,
    }, RegisterAs);
}

public sealed record TrainAnswer(RunAnswer Run, Jobs.JobAnswer Job);

/// <param name="Filter">Like <c>metric.auc &gt; 0.9 and tag has baseline</c>; absent takes all that are not archived.</param>
/// <param name="OrderBy">Fields with <c>asc</c> or <c>desc</c>, separated by commas: <c>metric.auc desc, name</c>. Also <c>newest</c> (absent) and <c>oldest</c>.</param>
public sealed record RunSearchRequest(string? Filter = null, string? OrderBy = null, int PageSize = 50, string? PageToken = null);

/// <param name="Tags">Takes the place of all tags.</param>
/// <param name="State">Runs from outside only: <c>finished</c>, <c>failed</c> or <c>cancelled</c> ends it, <c>running</c> takes it up again.</param>
/// <param name="Error">With <c>failed</c>: why.</param>
/// <param name="EndedAt">When it ended; absent is now.</param>
public sealed record RunEdit(
    string? Name = null, string? Note = null, IReadOnlyDictionary<string, string>? Tags = null, RunState? State = null, string? Error = null, DateTimeOffset? EndedAt = null);
