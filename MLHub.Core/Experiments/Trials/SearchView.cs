using System.Text.Json;
using MLHub.Core.Training.Search;

namespace MLHub.Core.Experiments.Trials;

/// <summary>How far a search is, beside its run.</summary>
/// <param name="EndReason">Why there are no more trials; <c>null</c> while there are.</param>
public sealed record SearchSummary(
    SearchKind Kind, string Metric, int Trials, int MaxTrials, double SpentSeconds, int MaxSeconds, bool FinishRequested, string? EndReason, Guid? BestTrialId)
{
    public bool IsOver => EndReason is not null;

    /// <summary>0 … 1 of whichever limit is nearer.</summary>
    public double Share => IsOver ? 1 : Math.Clamp(Math.Max((double)Trials / MaxTrials, SpentSeconds / MaxSeconds), 0, 1);

    internal static SearchSummary Of(ParameterSearch search) => new(
        search.Configuration.Kind, search.Configuration.Metric, search.Done, search.Configuration.MaxTrials, search.SpentSeconds, search.Configuration.MaxSeconds,
        search.FinishRequested, search.EndReason, search.BestTrialId);
}

/// <param name="Trials">In the order in which they were started.</param>
public sealed record SearchView(SearchSummary Summary, SearchConfiguration Configuration, IReadOnlyList<TrialView> Trials);

/// <param name="Parameters">What the search set; others have their defaults.</param>
/// <param name="Reason">Why just this was tried.</param>
/// <param name="ScoreDeviation">Over the folds of a cross-validation.</param>
/// <param name="Rank">1 is the best; <c>null</c> without a score.</param>
public sealed record TrialView(
    Guid RunId,
    int Number,
    string Name,
    string Algorithm,
    IReadOnlyDictionary<string, JsonElement> Parameters,
    string Reason,
    RunState State,
    double? Score,
    double? ScoreDeviation,
    int? Rank,
    double? DurationSeconds,
    DateTime? StartedAt,
    DateTime? EndedAt,
    string? Error)
{
    public bool IsOver => State is RunState.Finished or RunState.Failed or RunState.Cancelled;
}
