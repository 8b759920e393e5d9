using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;

namespace MLHub.Web.Recipes;

public sealed partial class RecipeMapField : ComponentBase
{
    private List<Pair> _rows = [];
    private string? _known;

    [Parameter, EditorRequired]
    public required string Id { get; set; }

    [Parameter, EditorRequired]
    public required string Label { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<(string Key, string Value)> Pairs { get; set; }

    /// <summary>The left side is one of these; <c>null</c> for any text.</summary>
    [Parameter]
    public IReadOnlyList<ColumnSchema>? Columns { get; set; }

    [Parameter]
    public EventCallback<JsonElement?> OnChange { get; set; }

    protected override void OnParametersSet()
    {
        // Rows that are half written are not part of the value yet, and stay.
        var text = HubJson.Write(Pairs.Select(p => new[] { p.Key, p.Value }));
        if (text != _known)
        {
            _known = text;
            _rows = [.. Pairs.Select(p => new Pair { From = p.Key, To = p.Value })];
            if (_rows.Count == 0)
            {
                _rows.Add(new());
            }
        }
    }

    private Task SetAsync(int row, ChangeEventArgs change, bool isFrom)
    {
        var text = change.Value?.ToString() ?? "";
        if (isFrom)
        {
            _rows[row].From = text;
        }
        else
        {
            _rows[row].To = text;
        }

        return TellAsync();
    }

    private Task RemoveAsync(int row)
    {
        _rows.RemoveAt(row);
        return TellAsync();
    }

    private Task TellAsync()
    {
        var map = new JsonObject();
        foreach (var row in _rows.Where(r => r.From.Length > 0))
        {
            map[row.From] = row.To;
        }

        _known = HubJson.Write(map.Select(m => new[] { m.Key, m.Value!.GetValue<string>() }));
        return OnChange.InvokeAsync(map.Count == 0 ? null : JsonSerializer.SerializeToElement(map));
    }

    private sealed class Pair
    {
        public string From { get; set; } = "";

        public string To { get; set; } = "";
    }
}
