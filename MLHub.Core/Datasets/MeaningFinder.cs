using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>Guesses what a column stands for from its profile.</summary>
public static class MeaningFinder
{
    private const int FewRows = 20;
    private const int MaxClasses = 50;

    private static readonly string[] KeyWords = ["id", "uuid", "guid", "key", "index", "nr", "no"];

    public static ColumnMeaning Of(ColumnProfile column, long rows) => column switch
    {
        { Distinct: <= 1 } => ColumnMeaning.Constant,
        { Type: ColumnType.Boolean } => ColumnMeaning.Flag,
        { Type: ColumnType.Date or ColumnType.Datetime or ColumnType.Time } => ColumnMeaning.Moment,
        { Type: ColumnType.Number } => ColumnMeaning.Quantity,
        { Type: ColumnType.Integer } => IsKey(column, rows) ? ColumnMeaning.Identifier : ColumnMeaning.Quantity,
        { Distinct: <= MaxClasses } => ColumnMeaning.Category,
        _ when IsKey(column, rows) => ColumnMeaning.Identifier,
        _ when column.Distinct <= column.Count / 20 => ColumnMeaning.Category,
        _ => ColumnMeaning.Text,
    };

    /// <summary>
    /// Different in every row. Integers are often so by chance (prices, measurements), so they need a name that says key as well;
    /// texts must be short, or they are sentences.
    /// </summary>
    public static bool IsKey(ColumnProfile column, long rows) =>
        rows >= FewRows && column.Missing == 0 && column.Distinct == column.Count
        && (column.Type == ColumnType.Text ? column.MaxLength <= 64 : column.Type == ColumnType.Integer && (IsNamedKey(column.Name) || IsSequence(column, rows)));

    private static bool IsNamedKey(string name)
    {
        var words = name.Split(['_', '-', '.', ' ']).Select(w => w.ToLowerInvariant()).ToList();
        return words.Exists(KeyWords.Contains) || (name.EndsWith("Id", StringComparison.Ordinal) && name.Length > 2) || name.EndsWith("ID", StringComparison.Ordinal);
    }

    private static bool IsSequence(ColumnProfile column, long rows) =>
        column is { Min: { } min, Max: { } max } && min.TryGetInt64(out var from) && max.TryGetInt64(out var to) && from is 0 or 1 && to - from == rows - 1;
}
