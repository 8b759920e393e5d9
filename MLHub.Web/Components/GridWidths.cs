using MLHub.Core.Common;

namespace MLHub.Web.Components;

/// <summary>How wide a column of <see cref="DataGridView"/> is: as wide as its name and its first values need, within bounds.</summary>
internal static class GridWidths
{
    private const int Narrowest = 96;
    private const int Widest = 320;
    private const double CharacterWidth = 7.4;
    private const int Padding = 26;
    private const int RowsLookedAt = 50;

    public static int[] Of(IReadOnlyList<ColumnSchema> columns, IReadOnlyList<GridRow> rows) =>
        [.. columns.Select((column, index) => Of(column, index, rows))];

    private static int Of(ColumnSchema column, int index, IReadOnlyList<GridRow> rows)
    {
        // The name is bold and shares its line with the arrow of the order.
        var characters = Math.Max((int)(column.Name.Length * 1.1) + 2, Usual(column.Type));
        foreach (var row in rows.Take(RowsLookedAt))
        {
            characters = Math.Max(characters, index < row.Cells.Length ? row.Cells[index]?.Length ?? 0 : 0);
        }

        return Math.Clamp((int)(characters * CharacterWidth) + Padding, Narrowest, Widest);
    }

    private static int Usual(ColumnType type) => type switch
    {
        ColumnType.Datetime => 20,
        ColumnType.Date => 10,
        ColumnType.Text => 12,
        _ => 6,
    };
}
