using MLHub.Core.Common;
using MLHub.Core.Evaluation;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Evaluation;

/// <summary>The metrics on parts of the rows: by the values of each text, by quarters of each number.</summary>
internal static class GroupMetrics
{
    private const int MaxColumns = 40;
    private const int MaxLevels = 8;

    /// <summary>Above so many rows × classes every n-th row stands for them.</summary>
    private const int MaxNumbers = 100_000;

    /// <summary>Those that can be compared between groups of different size and mixture.</summary>
    public static IReadOnlyList<string> Metrics(TrainingTask task) => task switch
    {
        TrainingTask.Binary => ["accuracy", "auc", "precision", "recall"],
        TrainingTask.Multiclass => ["accuracy", "macro_f1", "log_loss"],
        TrainingTask.Regression => ["mae", "rmse", "r2"],
        _ => ["auc"],
    };

    public static IReadOnlyList<ColumnGroups> Of(TrainingTask task, int classes, ScoredRows rows, RawTable table, IEnumerable<string> columns, CancellationToken cancellationToken)
    {
        var step = (int)Math.Max(1, (long)rows.RowIds.Length * rows.Outputs / MaxNumbers);
        var some = step > 1 ? rows.Take([.. Enumerable.Range(0, rows.RowIds.Length).Where(r => r % step == 0)]) : rows;
        var wanted = Metrics(task);
        var found = new List<ColumnGroups>();
        foreach (var name in columns.Take(MaxColumns))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var groups = Groups(table[name], some.Rows)
                .Select(g =>
                {
                    var own = some.Take(g.Members);
                    var metrics = MetricSet.Of(task, classes, own.Actual, own.Scores).Values;
                    return new GroupEvaluation(g.Name, g.Members.Count, wanted.Where(m => metrics.TryGetValue(m, out var v) && double.IsFinite(v)).ToDictionary(m => m, m => metrics[m]));
                })
                .ToList();
            if (groups.Count > 1)
            {
                found.Add(new(name, groups));
            }
        }

        return found;
    }

    /// <param name="rows">Places in the table.</param>
    private static IEnumerable<(string Name, IReadOnlyList<int> Members)> Groups(RawColumn column, int[] rows)
    {
        var (present, missing) = (new List<int>(), new List<int>());
        for (var i = 0; i < rows.Length; i++)
        {
            (column.IsMissing(rows[i]) ? missing : present).Add(i);
        }

        var named = column is TextColumn text ? Levels(text, rows, present) : Quarters(column, rows, present);
        return missing.Count > 0 ? named.Append(("missing", missing)) : named;
    }

    private static IEnumerable<(string, IReadOnlyList<int>)> Levels(TextColumn column, int[] rows, List<int> present)
    {
        var levels = present.GroupBy(i => column.Codes[rows[i]]).OrderByDescending(g => g.Count()).ThenBy(g => column.Levels[g.Key], StringComparer.Ordinal).ToList();
        foreach (var level in levels.Take(MaxLevels))
        {
            yield return (column.Levels[level.Key], [.. level]);
        }

        if (levels.Count > MaxLevels)
        {
            yield return ($"{levels.Count - MaxLevels} others", [.. levels.Skip(MaxLevels).SelectMany(g => g)]);
        }
    }

    private static IEnumerable<(string, IReadOnlyList<int>)> Quarters(RawColumn column, int[] rows, List<int> present)
    {
        double Value(int i) => column is MomentColumn moment ? moment.Seconds[rows[i]] : ((NumberColumn)column).Values[rows[i]];
        string Text(double value) => column is MomentColumn ? CellText.Moment(column.Schema.Type, value) : CellText.Number(column.Schema.Type, value);
        var values = present.GroupBy(Value).OrderBy(g => g.Key).ToList();
        if (values.Count <= 4 || column.Schema.Type == ColumnType.Boolean)
        {
            foreach (var value in values)
            {
                yield return (Text(value.Key), [.. value]);
            }

            yield break;
        }

        // Equal values stay together, so quarters are as equal as that allows.
        var (group, from, taken) = (new List<int>(), values[0].Key, 0);
        for (var v = 0; v < values.Count; v++)
        {
            group.AddRange(values[v]);
            taken += values[v].Count();
            if (v == values.Count - 1 || taken >= present.Count * (Quarter(taken - group.Count, present.Count) + 1) / 4.0)
            {
                yield return (from == values[v].Key ? Text(from) : $"{Text(from)} … {Text(values[v].Key)}", group);
                (group, from) = ([], v < values.Count - 1 ? values[v + 1].Key : 0);
            }
        }
    }

    private static int Quarter(int before, int all) => (int)(4.0 * before / all);
}
