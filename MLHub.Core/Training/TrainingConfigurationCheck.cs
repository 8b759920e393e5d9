using System.Text.Json;
using System.Text.RegularExpressions;
using MLHub.Core.Common;

namespace MLHub.Core.Training;

/// <summary>Whether a configuration makes sense for these columns, as far as that can be said without reading rows.</summary>
public static class TrainingConfigurationCheck
{
    /// <summary>Refuses with every problem at once; <see cref="HubException.Errors"/> is keyed by the field's JSON path, e.g. <c>parameters.learningRate</c>.</summary>
    public static void Require(AlgorithmCatalog catalog, IReadOnlyList<ColumnSchema> columns, TrainingConfiguration configuration)
    {
        var problems = Find(catalog, columns, configuration);
        if (problems.Count == 0)
        {
            return;
        }

        var only = problems.Count == 1 ? problems.Values.First()[0] : null;
        throw new HubException(Refusal.Impossible, only ?? $"{problems.Count} settings cannot be used: {string.Join(", ", problems.Keys)}.", "BAD_TRAINING_CONFIGURATION")
        {
            Errors = problems,
        };
    }

    public static IReadOnlyDictionary<string, string[]> Find(AlgorithmCatalog catalog, IReadOnlyList<ColumnSchema> columns, TrainingConfiguration configuration)
    {
        var problems = new Problems();
        CheckAlgorithm(catalog, configuration, problems);
        CheckColumns(columns, configuration, problems);
        CheckSplit(columns, configuration, problems);
        if (configuration.MaxSeconds is < 1)
        {
            problems.Add("maxSeconds", "Give at least one second, or leave it out.");
        }

        return problems.ByField;
    }

    /// <summary>The value of every parameter that the task has, defaults included. The configuration must have passed the check.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Complete(AlgorithmDescriptor descriptor, TrainingTask task, IReadOnlyDictionary<string, JsonElement> given) =>
        descriptor.ParametersFor(task).ToDictionary(p => p.Name, p => given.TryGetValue(p.Name, out var value) && value.ValueKind != JsonValueKind.Null ? value : p.Default);

    private static void CheckAlgorithm(AlgorithmCatalog catalog, TrainingConfiguration configuration, Problems problems)
    {
        if (!catalog.TryFind(configuration.Algorithm, out var algorithm))
        {
            problems.Add("algorithm", $"There is no algorithm '{configuration.Algorithm}'. Known are: {string.Join(", ", catalog.All.Select(a => a.Name))}.");
            return;
        }

        if (!algorithm.Tasks.Contains(configuration.Task))
        {
            var able = catalog.For(configuration.Task);
            problems.Add("algorithm", able.Count == 0
                ? $"No algorithm for {Word(configuration.Task)} is installed."
                : $"{algorithm.DisplayName} cannot do {Word(configuration.Task)}. These can: {string.Join(", ", able.Select(a => a.Name))}.");
        }
        else if (!algorithm.Available)
        {
            problems.Add("algorithm", $"{algorithm.DisplayName} does not work on this server: {algorithm.UnavailableReason}");
        }

        foreach (var (name, value) in configuration.Parameters)
        {
            if (algorithm.Parameters.FirstOrDefault(p => p.Name == name) is not { } parameter)
            {
                problems.Add($"parameters.{name}", $"{algorithm.DisplayName} has no parameter '{name}'. It has: {string.Join(", ", algorithm.Parameters.Select(p => p.Name))}.");
            }
            else if (value.ValueKind != JsonValueKind.Null && !parameter.AppliesTo(configuration.Task))
            {
                problems.Add($"parameters.{name}", $"It means nothing for {Word(configuration.Task)}. Leave it out.");
            }
            else if (Refuse(parameter, value) is { } problem)
            {
                problems.Add($"parameters.{name}", problem);
            }
        }
    }

    /// <returns>Why the parameter cannot have this value; <c>null</c> when it can.</returns>
    internal static string? Refuse(ParameterDescriptor parameter, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        switch (parameter.Type)
        {
            case ParameterType.Boolean:
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "Give true or false.";
            case ParameterType.Choice:
                return value.ValueKind == JsonValueKind.String && parameter.Choices!.Contains(value.GetString())
                    ? null
                    : $"Give one of: {string.Join(", ", parameter.Choices!)}.";
            case ParameterType.Text:
                return value.ValueKind != JsonValueKind.String ? "Give a text."
                    : parameter.Pattern is { } pattern && !Regex.IsMatch(value.GetString()!, $"^(?:{pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1))
                        ? $"Give something like {parameter.Default.GetString()}."
                        : null;
            case ParameterType.Integer when value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var whole) || whole != Math.Floor(whole):
                return "Give a whole number.";
            case ParameterType.Number when value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number) || !double.IsFinite(number):
                return "Give a number.";
        }

