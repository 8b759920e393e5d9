using System.Globalization;
using MLHub.Core.Common;
using MLHub.Core.Training;

namespace MLHub.Training.Runs;

/// <summary>The column to predict, checked: what cannot be learned is refused here, with advice.</summary>
/// <param name="Column"><c>null</c> where nothing is predicted and nothing is labelled.</param>
/// <param name="Values">Class numbers, or the numbers themselves; NaN where a label is missing.</param>
/// <param name="Classes">Empty where there are none. Two: negative first, positive second.</param>
internal sealed record Target(ColumnSchema? Column, double[] Values, IReadOnlyList<string> Classes, IReadOnlyList<string> Warnings)
{
    public const int MinRows = 10;

    /// <summary>Words that mean "it happened"; they decide only when exactly one of the two classes is among them.</summary>
    private static readonly HashSet<string> _positiveWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "true", "yes", "y", "1", "pos", "positive", "malignant", "sick", "disease", "fraud", "spam", "churn", "churned", "default", "fail", "failed", "failure",
    };

    public bool HasClasses => Classes.Count > 0;

    public static Target Read(RowReader reader, ColumnSchema? column, TrainingConfiguration configuration)
    {
        if (configuration.Task is TrainingTask.Clustering or TrainingTask.Anomaly)
        {
            return WithoutTarget(reader, column, configuration);
        }

        ArgumentNullException.ThrowIfNull(column);
        if (reader.Rows == 0)
        {
            throw reader.TotalRows == 0
                ? HubException.Impossible("The dataset has no rows.", "NO_ROWS")
                : HubException.Field("target", $"'{column.Name}' has no value in any row. Choose another target.", "TARGET_EMPTY");
        }

        if (reader.Rows < MinRows)
        {
            throw HubException.Field("target", $"Only {reader.Rows} rows have a value in '{column.Name}'. Training needs at least {MinRows}.", "TOO_FEW_ROWS");
        }

        return configuration.Task == TrainingTask.Regression ? Numbers(reader, column) : Labels(reader, column, configuration);
    }

    /// <summary>All rows are learned from. Labels, where there are some, only judge.</summary>
    private static Target WithoutTarget(RowReader reader, ColumnSchema? column, TrainingConfiguration configuration)
    {
        if (reader.Rows < MinRows)
        {
            throw HubException.Impossible(reader.Rows == 0 ? "The dataset has no rows." : $"The dataset has {reader.Rows} rows. Training needs at least {MinRows}.", reader.Rows == 0 ? "NO_ROWS" : "TOO_FEW_ROWS");
        }

        var values = new double[reader.Rows];
        Array.Fill(values, double.NaN);
        if (column is null)
        {
            return new(null, values, [], []);
        }

        var (codes, levels) = reader.Texts(column);
        if (levels.Count != 2)
        {
            throw HubException.Field("target", $"'{column.Name}' has {levels.Count} different values. Labels of anomalies have two: ordinary and unusual. Choose another column, or none.", "TARGET_NOT_BINARY");
        }

        var counts = new int[2];
        foreach (var code in codes.Where(c => c >= 0))
        {
            counts[code]++;
        }

        var warnings = new List<string>();
        var order = Enumerable.Range(0, 2).OrderBy(l => levels[l], StringComparer.Ordinal).ToList();
        var positive = Positive(levels, counts, order, configuration.PositiveClass, warnings);
        for (var r = 0; r < values.Length; r++)
        {
            values[r] = codes[r] < 0 ? double.NaN : codes[r] == positive ? 1 : 0;
        }

        var unlabelled = values.Count(double.IsNaN);
        if (unlabelled > 0)
        {
            warnings.Add($"{unlabelled} rows have no label in '{column.Name}'; they are learned from, but not judged by.");
        }

        return new(column, values, [levels[1 - positive], levels[positive]], warnings);
    }

    private static Target Numbers(RowReader reader, ColumnSchema column)
    {
        var values = reader.Numbers(column);
        var (min, max) = (values.Min(), values.Max());
        if (min == max)
        {
            throw Constant(column, min.ToString("R", CultureInfo.InvariantCulture));
        }

        if (float.IsInfinity((float)min) || float.IsInfinity((float)max))
        {
            throw HubException.Field("target", $"'{column.Name}' holds numbers beyond 3·10³⁸. Scale it down first.", "TARGET_OUT_OF_RANGE");
        }

        if (column.Type == ColumnType.Integer && max - min == values.Length - 1 && values.Length > 20 && values.Distinct().Count() == values.Length)
        {
            throw HubException.Field("target", $"'{column.Name}' numbers the rows from {min} to {max}: there is nothing to predict. Choose another target.", "TARGET_UNIQUE");
        }

        return new(column, values, [], []);
    }

    private static Target Labels(RowReader reader, ColumnSchema column, TrainingConfiguration configuration)
    {
        var (codes, levels) = column.Type == ColumnType.Number ? NumberLabels(reader.Numbers(column)) : reader.Texts(column);
        var counts = new int[levels.Count];
        foreach (var code in codes)
        {
            counts[code]++;
        }

        RequireLearnable(column, configuration.Task, levels, counts, codes.Length);
        var isNumber = column.Type is ColumnType.Integer or ColumnType.Number;
        var order = Enumerable.Range(0, levels.Count)
            .OrderBy(l => isNumber ? double.Parse(levels[l], CultureInfo.InvariantCulture) : 0)
            .ThenBy(l => levels[l], StringComparer.Ordinal)
            .ToList();
        var warnings = new List<string>();
        var alone = order.Where(l => counts[l] == 1).Select(l => levels[l]).ToList();
        if (alone.Count > 0)
        {
            var named = string.Join(", ", alone.Take(5).Select(l => $"'{l}'")) + (alone.Count > 5 ? " …" : "");
            warnings.Add(alone.Count == 1
                ? $"The class {named} has a single row: it was kept for training, so nothing tells how well it is recognised."
                : $"{alone.Count} classes have a single row: {named}. They were kept for training, so nothing tells how well they are recognised.");
        }

        if (configuration.Task == TrainingTask.Binary)
        {
            var positive = Positive(levels, counts, order, configuration.PositiveClass, warnings);
            order = [1 - positive, positive];
        }

        var number = new double[levels.Count];
        for (var c = 0; c < order.Count; c++)
        {
            number[order[c]] = c;
        }

        return new(column, Array.ConvertAll(codes, c => number[c]), [.. order.Select(l => levels[l])], warnings);
    }

    private static void RequireLearnable(ColumnSchema column, TrainingTask task, List<string> levels, int[] counts, int rows)
    {
        if (levels.Count == 1)
        {
            throw Constant(column, levels[0]);
        }

        if (levels.Count == rows && task == TrainingTask.Multiclass)
        {
            throw HubException.Field("target", $"Every row has a value of its own in '{column.Name}', like an identifier: there is nothing to learn. Choose another target.", "TARGET_UNIQUE");
        }

        if (task == TrainingTask.Binary && levels.Count != 2)
        {
            throw HubException.Field("target", $"'{column.Name}' has {levels.Count} different values. Binary classification needs two: choose multiclass, or another target.", "TARGET_NOT_BINARY");
        }

        if (levels.Count > TaskSuggestion.MaxClasses)
        {
            throw HubException.Field(
                "target", $"'{column.Name}' has {levels.Count} different values; at most {TaskSuggestion.MaxClasses} classes can be learned. Group the rare ones first, or choose regression for numbers.", "TOO_MANY_CLASSES");
        }
    }

    private static int Positive(List<string> levels, int[] counts, List<int> order, string? wanted, List<string> warnings)
    {
        if (wanted is not null)
        {
            var found = levels.IndexOf(wanted);
            return found >= 0
                ? found
                : throw HubException.Field("positiveClass", $"'{wanted}' does not occur in the target. Its values are '{levels[order[0]]}' and '{levels[order[1]]}'.", "NO_SUCH_CLASS");
        }

        var likely = Enumerable.Range(0, 2).Where(l => _positiveWords.Contains(levels[l].Trim())).ToList();
        var chosen = likely.Count == 1 ? likely[0] : counts[0] != counts[1] ? (counts[0] < counts[1] ? 0 : 1) : order[1];
        warnings.Add($"'{levels[chosen]}' was taken as the positive class{(likely.Count == 1 ? "" : ", because it is the rarer one")}. Set the positive class if that is wrong.");
        return chosen;
    }

    private static (int[] Codes, List<string> Levels) NumberLabels(double[] values)
    {
        var known = new Dictionary<double, int>();
        var levels = new List<string>();
        var codes = new int[values.Length];
        for (var r = 0; r < values.Length; r++)
        {
            // -0 and 0 are one value.
            var value = values[r] == 0 ? 0 : values[r];
            if (!known.TryGetValue(value, out codes[r]))
            {
                codes[r] = known[value] = levels.Count;
                levels.Add(value.ToString("R", CultureInfo.InvariantCulture));
            }
        }

        return (codes, levels);
    }

    private static HubException Constant(ColumnSchema column, string value) =>
        HubException.Field("target", $"'{column.Name}' is '{value}' in every row: there is nothing to predict. Choose another target.", "TARGET_CONSTANT");
}
