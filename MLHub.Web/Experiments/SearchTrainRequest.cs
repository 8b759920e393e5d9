using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;

namespace MLHub.Web.Experiments;

/// <summary>What to search for; see <see cref="SearchConfiguration"/> and <see cref="TrainingConfiguration"/> for the meaning of each field.</summary>
/// <param name="Kind"><c>grid</c>, <c>random</c> or <c>auto</c>. Absent: auto without a search space, a grid when it holds only lists, else random.</param>
/// <param name="Algorithms">Those that may be tried; absent takes all that answer the question.</param>
/// <param name="Parameters">Set in every trial whose algorithm has them.</param>
/// <param name="SearchSpace">Parameter → a list of values or <c>{min, max, log}</c>; <c>lightgbm.numLeaves</c> means one algorithm only. A grid takes five points of a range, or <c>steps</c>.</param>
/// <param name="Metric">By which trials are judged on validation rows or folds, e.g. <c>auc</c>; absent takes the usual one.</param>
/// <param name="MaxSeconds">Time for all trials together; the last training of the winner comes on top.</param>
public sealed record SearchTrainRequest(
    Guid DatasetId,
    TrainingTask Task,
    SearchKind? Kind = null,
    IReadOnlyList<string>? Algorithms = null,
    string? Algorithm = null,
    string? Name = null,
    int? DatasetVersion = null,
    string? Target = null,
    string? PositiveClass = null,
    IReadOnlyList<string>? Features = null,
    IReadOnlyDictionary<string, JsonElement>? Parameters = null,
    IReadOnlyDictionary<string, JsonElement>? SearchSpace = null,
    SplitConfiguration? Split = null,
    string? Metric = null,
    int? MaxTrials = null,
    int? MaxSeconds = null,
    string? RegisterAs = null,
    IReadOnlyList<RecipeStep>? Steps = null)
{
    public SearchRequest ToRequest() => new(
        Name,
        DatasetId,
        DatasetVersion,
        Kind,
        new()
        {
            Task = Task,
            Target = Target,
            PositiveClass = PositiveClass,
            Features = Features,
            Algorithm = Algorithm ?? "",
            Parameters = Parameters ?? new Dictionary<string, JsonElement>(),
            Split = Split ?? new(),
            Steps = Steps,
        },
        Algorithms ?? (Algorithm is null ? null : [Algorithm]),
        SearchSpace?.ToDictionary(s => s.Key, s => SearchRange.Parse(s.Key, s.Value)),
        Metric,
        MaxTrials,
        MaxSeconds,
        RegisterAs);
}
