using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MLHub.Core.Common;

namespace MLHub.Web.Components;

/// <summary>All fields of one row, in full.</summary>
public sealed partial class DataGridRowPanel : ComponentBase
{
    private const int MaxPretty = 100_000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Parameter, EditorRequired]
    public required IReadOnlyList<ColumnSchema> Columns { get; set; }

    /// <summary>The column whose field is marked.</summary>
    [Parameter]
    public int? Column { get; set; }

    /// <summary><c>null</c> while it is being read.</summary>
    [Parameter]
    public GridRow? Row { get; set; }

    /// <summary>Place in the view, from 0.</summary>
    [Parameter, EditorRequired]
    public required long Position { get; set; }

    [Parameter, EditorRequired]
    public required long TotalRows { get; set; }

    [Parameter]
    public EventCallback<long> OnMove { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    private string Title => Row is null ? "Row" : $"Row {Format.Count(Row.RowNumber)}";

    /// <summary>JSON is written over several lines, everything else as it is.</summary>
    private static string Shown(string value)
    {
        if (value.Length is < 2 or > MaxPretty || !(value[0] == '{' && value[^1] == '}' || value[0] == '[' && value[^1] == ']'))
        {
            return value;
        }

        try
        {
            using var json = JsonDocument.Parse(value);
            return JsonSerializer.Serialize(json.RootElement, Indented);
        }
        catch (JsonException)
        {
            return value;
        }
    }

    private Task OnKeyAsync(KeyboardEventArgs key) => key.Key == "Escape" ? OnClose.InvokeAsync() : Task.CompletedTask;
}