        var given = value.GetDouble();
        return given < parameter.Min || given > parameter.Max
            ? (parameter.Min, parameter.Max) switch
            {
                ({ } min, { } max) => $"Give a value from {min} to {max}.",
                ({ } min, null) => $"Give {min} or more.",
                (_, var max) => $"Give {max} or less.",
            }
            : null;
    }

    private static void CheckColumns(IReadOnlyList<ColumnSchema> columns, TrainingConfiguration configuration, Problems problems)
    {
        var byName = columns.ToDictionary(c => c.Name);
        if (configuration.Task is TrainingTask.Clustering or TrainingTask.Anomaly)
        {
            if (configuration.Target is not null && configuration.Task == TrainingTask.Clustering)
            {
                problems.Add("target", "Clustering has no target. Leave it out.");
            }
            else if (configuration.Target is { } label && !byName.ContainsKey(label))
            {
                problems.Add("target", $"There is no column '{label}'.");
            }
        }
        else if (string.IsNullOrEmpty(configuration.Target))
        {
            problems.Add("target", "Choose the column to predict.");
        }
        else if (!byName.TryGetValue(configuration.Target, out var target))
        {
            problems.Add("target", $"There is no column '{configuration.Target}'.");
        }
        else if (target.Type is ColumnType.Date or ColumnType.Datetime or ColumnType.Time)
        {
            problems.Add("target", "Dates and times cannot be predicted. Derive a number from the column first.");
        }
        else if (configuration.Task == TrainingTask.Regression && target.Type is ColumnType.Text)
        {
            problems.Add("target", $"Regression predicts numbers, but '{target.Name}' holds text. Choose multiclass, or turn the column into numbers first.");
        }

        if (configuration.PositiveClass is not null && configuration.Task is not (TrainingTask.Binary or TrainingTask.Anomaly))
        {
            problems.Add("positiveClass", "Only binary classification and labels of anomalies have a positive class. Leave it out.");
        }
        else if (configuration is { PositiveClass: not null, Task: TrainingTask.Anomaly, Target: null })
        {
            problems.Add("positiveClass", "Without a label column there is no positive class. Leave it out.");
        }

        if (configuration.Features is not { } features)
        {
            if (columns.All(c => c.Name == configuration.Target))
            {
                problems.Add("features", "There is no column to learn from besides the target.");
            }

            return;
        }

        if (features.Count == 0)
        {
            problems.Add("features", "Choose at least one column to learn from.");
        }

        foreach (var name in features)
        {
            if (name == configuration.Target)
            {
                problems.Add("features", $"'{name}' is the target: a model that sees it would learn nothing else.");
            }
            else if (!byName.ContainsKey(name))
            {
                problems.Add("features", $"There is no column '{name}'.");
            }
        }

        if (features.Distinct().Count() != features.Count)
        {
            problems.Add("features", "A column is named twice.");
        }
    }

    private static void CheckSplit(IReadOnlyList<ColumnSchema> columns, TrainingConfiguration configuration, Problems problems)
    {
        var split = configuration.Split;
        if (split.Kind != SplitKind.Column)
        {
            if (!(split.TestFraction is >= 0 and < 1))
            {
                problems.Add("split.testFraction", "Give a fraction from 0 to below 1, e.g. 0.2.");
            }

            if (!(split.ValidationFraction is >= 0 and < 1))
            {
                problems.Add("split.validationFraction", "Give a fraction from 0 to below 1, e.g. 0.1.");
            }

            if (split.TestFraction + split.ValidationFraction > 0.95)
            {
                problems.Add("split.testFraction", "Test and validation rows together leave less than 5 % to learn from.");
            }
        }

        if (split.Kind == SplitKind.KFold)
        {
            if (split.Folds is not null and not (>= 2 and <= 20))
            {
                problems.Add("split.folds", "Give 2 to 20 folds.");
            }
        }
        else if (split.Folds is not null)
        {
            problems.Add("split.folds", "Only a k-fold split has folds. Leave it out.");
        }

        if (split.Kind == SplitKind.Stratified && configuration.Task is not (TrainingTask.Binary or TrainingTask.Multiclass))
        {
            problems.Add("split.kind", $"A stratified split needs classes. Choose random for {Word(configuration.Task)}.");
        }

        if (split.Kind == SplitKind.KFold && configuration.Task is (TrainingTask.Clustering or TrainingTask.Anomaly))
        {
            problems.Add("split.kind", $"Cross-validation needs a target to compare with. Choose random for {Word(configuration.Task)}.");
        }

        if (split.Kind is SplitKind.Group or SplitKind.Time or SplitKind.Column)
        {
            var column = columns.FirstOrDefault(c => c.Name == split.Column);
            if (column is null)
            {
                problems.Add("split.column", split.Column is null ? "Choose the column that decides." : $"There is no column '{split.Column}'.");
            }
            else if (split.Column == configuration.Target)
            {
                problems.Add("split.column", "The target cannot decide the split.");
            }
            else if (split.Kind == SplitKind.Time && column.Type is ColumnType.Text or ColumnType.Boolean)
            {
                problems.Add("split.column", $"'{column.Name}' has no order in time. Choose a date, a time or a number.");
            }
            else if (split.Kind == SplitKind.Column && column.Type != ColumnType.Text)
            {
                problems.Add("split.column", $"'{column.Name}' must hold the words train, validation and test.");
            }
        }
        else if (split.Column is not null)
        {
            problems.Add("split.column", "Only group, time and column splits use a column. Leave it out.");
        }
    }

    private static string Word(TrainingTask task) => task switch
    {
        TrainingTask.Binary => "binary classification",
        TrainingTask.Multiclass => "multiclass classification",
        TrainingTask.Regression => "regression",
        TrainingTask.Clustering => "clustering",
        _ => "anomaly detection",
    };

    private sealed class Problems
    {
        private readonly Dictionary<string, List<string>> _byField = [];

        public IReadOnlyDictionary<string, string[]> ByField => _byField.ToDictionary(p => p.Key, p => p.Value.ToArray());

        public void Add(string field, string message)
        {
            if (!_byField.TryGetValue(field, out var messages))
            {
                _byField[field] = messages = [];
            }

            messages.Add(message);
        }
    }
}
