using System.Globalization;
using System.Text.Json;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;

namespace MLHub.Web.Experiments;

/// <summary>How a model is to be found.</summary>
public enum TrainingMethod
{
    /// <summary>One algorithm with settings that somebody chose.</summary>
    One,

    /// <summary>Several algorithms within a time.</summary>
    Automatic,

    /// <summary>Settings of one algorithm.</summary>
    Search,
}

/// <summary>What stands in the field of a parameter that may be searched.</summary>
public enum FieldMode
{
    Value,
    List,
    Range,
}

/// <summary>A parameter as somebody typed it: one value, a list or a range.</summary>
public sealed record SearchField(FieldMode Mode, string Value, string List, string Min, string Max, bool Log);

/// <summary>What somebody has chosen for a search or for automatic training. The question, the columns and the split are those of the page.</summary>
public sealed class SearchForm(AlgorithmCatalog catalog)
{
    /// <summary>Stops of the slider, in minutes.</summary>
    public static readonly IReadOnlyList<int> Budgets = [1, 2, 5, 10, 20, 30, 60, 120, 240, 480];

    /// <summary>Automatic training ends by time, or when nothing gets better.</summary>
    private const int AutomaticTrials = 200;

    private readonly Dictionary<string, SearchField> _fields = [];
    private readonly HashSet<string> _leftOut = [];
    private string? _metric;

    /// <summary>Which stop of the slider.</summary>
    public int Budget { get; set; } = 2;

    public SearchKind Kind { get; set; } = SearchKind.Random;

    /// <summary>As typed.</summary>
    public string Trials { get; set; } = "30";

    /// <summary>As typed.</summary>
    public string Minutes { get; set; } = "10";

    /// <summary>The usual one of the task as long as nobody chose another that the task has.</summary>
    public string Metric(TrainingTask task) => _metric is not null && SearchMetrics.Of(task).Contains(_metric) ? _metric : SearchMetrics.Of(task).FirstOrDefault() ?? "";

    public void ChooseMetric(string metric) => _metric = metric;

    public IReadOnlyList<AlgorithmDescriptor> Candidates(TrainingTask task) => [.. catalog.For(task).Where(a => a.Available && a.Name != TrialPlanner.Baseline)];

    public bool IsAllowed(string algorithm) => !_leftOut.Contains(algorithm);

    public void Allow(string algorithm, bool isAllowed)
    {
        if (isAllowed)
        {
            _leftOut.Remove(algorithm);
        }
        else
        {
            _leftOut.Add(algorithm);
        }
    }

    /// <summary>As typed, or what its algorithm suggests.</summary>
    public SearchField FieldOf(AlgorithmDescriptor algorithm, ParameterDescriptor parameter) =>
        _fields.TryGetValue(Key(algorithm, parameter), out var field) ? field : Suggested(parameter);

    public void SetField(AlgorithmDescriptor algorithm, ParameterDescriptor parameter, SearchField field) => _fields[Key(algorithm, parameter)] = field;

    public static bool MayRange(ParameterDescriptor parameter) => parameter.Type is ParameterType.Integer or ParameterType.Number;

    /// <summary>How many trials there are to be at most: the combinations of a grid, else as many as asked for; <c>null</c> while a field is not filled in sensibly.</summary>
    public long? Planned(TrainingConfiguration training, AlgorithmDescriptor algorithm)
    {
        var search = ToRequest(Guid.Empty, 1, null, training, TrainingMethod.Search, algorithm).ToConfiguration(catalog);
        if (SearchCheck.HasProblems(search, [algorithm]))
        {
            return null;
        }

        var combinations = TrialPlanner.Combinations(search, [algorithm]);
        return Kind == SearchKind.Grid ? combinations : Math.Min(combinations, Whole(Trials) ?? 0);
    }

