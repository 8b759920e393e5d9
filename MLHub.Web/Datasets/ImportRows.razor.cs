using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Web.Datasets;

/// <summary>The first rows as an import would store them, or as they stand in the file; what does not fit is marked.</summary>
public sealed partial class ImportRows : ComponentBase
{
    private const int MaxColumns = 60;
    private const int MaxCharacters = 120;
    private const string FirstProblem = "first-problem";

    private Dictionary<(int Row, string Column), PreviewProblem> _problems = [];
    private ImportPreview? _known;
    private bool _isRaw;

    [Inject]
    public required IJSRuntime Js { get; set; }

    [Parameter, EditorRequired]
    public required ImportPreview Preview { get; set; }

    private IEnumerable<int> Shown => Enumerable.Range(0, Preview.Columns.Count).Where(c => Preview.Columns[c].Included).Take(MaxColumns);

    private PreviewProblem? First => Preview.Problems.FirstOrDefault(p => p is { Row: not null, Column: not null });

    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_known, Preview))
        {
            _known = Preview;
            _problems = [];
            foreach (var problem in Preview.Problems.Where(p => p is { Row: not null, Column: not null }))
            {
                _problems.TryAdd((problem.Row!.Value, problem.Column!), problem);
            }
        }
    }

    private PreviewProblem? ProblemOf(int row, int column) => _problems.GetValueOrDefault((row, Preview.Columns[column].Name));

    private string? TextOf(int row, int column, PreviewProblem? problem)
    {
        var raw = row < Preview.RawRows.Count && column < Preview.RawRows[row].Count ? Preview.RawRows[row][column] : null;
        if (_isRaw)
        {
            return Cut(raw);
        }

        var value = column < Preview.Rows[row].Count ? Preview.Rows[row][column] : null;
        // A cell that does not fit will be missing; until then its text says what there was.
        return value is null && problem is not null ? Cut(raw ?? problem.Text) : Cut(value is JsonElement json ? json.ToString() : DatasetRows.TextOf(value, Preview.Columns[column].Type));
    }

    private string ClassOf(int column, PreviewProblem? problem) =>
        (!_isRaw && IsNumber(Preview.Columns[column].Type) ? "num" : "") + (problem is null ? "" : " is-bad");

    private static bool IsNumber(ColumnType type) => type is ColumnType.Integer or ColumnType.Number;

    private static string? Cut(string? text) => text is { Length: > MaxCharacters } ? text[..MaxCharacters] + "…" : text;

    private async Task JumpAsync()
    {
        await using var script = await Js.InvokeAsync<IJSObjectReference>("import", "./js/hub.js");
        await script.InvokeVoidAsync("reveal", FirstProblem);
    }
}
