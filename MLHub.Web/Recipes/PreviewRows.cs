using System.Globalization;
using MLHub.Core.Common;
using MLHub.Core.Recipes;
using MLHub.Web.Components;

namespace MLHub.Web.Recipes;

/// <summary>Which state of the sample is looked at.</summary>
public enum PreviewSide
{
    After,
    Before,

    /// <summary>After, only the rows that the step touched.</summary>
    Changed,
}

/// <summary>A preview as the grid asks for it.</summary>
public sealed class PreviewRows
{
    private readonly RecipePreview _preview;
    private int[] _rows;
    private readonly ILookup<int, CellChange> _changes;
    private readonly Dictionary<int, GridMark> _columnMarks = [];
    private readonly HashSet<long> _removed;

    private PreviewRows(RecipePreview preview, IEnumerable<int> rows, IEnumerable<CellChange> changes, IEnumerable<long> removed)
    {
        _preview = preview;
        _rows = [.. rows];
        _changes = changes.ToLookup(c => c.Row);
        _removed = [.. removed];
        Columns = [.. preview.Columns.Select(c => new ColumnSchema(c.Name, c.Type))];
    }

    public IReadOnlyList<ColumnSchema> Columns { get; private set; }

    public int Count => _rows.Length;

    /// <summary>The result, with everything marked that differs.</summary>
    /// <param name="onlyChanged">Leaves out the rows in which no cell differs.</param>
    public static PreviewRows After(RecipePreview after, bool onlyChanged)
    {
        var touched = after.Changes.Select(c => c.Row).ToHashSet();
        var rows = new PreviewRows(after, Enumerable.Range(0, after.SourceRows.Count).Where(r => !onlyChanged || touched.Contains(r)), after.Changes, []);
        foreach (var column in after.Changes.Select(c => c.Column).Distinct())
        {
            rows._columnMarks[column] = GridMark.Changed;
        }

        for (var column = 0; column < after.Columns.Count; column++)
        {
            if (after.Columns[column].IsAdded)
            {
                rows._columnMarks[column] = GridMark.Added;
            }
        }

        return rows;
    }

    /// <summary>What was there before, with everything marked that goes away.</summary>
    public static PreviewRows Before(RecipePreview before, RecipePreview after, bool onlyRemoved)
    {
        var removed = after.RemovedRows.ToHashSet();
        var rows = new PreviewRows(before, Enumerable.Range(0, before.SourceRows.Count).Where(r => !onlyRemoved || (before.SourceRows[r] is { } at && removed.Contains(at))), [], after.RemovedRows);
        for (var column = 0; column < before.Columns.Count; column++)
        {
            if (after.RemovedColumns.Any(c => c.Name == before.Columns[column].Name))
            {
                rows._columnMarks[column] = GridMark.Removed;
            }
        }

        return rows;
    }

    /// <summary>The same in an order of its own.</summary>
    /// <param name="shown">What the grid shows now: columns that stay the same are left alone, so that it does not begin anew.</param>
    public PreviewRows In(IReadOnlyList<GridSort> sort, PreviewRows? shown)
    {
        if (shown is not null && shown.Columns.SequenceEqual(Columns))
        {
            Columns = shown.Columns;
        }

        // The last column first: each earlier one keeps the order among its equals.
        foreach (var term in sort.Reverse())
        {
            var column = Columns.ToList().FindIndex(c => c.Name == term.Column);
            if (column >= 0)
            {
                // Missing values come last in both directions; ties stay as they are.
                var known = _rows.Where(r => _preview.Cell(r, column) is not null);
                var order = Comparer<object?>.Create(Compare);
                _rows = [.. term.Descending ? known.OrderByDescending(r => _preview.Cell(r, column), order) : known.OrderBy(r => _preview.Cell(r, column), order), .. _rows.Where(r => _preview.Cell(r, column) is null)];
            }
        }

        return this;
    }

    /// <summary>The columns that differ; those between them may stay the same.</summary>
    /// <param name="reason">The step that is looked at.</param>
    public GridSight? Sight(object? reason) => _columnMarks.Count == 0 ? null : new(_columnMarks.Keys.Min(), _columnMarks.Keys.Max(), reason);

    public GridMark MarkOf(int column) => _columnMarks.GetValueOrDefault(column);

    public Task<IReadOnlyList<GridRow>> ReadAsync(long offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<GridRow>>([.. _rows.Skip((int)offset).Take(count).Select(Row)]);

    private GridRow Row(int row)
    {
        var cells = new string?[Columns.Count];
        for (var column = 0; column < cells.Length; column++)
        {
            cells[column] = Text(_preview.Cell(row, column));
        }

        var source = _preview.SourceRows[row];
        return new((source ?? row) + 1, cells)
        {
            Mark = source is { } at && _removed.Contains(at) ? GridMark.Removed : GridMark.None,
            Before = _changes.Contains(row) ? _changes[row].ToDictionary(c => c.Column, c => Text(c.Before)) : null,
        };
    }

    private static int Compare(object? a, object? b) => a is string x && b is string y ? string.CompareOrdinal(x, y) : Comparer<object?>.Default.Compare(a, b);

    /// <summary>Values as they would stand in a file: nothing is rounded, nothing is grouped.</summary>
    internal static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        bool yes => yes ? "true" : "false",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
