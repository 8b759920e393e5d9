using MLHub.Core.Common;

namespace MLHub.Web.Components;

/// <summary>How wide a column of <see cref="DataGridView"/> is: as wide as its name and its first values need, within bounds.</summary>
internal static class GridWidths
{
    /// <summary>What a viewer may choose.</summary>
    public const int Least = 48;

    public const int Most = 1200;

    public const int RowsFitted = 400;

    private const int Narrowest = 96;
    private const int Widest = 320;
    private const double CharacterWidth = 7.4;
    private const int Padding = 26;
    private const int RowsLookedAt = 50;

    /// <param name="wide">As wide as all given rows need, not only as is handsome.</param>
    public static int[] Of(IReadOnlyList<ColumnSchema> columns, IReadOnlyList<GridRow> rows, bool wide = false) =>
        [.. columns.Select((column, index) => Of(column, index, rows, wide))];

    private static int Of(ColumnSchema column, int index, IReadOnlyList<GridRow> rows, bool wide)
    {
        // The name is bold and shares its line with the arrow of the order.
        var characters = Math.Max((int)(column.Name.Length * 1.1) + 4, Usual(column.Type));
        foreach (var row in rows.Take(wide ? RowsFitted : RowsLookedAt))
        {
            characters = Math.Max(characters, index < row.Cells.Length ? row.Cells[index]?.Length ?? 0 : 0);
        }

        return Math.Clamp((int)(characters * CharacterWidth) + Padding, Narrowest, wide ? Widest * 2 : Widest);
    }

    private static int Usual(ColumnType type) => type switch
    {
        ColumnType.Datetime => 20,
        ColumnType.Date => 10,
        ColumnType.Text => 12,
        _ => 6,
    };
}
