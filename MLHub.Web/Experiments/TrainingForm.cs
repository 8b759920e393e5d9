using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Recipes;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;
using MLHub.Web.Evaluation;

namespace MLHub.Web.Experiments;

/// <summary>
/// What somebody has chosen so far on the training page, and what follows from it. One choice moves others only as long as
/// they were not made by hand: a new target suggests a task, a new task suggests a split and an algorithm.
/// </summary>
public sealed class TrainingForm
{
    private readonly AlgorithmCatalog _catalog;
    private readonly DatasetVersionView _version;
    private readonly Dictionary<string, ColumnProfile> _profiles;
    private readonly Dictionary<string, string> _typed = [];
    private bool _splitKindIsChosen;
    private TrainingMethod _method;

    public TrainingForm(AlgorithmCatalog catalog, DatasetVersionView version, DatasetProfileDocument profile)
    {
        _catalog = catalog;
        _version = version;
        _profiles = profile.Columns.ToDictionary(c => c.Name);
        Features = [.. version.Columns.Where(c => WhyLeftOut(c) is null).Select(c => c.Name)];
        Search = new(catalog);
        Algorithm = Usable(Task).FirstOrDefault()?.Name ?? "";
    }

    public IReadOnlyList<DatasetColumn> Columns => _version.Columns;

    public string? Target { get; private set; }

    public TrainingTask Task { get; private set; } = TrainingTask.Binary;

    /// <summary>The question is complete: what is missing now is worth telling.</summary>
    public bool HasQuestion => Target is not null || !TaskWords.NeedsTarget(Task);

    /// <summary>What the target's values suggest; <c>null</c> without a target.</summary>
    public TaskSuggestion? Suggestion { get; private set; }

    /// <summary>Somebody chose another task than the suggested one.</summary>
    public bool IsTaskChanged => Suggestion?.Task is { } suggested && suggested != Task;

    /// <summary><c>null</c> lets MLHub choose.</summary>
    public string? PositiveClass { get; set; }

    public HashSet<string> Features { get; private set; }

    /// <summary>A recipe that goes before the learning; <c>null</c> is none.</summary>
    public IReadOnlyList<RecipeStep>? Steps { get; set; }

    /// <summary>What was chosen last, as far as the question allows it.</summary>
    public TrainingMethod Method => TaskWords.NeedsTarget(Task) ? _method : TrainingMethod.One;

    /// <summary>Fields of the methods that try several settings.</summary>
    public SearchForm Search { get; }

    public string Algorithm { get; private set; }

    public AlgorithmDescriptor? Descriptor => _catalog.TryFind(Algorithm, out var found) ? found : null;

    public SplitKind SplitKind { get; private set; } = SplitKind.Stratified;

    public double TestPercent { get; set; } = 20;

    public double ValidationPercent { get; set; } = 10;

    public int Folds { get; set; } = 5;

    public string? SplitColumn { get; private set; }

    public int Seed { get; set; } = 42;

    /// <summary>As typed; empty sets no limit.</summary>
    public string Minutes { get; set; } = "";

    public string RunName { get; set; } = "";

    public IReadOnlyDictionary<string, string> Typed => _typed;

    public ColumnProfile? ProfileOf(string? column) => column is not null && _profiles.TryGetValue(column, out var profile) ? profile : null;

    /// <summary>Why a column is not learned from unless somebody ticks it; <c>null</c> when nothing speaks against it.</summary>
    public string? WhyLeftOut(DatasetColumn column) => (column.Meaning, ProfileOf(column.Name)) switch
    {
        _ when column.Name == PartColumn => "it says in which part a row belongs",
        (_, { Count: 0 }) => "every value is missing",
        (ColumnMeaning.Constant, _) => "the same value in every row",
        (ColumnMeaning.Identifier, _) => "looks like an identifier: a value of its own in nearly every row",
        _ => null,
    };

    public void ChooseTarget(string? target)
    {
        if (target == Target || (target is not null && _version.Columns.All(c => c.Name != target)))
        {
            return;
        }

        // The column that was the target becomes an ordinary one again.
        if (Target is not null && _version.Columns.First(c => c.Name == Target) is var before && WhyLeftOut(before) is null)
        {
            Features.Add(Target);
        }

        Target = target;
        PositiveClass = null;
        Suggestion = null;
        if (target is null)
        {
            return;
        }

        Features.Remove(target);
        if (TaskWords.NeedsTarget(Task) && ProfileOf(target) is { } profile)
        {
            Suggestion = TaskSuggestion.For(profile.Type, profile.Count, profile.Distinct);
            ChooseTask(Suggestion.Task ?? Task);
        }
    }

