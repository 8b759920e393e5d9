using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>Decides type and reading of each column from what was counted over all rows.</summary>
internal static class ColumnPlanner
{
    /// <summary>One plan per column of the file; <c>null</c> for those that are left out.</summary>
    public static ColumnPlan?[] Decide(
        TextTable table,
        IReadOnlyList<(string Name, string? Original)> names,
        ColumnGuess[] guesses,
        ImportOptions options,
        List<ImportNote> notes,
        List<ImportQuestion> questions)
    {
        foreach (var unknown in (options.Types ?? new Dictionary<string, ColumnType>()).Keys.Where(k => !names.Any(n => n.Name == k || n.Original == k)))
        {
            notes.Add(new("UNKNOWN_COLUMN", "A type was chosen for a column that the file does not have.", unknown));
        }

        if (guesses.All(g => g.Filled == 0))
        {
            throw HubException.Impossible("The file has rows, but no cell of them holds a value.", "EMPTY_FILE");
        }

        var hasDecimalComma = table.MayHaveDecimalComma && guesses.Any(g => g.ProvesDecimalComma);
        var plans = new ColumnPlan?[names.Count];
        for (var i = 0; i < plans.Length; i++)
        {
            if (IsExcluded(names[i], options))
            {
                continue;
            }

            if (table.Description.Header && guesses[i].Filled == 0 && table.Header[i].Trim().Length == 0)
            {
                notes.RemoveAll(n => n.Column == names[i].Name);
                notes.Add(new("COLUMN_DROPPED", $"Column {i + 1} has neither header nor values and was left out."));
                continue;
            }

            plans[i] = guesses[i].Decide(names[i].Name, names[i].Original, table.DeclaredType(i), options, table, hasDecimalComma, notes, questions);
        }

        return Array.TrueForAll(plans, p => p is null)
            ? throw HubException.Field("exclude", "The options leave out every column. Keep one at least.", "BAD_OPTIONS")
            : plans;
    }

    public static bool IsExcluded((string Name, string? Original) column, ImportOptions options) =>
        options.Exclude?.Any(e => e == column.Name || e == column.Original) == true;

    /// <summary>Four thousand strange headers do not need four thousand notes.</summary>
    public static IReadOnlyList<ImportNote> Limited(IReadOnlyList<ImportNote> notes)
    {
        const int most = 200;
        return notes.Count <= most ? notes : [.. notes.Take(most), new("MORE_NOTES", $"{notes.Count - most} more notes of these kinds were left out.")];
    }

    public static List<ImportedColumn> Describe(ColumnPlan?[] plans, ColumnGuess[] guesses, IReadOnlyList<long> unparsed)
    {
        List<ImportedColumn> columns = [];
        for (var i = 0; i < plans.Length; i++)
        {
            if (plans[i] is { } plan)
            {
                columns.Add(new(plan.Name, plan.OriginalName, plan.Type, guesses[i].Missing + unparsed[i], unparsed[i], guesses[i].NullCounts, plan.Format));
            }
        }

        return columns;
    }

    public static void AddUnparsed(ColumnPlan?[] plans, IReadOnlyList<long> unparsed, List<ImportNote> notes)
    {
        for (var i = 0; i < plans.Length; i++)
        {
            if (unparsed[i] > 0)
            {
                notes.Add(new("UNPARSED_VALUES", $"{unparsed[i]} values are no {plans[i]!.Type.ToString().ToLowerInvariant()} and became missing; they are listed with the rejected rows.", plans[i]!.Name));
            }
        }
    }
}
