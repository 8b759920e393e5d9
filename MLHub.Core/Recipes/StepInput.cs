using MLHub.Core.Common;

namespace MLHub.Core.Recipes;

/// <summary>What a step is told and what reaches it.</summary>
public sealed record StepInput(StepArguments Arguments, IReadOnlyList<ColumnSchema> Columns)
{
    /// <summary>A name for a new column, checked: not taken, nothing invisible.</summary>
    public string NewName(string name, string parameter)
    {
        var trimmed = name.Trim();
        if (trimmed.Length is 0 or > Datasets.DatasetColumn.MaxNameLength || trimmed.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format))
        {
            throw new StepException("BAD_NAME", parameter, $"A column needs a name of 1 to {Datasets.DatasetColumn.MaxNameLength} visible characters.");
        }

        if (Hidden.IsHidden(trimmed))
        {
            throw new StepException("BAD_NAME", parameter, $"\"{trimmed}\" is a name that MLHub keeps for itself. Choose another.");
        }

        return Columns.Any(c => c.Name.Equals(trimmed, StringComparison.OrdinalIgnoreCase))
            ? throw new StepException("COLUMN_EXISTS", parameter, $"There is a column \"{trimmed}\" already. Choose another name.")
            : trimmed;
    }

    /// <summary>The name itself, or with a number behind it when it is taken: for names that are made from values.</summary>
    public static string FreeName(string name, HashSet<string> taken)
    {
        var clean = string.Concat(name.Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format ? ' ' : c)).Trim();
        clean = clean.Length == 0 ? "column" : clean.Length > Datasets.DatasetColumn.MaxNameLength - 8 ? clean[..(Datasets.DatasetColumn.MaxNameLength - 8)] : clean;
        var free = clean;
        for (var number = 2; Hidden.IsHidden(free) || !taken.Add(free); number++)
        {
            free = $"{clean}_{number}";
        }

        return free;
    }
}

/// <summary>Columns of a chain that nobody sees.</summary>
internal static class Hidden
{
    /// <summary>Place of a row in the table as it is now: ascending, perhaps with gaps.</summary>
    public const string Id = ColumnSchema.RowId;

    /// <summary>Id of the row of the source that it was; missing for rows that a query made.</summary>
    public const string Origin = "__row_origin";

    public static bool IsHidden(string name) => name.StartsWith("__row_", StringComparison.OrdinalIgnoreCase);
}