    public void ChooseTask(TrainingTask task)
    {
        var before = Task;
        Task = task;
        if (task == TrainingTask.Clustering || (task == TrainingTask.Anomaly && ProfileOf(Target)?.Distinct != 2))
        {
            ChooseTarget(null);
        }

        if (!TaskWords.NeedsTarget(task))
        {
            Suggestion = null;
        }
        else if (!TaskWords.NeedsTarget(before) && ProfileOf(Target) is { } profile)
        {
            Suggestion = TaskSuggestion.For(profile.Type, profile.Count, profile.Distinct);
        }

        if (task is not (TrainingTask.Binary or TrainingTask.Anomaly))
        {
            PositiveClass = null;
        }

        if (!_splitKindIsChosen || WhyNot(SplitKind) is not null)
        {
            SplitKind = WhyNot(SplitKind.Stratified) is null ? SplitKind.Stratified : SplitKind.Random;
        }

        if (Descriptor is not { } chosen || !chosen.Available || !chosen.Tasks.Contains(task))
        {
            ChooseAlgorithm(Usable(task).FirstOrDefault()?.Name ?? Algorithm);
        }
    }

    /// <summary>Why rows cannot be divided so for the chosen question.</summary>
    public string? WhyNot(SplitKind kind) => kind switch
    {
        SplitKind.Stratified when Task is not (TrainingTask.Binary or TrainingTask.Multiclass) => "needs classes",
        SplitKind.KFold when !TaskWords.NeedsTarget(Task) => "needs a target",
        _ => null,
    };

    public void ChooseMethod(TrainingMethod method) => _method = method;

    public void ChoosePreset(AlgorithmPreset? preset)
    {
        _typed.Clear();
        foreach (var (name, value) in preset?.Parameters ?? new Dictionary<string, JsonElement>())
        {
            _typed[name] = ParameterText.Of(value);
        }
    }

    /// <summary>The preset that says just what is set now.</summary>
    public AlgorithmPreset? Preset => Descriptor?.Presets.FirstOrDefault(p =>
        Descriptor.ParametersFor(Task).All(q => IsChanged(q) == p.Parameters.ContainsKey(q.Name) && (!IsChanged(q) || _typed[q.Name] == ParameterText.Of(p.Parameters[q.Name]))));

    public void ChooseAlgorithm(string name)
    {
        if (name != Algorithm)
        {
            Algorithm = name;
            _typed.Clear();
        }
    }

    public void ChooseSplit(SplitKind kind)
    {
        var before = PartColumn;
        SplitKind = kind;
        _splitKindIsChosen = true;
        if (kind is not (SplitKind.Group or SplitKind.Time or SplitKind.Column))
        {
            SplitColumn = null;
        }
        else if (SplitColumn is not null && !SplitColumns.Contains(SplitColumn))
        {
            SplitColumn = null;
        }

        LeaveOutPartColumn(before);
    }

    public void ChooseSplitColumn(string? column)
    {
        var before = PartColumn;
        SplitColumn = column;
        LeaveOutPartColumn(before);
    }

    /// <summary>Columns that can decide a split of the chosen kind.</summary>
    public IReadOnlyList<string> SplitColumns =>
        [.. _version.Columns.Where(c => c.Name != Target && SplitKind switch
        {
            SplitKind.Time => c.Type is not (ColumnType.Text or ColumnType.Boolean),
            SplitKind.Column => c.Type == ColumnType.Text,
            _ => true,
        }).Select(c => c.Name)];

    public void Use(string column, bool isUsed)
    {
        if (isUsed && column != Target)
        {
            Features.Add(column);
        }
        else
        {
            Features.Remove(column);
        }
    }

    /// <summary>The column that only says where a row belongs.</summary>
    private string? PartColumn => SplitKind is SplitKind.Group or SplitKind.Column ? SplitColumn : null;

    /// <summary>To learn from it would be to learn the groups by heart; whoever wants that ticks it again. The one before becomes an ordinary column.</summary>
    private void LeaveOutPartColumn(string? before)
    {
        if (PartColumn == before)
        {
            return;
        }

        if (before is not null && before != Target && WhyLeftOut(_version.Columns.First(c => c.Name == before)) is null)
        {
            Features.Add(before);
        }

        if (PartColumn is { } after)
        {
            Features.Remove(after);
        }
    }

