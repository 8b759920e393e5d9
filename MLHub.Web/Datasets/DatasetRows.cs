using System.Diagnostics;
using System.Globalization;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>The rows of one version in one order under one filter, as the grid asks for them.</summary>
public sealed class DatasetRows(DatasetReader reader, Actor actor, Guid datasetId, int version, IReadOnlyList<GridSort> sort, string? filter)
{
    private GridRow[]? _first;

    public IReadOnlyList<ColumnSchema> Columns { get; private set; } = [];

    public long TotalRows { get; private set; }

    public long MatchedRows { get; private set; }

    /// <summary>How long finding the rows and reading the first of them took.</summary>
    public TimeSpan Took { get; private set; }

    public bool IsFiltered => !string.IsNullOrWhiteSpace(filter);

    /// <summary>Reads the first rows, and with them whether filter and order can be understood.</summary>
    /// <exception cref="HubException"><c>BAD_FILTER</c>, <c>UNKNOWN_COLUMN</c>.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var window = await WindowAsync(0, DataGridView.BlockRows, cancellationToken);
        Took = clock.Elapsed;
        Columns = [.. window.Columns.Select(c => c.Schema)];
        TotalRows = window.TotalRows;
        MatchedRows = window.MatchedRows;
        _first = RowsOf(window);
    }

    public async Task<IReadOnlyList<GridRow>> ReadAsync(long offset, int count, CancellationToken cancellationToken) =>
        offset == 0 && _first is not null && _first.Length >= Math.Min(count, MatchedRows) ? _first : RowsOf(await WindowAsync(offset, count, cancellationToken));

    private Task<RowWindow> WindowAsync(long offset, int count, CancellationToken cancellationToken) => reader.ReadAsync(
        actor,
        datasetId,
        version,
        new RowQuery { Offset = offset, Limit = count, Filter = filter, Sort = [.. sort.Select(s => new SortColumn(s.Column, s.Descending))] },
        cancellationToken);

    private static GridRow[] RowsOf(RowWindow window)
    {
        var rows = new GridRow[window.RowIds.Count];
        for (var row = 0; row < rows.Length; row++)
        {
            var cells = new string?[window.Columns.Count];
            for (var column = 0; column < cells.Length; column++)
            {
                cells[column] = TextOf(window.Rows.Columns[column][row], window.Columns[column].Type);
            }

            rows[row] = new(window.RowIds[row] + 1, cells);
        }

        return rows;
    }

    /// <summary>Values as they would stand in a file: nothing is rounded, nothing is grouped.</summary>
    internal static string? TextOf(object? value, ColumnType type) => value switch
    {
        null => null,
        string text => text,
        bool yes => yes ? "true" : "false",
        DateTime day when type == ColumnType.Date => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime moment when type == ColumnType.Time => moment.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
