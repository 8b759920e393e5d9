using Microsoft.AspNetCore.Components;
using MLHub.Core.Experiments;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;
using MLHub.Web.Charts;
using MLHub.Web.Evaluation;

namespace MLHub.Web.Experiments;

public sealed partial class TrialsPanel : ComponentBase
{
    private SearchView? _drawn;
    private TrialsChart _chart = null!;

    [Inject]
    private AlgorithmCatalog Catalog { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Parameter, EditorRequired]
    public SearchView Search { get; set; } = null!;

    [Parameter, EditorRequired]
    public RunView Run { get; set; } = null!;

    /// <summary>Jobs before it while it waits.</summary>
    [Parameter]
    public int? Position { get; set; }

    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>The trial that is not worth waiting for.</summary>
    [Parameter]
    public EventCallback<Guid> OnSkip { get; set; }

    private string Metric => Search.Configuration.Metric;

    private string Judged => Search.Configuration.Base.Split.Kind == SplitKind.KFold ? "folds" : "validation rows";

    private bool IsSearching => Run.IsSearching;

    private TrialView? Winner => Search.Trials.FirstOrDefault(t => t.RunId == Search.Summary.BestTrialId);

    private string Counted => Search.Trials.Count(t => t.IsOver) is var over && Search.Trials.Count > over ? $"{over} done, {Search.Trials.Count - over} under way" : $"{over} done";

    /// <summary>What is going on comes first, then the best; those without a score stand at the end.</summary>
    private IEnumerable<TrialView> Ranked => Search.Trials.OrderBy(t => !t.IsOver ? 0 : 1).ThenBy(t => t.Rank ?? int.MaxValue).ThenBy(t => t.Number);

    private IReadOnlyList<Guid> Comparable => [.. Search.Trials.Where(t => t.Rank is not null).OrderBy(t => t.Rank).Take(RunComparison.MaxRuns).Select(t => t.RunId)];

    /// <summary>With the trial that is under way.</summary>
    private double Spent => Search.Summary.SpentSeconds
        + Search.Trials.Where(t => t is { State: RunState.Running, StartedAt: not null }).Sum(t => (Time.GetUtcNow().UtcDateTime - t.StartedAt!.Value).TotalSeconds);

    private double Share => Math.Clamp(Math.Max((double)Search.Summary.Trials / Search.Summary.MaxTrials, Spent / Search.Summary.MaxSeconds), 0, 1);

    private string KindWord => Search.Configuration.Kind switch
    {
        SearchKind.Auto => "automatic",
        SearchKind.Grid => "every combination",
        _ => "at random",
    };

    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_drawn, Search))
        {
            _drawn = Search;
            _chart = new(
                [.. Search.Trials.Where(t => t.Score is not null).Select(t => new TrialDot(t.Number, NameOf(t.Algorithm), SeriesOf(t.Algorithm), t.Score!.Value, Settings(t)))],
                MetricWords.Title(Metric), SearchMetrics.IsHigherBetter(Metric));
        }
    }

    private static string StateOf(TrialView trial) => trial.State == RunState.Cancelled ? "skipped" : trial.State.ToString().ToLowerInvariant();

    private string NameOf(string algorithm) => Catalog.TryFind(algorithm, out var found) ? found.DisplayName : algorithm;

    /// <summary>The same colour in the picture and in the table, whatever comes first.</summary>
    private int SeriesOf(string algorithm) => algorithm == TrialPlanner.Baseline ? 8 : Math.Max(0, Search.Configuration.Algorithms.ToList().IndexOf(algorithm)) is var index && index >= 8 ? index + 1 : index;

    private static string Settings(TrialView trial) =>
        trial.Parameters.Count == 0 ? "defaults" : string.Join(", ", trial.Parameters.Select(p => $"{ParameterText.Title(p.Key).ToLowerInvariant()} {ParameterText.Of(p.Value)}"));

    private static string RangeText(SearchRange range) => range.Values is { } values
        ? string.Join(", ", values.Select(ParameterText.Of))
        : FormattableString.Invariant($"{range.Min} – {range.Max}{(range.Log ? ", logarithmic" : "")}");
}
