using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;

namespace MLHub.Web.Components;

/// <content>How headers and cells are written.</content>
public sealed partial class DataGridView
{
    private const int MaxCellCharacters = 200;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    // One string per row instead of a component per cell: a jump in a table of 200 columns sends a fifth of the bytes.
    private MarkupString Cells(int index)
    {
        var position = _windowStart + index;
        var row = Known(position);
        var html = new StringBuilder(64 * (_window.Count + 1));
        html.Append("<th role=\"rowheader\" aria-colindex=\"1\" class=\"number\">").Append(row is null ? "" : row.RowNumber.ToString()).Append("</th>");
        for (var place = 0; place < _window.Count; place++)
        {
            var column = _window[place];
            var isCursor = position == _cursorRow && place == _cursorColumn;
            html.Append("<td role=\"gridcell\" aria-colindex=\"").Append(column + 2).Append('"');
            if (isCursor)
            {
                html.Append(" id=\"").Append(CellId(position)).Append('"');
            }

            AppendClass(html, column, isCursor, row);
            if (row is not null)
            {
                AppendValue(html, column < row.Cells.Length ? row.Cells[column] : null);
            }

            html.Append("</td>");
        }

        return new(html.ToString());
    }

    private void AppendClass(StringBuilder html, int column, bool isCursor, GridRow? row)
    {
        string? before = null;
        var isChanged = row?.Before is { } earlier && earlier.TryGetValue(column, out before);
        var words = string.Join(' ', new[]
        {
            Columns[column].Type is ColumnType.Integer or ColumnType.Number ? "n" : null,
            isCursor ? "at" : null,
            isChanged ? "changed" : MarkClass(MarkOf(column)),
            _frozen.Contains(column) ? "frozen" : null,
        }.OfType<string>());
        if (words.Length > 0)
        {
            html.Append(" class=\"").Append(words).Append('"');
        }

        if (FrozenStyle(column) is { } style)
        {
            html.Append(" style=\"").Append(style).Append('"');
        }

        if (isChanged)
        {
            html.Append(" title=\"before: ").Append(Encoder.Encode(before is null ? "missing" : before.Length > MaxCellCharacters ? before[..MaxCellCharacters] + "…" : before)).Append('"');
        }

        html.Append('>');
    }

    private static void AppendValue(StringBuilder html, string? value)
    {
        if (value is null)
        {
            html.Append("<span class=\"missing\" role=\"img\" aria-label=\"missing\">∅</span>");
        }
        else if (value.Length > MaxCellCharacters)
        {
            html.Append(Encoder.Encode(value[..MaxCellCharacters])).Append('…');
        }
        else
        {
            html.Append(Encoder.Encode(value));
        }
    }

    private string CellId(long row) => $"{_id}-{row}-{_window[_cursorColumn]}";

    private string? RowClass(int index) => _windowStart + index == _openRow ? "open" : MarkClass(Known(_windowStart + index)?.Mark ?? GridMark.None);

    private GridMark MarkOf(int column) => ColumnMark?.Invoke(column) ?? GridMark.None;

    private static string? MarkClass(GridMark mark) => mark switch
    {
        GridMark.Added => "added",
        GridMark.Removed => "removed",
        GridMark.Changed => "changed",
        _ => null,
    };

    private static string? MarkWord(GridMark mark) => mark == GridMark.None ? null : $" · {MarkClass(mark)}";

    private GridSort? SortTerm(ColumnSchema column) => Sort.FirstOrDefault(s => s.Column == column.Name);

    private string SortOf(ColumnSchema column) => SortTerm(column) is not { } term ? "none" : term.Descending ? "descending" : "ascending";

    private string ArrowOf(ColumnSchema column) =>
        SortTerm(column) is not { } term ? "" : (term.Descending ? "↓" : "↑") + (Sort.Count > 1 ? (Sort.ToList().IndexOf(term) + 1).ToString() : "");

    private string? HeaderClass(int column) =>
        string.Join(' ', new[] { MarkClass(MarkOf(column)), _frozen.Contains(column) ? "frozen" : null, _dragged is not null && _dragged != column ? "may-drop" : null }.OfType<string>()) is { Length: > 0 } words ? words : null;

    private string? FrozenStyle(int column) => _pinned.IndexOf(column) is >= 0 and var at ? $"left:{NumberWidth + _pinned.Take(at).Sum(c => _widths[c])}px" : null;

    private string MenuButton(int column) => $"{_id}-menu-{column}";

    internal static string TypeWord(ColumnType type) => type.ToString().ToLowerInvariant();
}
