using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MLHub.Core.Common;
using MLHub.Core.Recipes;

namespace MLHub.Web.Recipes;

public sealed partial class RecipeFormulaField : ComponentBase, IAsyncDisposable
{
    private const int MaxColumns = 300;
    private const int Around = 40;

    private ElementReference _frame;
    private IJSObjectReference? _module;
    private IJSObjectReference? _completion;
    private IReadOnlyList<ColumnSchema>? _sent;

    [Inject]
    public required IJSRuntime Js { get; set; }

    [Parameter, EditorRequired]
    public required string Id { get; set; }

    [Parameter, EditorRequired]
    public required StepParameterType Type { get; set; }

    [Parameter]
    public string Text { get; set; } = "";

    [Parameter, EditorRequired]
    public required IReadOnlyList<ColumnSchema> Columns { get; set; }

    [Parameter]
    public bool IsInvalid { get; set; }

    /// <summary>Where the mistake is, from 0.</summary>
    [Parameter]
    public int? Position { get; set; }

    [Parameter]
    public string? DescribedBy { get; set; }

    [Parameter]
    public EventCallback<string> OnChange { get; set; }

    private IReadOnlyList<FormulaWord> Words =>
    [
        .. Columns.Take(MaxColumns).Select(c => new FormulaWord(RecipeColumns.Quoted(c.Name), RecipeWords.TypeWord(c.Type), c.Name)),
        .. FormulaWords.Of(Type),
    ];

    /// <summary>A text that would work on this very table.</summary>
    private string Example
    {
        get
        {
            var number = Columns.FirstOrDefault(c => c.Type is ColumnType.Integer or ColumnType.Number) ?? Columns.FirstOrDefault();
            var name = number is null ? "age" : RecipeColumns.Quoted(number.Name);
            return Type switch
            {
                StepParameterType.Sql => "SELECT * FROM dataset",
                StepParameterType.Filter => number?.Type is ColumnType.Integer or ColumnType.Number ? $"{name} >= 0" : $"{name} is not null",
                _ => number?.Type is ColumnType.Integer or ColumnType.Number ? $"{name} * 2" : name,
            };
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _module = await Js.InvokeAsync<IJSObjectReference>("import", "./js/formula.js");
            _completion = await _module.InvokeAsync<IJSObjectReference>("attach", _frame);
        }

        if (_completion is not null && !ReferenceEquals(_sent, Columns))
        {
            _sent = Columns;
            await _completion.InvokeVoidAsync("learn", Words);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_completion is not null)
            {
                await _completion.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and the module with it.
        }
    }

    private async Task InsertAsync(FormulaWord word)
    {
        if (_completion is not null)
        {
            await _completion.InvokeVoidAsync("insert", word.Text);
        }
    }

    private string Before(int at) => (at > Around ? "…" : "") + Text[Math.Max(0, at - Around)..at];

    private string At(int at) => at < Text.Length ? Text[at].ToString() : " ";

    private string After(int at) => at + 1 >= Text.Length ? "" : Text[(at + 1)..Math.Min(Text.Length, at + 1 + Around)] + (at + 1 + Around < Text.Length ? "…" : "");
}
