using System.Globalization;
using MLHub.Core.Common;

namespace MLHub.Training.Preparation;

/// <summary>Cells as the engine has them → raw columns, with the same meaning as columns that are read for training.</summary>
internal static class CellTable
{
    /// <param name="rows">Cells in the order of the columns; <c>null</c> when missing.</param>
    public static RawTable Of(IReadOnlyList<ColumnSchema> columns, IReadOnlyList<object?[]> rows) => new(rows.Count, [.. columns.Select((c, i) => Column(c, i, rows))]);

    /// <summary>The way back: cells of some rows.</summary>
    public static IReadOnlyList<object?[]> Cells(IReadOnlyList<RawColumn> columns, int[] rows) => [.. rows.Select(r => columns.Select(c => Cell(c, r)).ToArray())];

    private static object? Cell(RawColumn column, int row) => column switch
    {
        _ when column.IsMissing(row) => null,
        TextColumn text => text.Levels[text.Codes[row]],
        MomentColumn moment when column.Schema.Type == ColumnType.Date => DateOnly.FromDateTime(DateTime.UnixEpoch.AddSeconds(moment.Seconds[row])),
        MomentColumn moment => DateTime.UnixEpoch.AddSeconds(moment.Seconds[row]),
        NumberColumn number => column.Schema.Type switch
        {
            ColumnType.Boolean => number.Values[row] != 0,
            ColumnType.Integer => (long)number.Values[row],
            ColumnType.Time => TimeOnly.FromTimeSpan(TimeSpan.FromSeconds(Math.Clamp(number.Values[row], 0, 86_399))),
            _ => (double)number.Values[row],
        },
        _ => throw new NotSupportedException(column.GetType().Name),
    };

    private static RawColumn Column(ColumnSchema column, int place, IReadOnlyList<object?[]> rows) => column.Type switch
    {
        ColumnType.Text => Texts(column, place, rows),
        ColumnType.Date or ColumnType.Datetime => new MomentColumn(column, Numbers(place, rows)),
        // Infinite, or beyond a float's range: missing, as in training.
        _ => new NumberColumn(column, Array.ConvertAll(Numbers(place, rows), n => float.IsFinite((float)n) ? (float)n : float.NaN)),
    };

    private static TextColumn Texts(ColumnSchema column, int place, IReadOnlyList<object?[]> rows)
    {
        var (codes, levels, known) = (new int[rows.Count], new List<string>(), new Dictionary<string, int>());
        for (var r = 0; r < codes.Length; r++)
        {
            if (rows[r][place] is not { } value)
            {
                codes[r] = TextColumn.Missing;
                continue;
            }

            var text = value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture)!;
            if (!known.TryGetValue(text, out codes[r]))
            {
                codes[r] = known[text] = levels.Count;
                levels.Add(text);
            }
        }

        return new(column, codes, levels);
    }

    private static double[] Numbers(int place, IReadOnlyList<object?[]> rows)
    {
        var numbers = new double[rows.Count];
        for (var r = 0; r < numbers.Length; r++)
        {
            numbers[r] = Number(rows[r][place]);
        }

        return numbers;
    }

    private static double Number(object? cell) => cell switch
    {
        null => double.NaN,
        double number => double.IsFinite(number) ? number : double.NaN,
        long whole => whole,
        bool yes => yes ? 1 : 0,
        DateOnly day => (day.ToDateTime(TimeOnly.MinValue) - DateTime.UnixEpoch).TotalSeconds,
        DateTime moment => (moment - DateTime.UnixEpoch).TotalSeconds,
        TimeOnly time => time.ToTimeSpan().TotalSeconds,
        _ => Convert.ToDouble(cell, CultureInfo.InvariantCulture),
    };
}
