using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets.Comparison;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>A page of the rows that differ: cells that changed show what stood there and what stands there now.</summary>
public sealed partial class DiffRowsView(NavigationManager navigation) : ComponentBase
{
    private const int MostColumns = 40;
    private const int MostCharacters = 60;

    /// <summary><c>null</c> while they are read.</summary>
    [Parameter, EditorRequired]
    public ChangedRows? Rows { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Key { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Columns { get; set; }

    [Parameter]
    public IReadOnlyList<string> ChangedColumns { get; set; } = [];

    [Parameter]
    public string? Kind { get; set; }

    [Parameter]
    public string? Column { get; set; }

    [Parameter]
    public long Offset { get; set; }

    [Parameter]
    public int PageSize { get; set; } = 25;

    [Parameter, EditorRequired]
    public required Func<string?, string> KindAddress { get; set; }

    [Parameter, EditorRequired]
    public required Func<string?, string> ColumnAddress { get; set; }

    [Parameter, EditorRequired]
    public required Func<long, string> OffsetAddress { get; set; }

    private void ChooseAsync(ChangeEventArgs change)
    {
        const string ofColumn = "column:";
        var value = change.Value?.ToString() ?? "";
        navigation.NavigateTo(value.StartsWith(ofColumn, StringComparison.Ordinal) ? ColumnAddress(value[ofColumn.Length..]) : KindAddress(value.Length == 0 ? null : value));
    }

    private static string RowOf(ChangedRow row) => row switch
    {
        { FromRow: { } from, ToRow: { } to } when from != to => $"{Format.Count(from + 1)} → {Format.Count(to + 1)}",
        _ => Format.Count((row.ToRow ?? row.FromRow ?? 0) + 1),
    };

    private static string Text(object? value) => value switch
    {
        null => "∅",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        _ => Cut(Convert.ToString(value, CultureInfo.InvariantCulture)!),
    };

    private static string Cut(string text) => text.Length > MostCharacters ? text[..MostCharacters] + "…" : text;
}