    public void UseAll() => Features = [.. _version.Columns.Select(c => c.Name).Where(c => c != Target)];

    public void UseNone() => Features = [];

    public void UseSuggested() => Features = [.. _version.Columns.Where(c => c.Name != Target && WhyLeftOut(c) is null).Select(c => c.Name)];

    public void SetParameter(string name, string value) => _typed[name] = value;

    public void ResetParameter(string name) => _typed.Remove(name);

    public bool IsChanged(ParameterDescriptor parameter) =>
        _typed.TryGetValue(parameter.Name, out var typed) && typed != ParameterText.Of(parameter.Default);

    /// <summary>Takes over what another run was told.</summary>
    public void Copy(TrainingConfiguration configuration)
    {
        ChooseTarget(configuration.Target);
        ChooseTask(configuration.Task);
        PositiveClass = configuration.PositiveClass;
        Steps = configuration.Steps;
        if (_catalog.TryFind(configuration.Algorithm, out _))
        {
            ChooseAlgorithm(configuration.Algorithm);
        }

        foreach (var (name, value) in configuration.Parameters)
        {
            _typed[name] = ParameterText.Of(value);
        }

        ChooseSplit(configuration.Split.Kind);
        ChooseSplitColumn(configuration.Split.Column);
        // After the split: whoever learned from its column knowingly does so again.
        if (configuration.Features is { } features)
        {
            Features = [.. features.Where(f => f != Target && _version.Columns.Any(c => c.Name == f))];
        }

        TestPercent = Math.Round(configuration.Split.TestFraction * 100, 3);
        ValidationPercent = Math.Round(configuration.Split.ValidationFraction * 100, 3);
        Folds = configuration.Split.Folds ?? Folds;
        Seed = configuration.Split.Seed;
        Minutes = configuration.MaxSeconds is { } seconds ? (seconds / 60.0).ToString("0.###", CultureInfo.InvariantCulture) : "";
    }

    /// <summary>Takes over what a search was told.</summary>
    public void Copy(SearchConfiguration search)
    {
        Copy(search.Base);
        Search.Copy(search);
        Minutes = "";
        _method = search.Kind == SearchKind.Auto ? TrainingMethod.Automatic : TrainingMethod.Search;
        if (_method == TrainingMethod.Search && search.Algorithms is [var first, ..] && _catalog.TryFind(first, out _))
        {
            ChooseAlgorithm(first);
        }
    }

    /// <summary>What the methods that try several settings ask for.</summary>
    public SearchRequest SearchRequest(Guid datasetId, int version, string? name) => Search.ToRequest(datasetId, version, name, Configuration, Method, Descriptor);

    public TrainingConfiguration Configuration => new()
    {
        Task = Task,
        Target = Target,
        PositiveClass = PositiveClass,
        Features = [.. _version.Columns.Select(c => c.Name).Where(Features.Contains)],
        Algorithm = Algorithm,
        Parameters = Descriptor is { } descriptor
            ? descriptor.ParametersFor(Task).Where(IsChanged).ToDictionary(p => p.Name, p => ParameterText.Read(p, _typed[p.Name]))
            : new Dictionary<string, JsonElement>(),
        Split = new()
        {
            Kind = SplitKind,
            TestFraction = TestPercent / 100,
            ValidationFraction = ValidationPercent / 100,
            Folds = SplitKind == SplitKind.KFold ? Folds : null,
            Column = SplitColumn,
            Seed = Seed,
        },
        MaxSeconds = MaxSeconds,
        Steps = Steps,
    };

    /// <summary>Field → messages, keyed by JSON path as over REST.</summary>
    public IReadOnlyDictionary<string, string[]> Problems
    {
        get
        {
            IReadOnlyList<ColumnSchema> columns = [.. _version.Columns.Select(c => c.Schema)];
            var found = new Dictionary<string, string[]>(Method == TrainingMethod.One
                ? TrainingConfigurationCheck.Find(_catalog, columns, Configuration)
                : SearchCheck.Find(_catalog, columns, SearchRequest(Guid.Empty, 1, null).ToConfiguration(_catalog)));
            if (Method == TrainingMethod.One && Minutes.Trim().Length > 0 && MaxSeconds is null)
            {
                found["maxSeconds"] = ["Give a number of minutes, e.g. 10, or leave it empty."];
            }

            if (RecipeProblem is { } refused)
            {
                found["steps"] = [refused];
            }

            if (Suggestion is { Task: null } impossible && !found.ContainsKey("target"))
            {
                found["target"] = [impossible.Reason];
            }

            return found;
        }
    }

