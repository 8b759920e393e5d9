using MLHub.Core.Common;

namespace MLHub.Core.Recipes;

/// <summary>When two cells are the same to whoever looks at them.</summary>
internal static class Cells
{
    /// <summary>A condition in SQL. Values of two types are compared as they are written: 5, 5.0 and '5' are the same cell.</summary>
    public static string Differ(string before, ColumnType typeBefore, string after, ColumnType typeAfter) =>
        typeBefore == typeAfter || (IsNumeric(typeBefore) && IsNumeric(typeAfter)) ? $"{before} IS DISTINCT FROM {after}"
        : IsNumeric(typeBefore) || IsNumeric(typeAfter) ? $"({before}::VARCHAR IS DISTINCT FROM {after}::VARCHAR AND coalesce(TRY_CAST({before}::VARCHAR AS DOUBLE) <> TRY_CAST({after}::VARCHAR AS DOUBLE), true))"
        : $"{before}::VARCHAR IS DISTINCT FROM {after}::VARCHAR";

    private static bool IsNumeric(ColumnType type) => type is ColumnType.Integer or ColumnType.Number;
}