    public SearchRequest ToRequest(Guid datasetId, int version, string? name, TrainingConfiguration training, TrainingMethod method, AlgorithmDescriptor? algorithm)
    {
        var bare = training with { Parameters = new Dictionary<string, JsonElement>() };
        return method == TrainingMethod.Automatic
            ? new(name, datasetId, version, SearchKind.Auto, bare, [.. Candidates(training.Task).Select(a => a.Name).Where(IsAllowed)], null, Metric(training.Task), AutomaticTrials, Budgets[Budget] * 60)
            : new(
                name, datasetId, version, Kind, bare, algorithm is null ? [""] : [algorithm.Name],
                algorithm?.ParametersFor(training.Task).Select(p => (p, Range: RangeOf(p, FieldOf(algorithm, p)))).Where(r => r.Range is not null).ToDictionary(r => r.p.Name, r => r.Range!),
                Metric(training.Task), Kind == SearchKind.Grid ? SearchConfiguration.MaxTrialsAllowed : Whole(Trials) ?? 0, (int)(Seconds ?? 0));
    }

    /// <summary>Takes over what another search was told.</summary>
    public void Copy(SearchConfiguration search)
    {
        _metric = search.Metric;
        if (search.Kind == SearchKind.Auto)
        {
            _leftOut.Clear();
            _leftOut.UnionWith(Candidates(search.Base.Task).Select(a => a.Name).Except(search.Algorithms));
            Budget = Math.Max(0, Budgets.ToList().FindLastIndex(b => b * 60 <= search.MaxSeconds));
            return;
        }

        (Kind, Trials, Minutes) = (search.Kind, search.MaxTrials.ToString(CultureInfo.InvariantCulture), (search.MaxSeconds / 60.0).ToString("0.###", CultureInfo.InvariantCulture));
        if (search.Algorithms is not [var name, ..] || !catalog.TryFind(name, out var algorithm))
        {
            return;
        }

        foreach (var parameter in algorithm.ParametersFor(search.Base.Task))
        {
            var field = Suggested(parameter);
            _fields[Key(algorithm, parameter)] = (search.Space.GetValueOrDefault($"{name}.{parameter.Name}") ?? search.Space.GetValueOrDefault(parameter.Name)) switch
            {
                { IsFixed: true, Values: [var only] } => field with { Mode = FieldMode.Value, Value = ParameterText.Of(only) },
                { Values: { } values } => field with { Mode = FieldMode.List, List = string.Join(Separator(parameter) + " ", values.Select(ParameterText.Of)) },
                { Min: { } min, Max: { } max, Log: var log } => field with { Mode = FieldMode.Range, Min = Plain(min), Max = Plain(max), Log = log },
                _ => field with { Mode = search.Kind == SearchKind.Grid || parameter.Search is null ? FieldMode.Value : FieldMode.Range },
            };
        }
    }

    private double? Seconds => double.TryParse(Minutes.Trim().Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes) && minutes is > 0 and < 100_000 ? Math.Round(minutes * 60) : null;

    /// <summary>A default that is only a value needs no mention; all else is said, also what the search would do by itself.</summary>
    private static SearchRange? RangeOf(ParameterDescriptor parameter, SearchField field) => field.Mode switch
    {
        FieldMode.Range => new() { Min = Number(field.Min), Max = Number(field.Max), Log = field.Log },
        FieldMode.List => SearchRange.Of(field.List.Split(Separator(parameter), StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(v => ParameterText.Read(parameter, v))),
        _ when field.Value == ParameterText.Of(parameter.Default) && parameter.Search is null => null,
        _ => SearchRange.Of(ParameterText.Read(parameter, field.Value)),
    };

    private static SearchField Suggested(ParameterDescriptor parameter)
    {
        var value = ParameterText.Of(parameter.Default);
        return new(
            parameter.Search is null ? FieldMode.Value : FieldMode.Range,
            value,
            parameter.Type switch { ParameterType.Boolean => "true, false", ParameterType.Choice => string.Join(", ", parameter.Choices ?? []), _ => value },
            Plain(parameter.Search?.Min ?? parameter.Min ?? 0),
            Plain(parameter.Search?.Max ?? parameter.Max ?? 1),
            parameter.Search?.Log ?? (parameter.Log && parameter.Min > 0));
    }

    /// <summary>Texts may hold commas themselves.</summary>
    internal static char Separator(ParameterDescriptor parameter) => parameter.Type == ParameterType.Text ? ';' : ',';

    private static string Key(AlgorithmDescriptor algorithm, ParameterDescriptor parameter) => $"{algorithm.Name}.{parameter.Name}";

    private static string Plain(double value) => value.ToString("0.###############", CultureInfo.InvariantCulture);

    private static double? Number(string typed) =>
        double.TryParse(typed.Trim().Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static int? Whole(string typed) => int.TryParse(typed.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