    private string? RecipeProblem
    {
        get
        {
            try
            {
                if (Steps is { Count: > 0 } steps)
                {
                    ModelRecipe.Require(steps, [.. _version.Columns.Where(c => Features.Contains(c.Name)).Select(c => c.Schema)]);
                }

                return null;
            }
            catch (HubException refused)
            {
                return refused.Message;
            }
        }
    }

    /// <summary>Rows per part; <c>null</c> where only training itself will know.</summary>
    public SplitSizes? Sizes
    {
        get
        {
            var usable = TaskWords.NeedsTarget(Task) ? ProfileOf(Target)?.Count ?? _version.RowCount : _version.RowCount;
            if (SplitKind == SplitKind.Column)
            {
                return ProfileOf(SplitColumn) is { } profile ? new(Marked(profile, "train"), Marked(profile, "validation"), Marked(profile, "test")) : null;
            }

            var test = (long)Math.Round(usable * Math.Clamp(TestPercent, 0, 100) / 100);
            var validation = (long)Math.Round(usable * Math.Clamp(ValidationPercent, 0, 100) / 100);
            return new(Math.Max(0, usable - test - validation), validation, test);
        }
    }

    /// <summary>Everything chosen, in a sentence.</summary>
    public string Summary
    {
        get
        {
            if (!HasQuestion)
            {
                return "Choose the column to predict; everything else has a sensible default.";
            }

            var method = Method switch
            {
                TrainingMethod.Automatic => $"The best of {Search.Candidates(Task).Count(a => Search.IsAllowed(a.Name))} algorithms, by {MetricWords.Title(Search.Metric(Task))},",
                TrainingMethod.Search => $"{Descriptor?.DisplayName ?? "No algorithm"} with the best settings, by {MetricWords.Title(Search.Metric(Task))},",
                _ => Descriptor?.DisplayName ?? "No algorithm",
            };
            var split = SplitKind switch
            {
                SplitKind.KFold => $"{Folds}-fold cross-validation",
                SplitKind.Column => $"parts as marked in {SplitColumn ?? "a column"}",
                SplitKind.Group => $"groups of {SplitColumn ?? "a column"} kept together",
                SplitKind.Time => $"tested on the latest rows by {SplitColumn ?? "a column"}",
                SplitKind.Stratified => "a split that keeps the classes' shares",
                _ => "a random split",
            };
            var budget = Method == TrainingMethod.Automatic ? $", after up to {AutomaticMethod.Words(SearchForm.Budgets[Search.Budget])} of trials"
                : Method == TrainingMethod.Search ? $", after up to {Search.Minutes.Trim()} minutes of trials"
                : MaxSeconds is { } seconds ? $", at most {Minutes.Trim()} minute{(seconds == 60 ? "" : "s")}" : "";
            var doing = Task switch
            {
                TrainingTask.Clustering => "finds groups by",
                TrainingTask.Anomaly when Target is null => "finds unusual rows by",
                TrainingTask.Anomaly => $"finds unusual rows, to be compared with {Target}, by",
                _ => $"learns to predict {Target} from",
            };
            return $"{method} {doing} {Features.Count} of {_version.Columns.Count - (Target is null ? 0 : 1)} columns, with {split}{budget}.";
        }
    }

    private int? MaxSeconds =>
        double.TryParse(Minutes.Trim().Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes) && minutes is > 0 and < 100_000
            ? Math.Max(1, (int)Math.Round(minutes * 60))
            : null;

    // LightGBM is the best first try on tables, so it is preselected where it works.
    private IEnumerable<AlgorithmDescriptor> Usable(TrainingTask task) =>
        _catalog.For(task).Where(a => a.Available).OrderBy(a => a.Name == "lightgbm" ? 0 : 1).ThenBy(a => a.DisplayName, StringComparer.Ordinal);

    private static long Marked(ColumnProfile profile, string part) =>
        profile.TopValues.Where(v => string.Equals(ParameterText.Of(v.Value).Trim(), part, StringComparison.OrdinalIgnoreCase)).Sum(v => v.Count);
}

public sealed record SplitSizes(long Train, long Validation, long Test)
{
    public long Total => Train + Validation + Test;

    public double Share(long part) => Total == 0 ? 0 : 100.0 * part / Total;
}
