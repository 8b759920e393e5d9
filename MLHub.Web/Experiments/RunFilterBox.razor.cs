using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MLHub.Core.Experiments.Filters;
using MLHub.Web.Components;

namespace MLHub.Web.Experiments;

public sealed partial class RunFilterBox : ComponentBase
{
    private const int MaxSuggestions = 8;

    private static readonly string[] Joining = ["and", "or", "not"];

    private ElementReference _input;
    private string _text = "";
    private string? _shown;
    private RunFilterProblem? _problem;
    private IReadOnlyList<string> _suggestions = [];

    /// <summary>The filter that the table shows.</summary>
    [Parameter]
    public string Value { get; set; } = "";

    /// <summary>Fields of these runs: <c>metric.auc</c>, <c>param.lr</c>, <c>tag.team</c>.</summary>
    [Parameter]
    public IReadOnlyList<string> Fields { get; set; } = [];

    [Parameter]
    public int Matching { get; set; }

    [Parameter]
    public int Total { get; set; }

    [Parameter]
    public EventCallback<string> OnApply { get; set; }

    internal static IReadOnlyList<(string Name, string Filter)> Presets { get; } =
    [
        ("All", ""),
        ("Mine", "by me"),
        ("Running", "state in (queued, running, lost)"),
        ("Failed", "state = failed"),
        ("Last 7 days", "created within 7d"),
        ("Archived", "archived"),
        ("Trash", "deleted"),
    ];

    private string Counted => Value.Length == 0 ? $"{Format.Count(Matching)} {(Matching == 1 ? "run" : "runs")}" : $"{Format.Count(Matching)} of {Format.Count(Total)} match";

    private int Start => Math.Clamp(_problem?.Start ?? 0, 0, _text.Length);

    private int End => Math.Clamp(Start + (_problem?.Length ?? 0), Start, _text.Length);

    protected override void OnParametersSet()
    {
        // What somebody is typing stays when the table refreshes behind it.
        if (_shown != Value)
        {
            _shown = _text = Value;
            _problem = RunFilterParser.Parse(Value, Fields).Problem;
            _suggestions = [];
        }
    }

    private void Type(ChangeEventArgs typed)
    {
        _text = typed.Value?.ToString() ?? "";
        // An error in the middle of a word is only an unfinished one.
        _problem = null;
        _suggestions = Suggest(_text);
    }

    private Task ChangedAsync(ChangeEventArgs typed) => ApplyAsync(typed.Value?.ToString() ?? "");

    private Task OnKeyAsync(KeyboardEventArgs key)
    {
        switch (key.Key)
        {
            case "Enter":
                return ApplyAsync(_text);
            case "Escape":
                _suggestions = [];
                break;
            default:
                break;
        }

        return Task.CompletedTask;
    }

    private async Task ApplyAsync(string text)
    {
        _text = text.Trim();
        _suggestions = [];
        _problem = RunFilterParser.Parse(_text, Fields).Problem;
        if (_problem is null && _text != Value)
        {
            _shown = _text;
            await OnApply.InvokeAsync(_text);
        }
    }

    private async Task TakeAsync(string word)
    {
        _text = _text[..(_text.Length - LastWord(_text).Length)] + word + (word.EndsWith('.') ? "" : " ");
        _suggestions = Suggest(_text);
        await _input.FocusAsync();
    }

    /// <summary>Fields that begin like the last word, or hold it.</summary>
    private IReadOnlyList<string> Suggest(string text)
    {
        var word = LastWord(text);
        return word.Length == 0 || Joining.Contains(word, StringComparer.OrdinalIgnoreCase)
            ? []
            : [.. Fields.Concat(RunField.Words).Where(f => f.Contains(word, StringComparison.OrdinalIgnoreCase) && !f.Equals(word, StringComparison.OrdinalIgnoreCase))
                .OrderBy(f => f.StartsWith(word, StringComparison.OrdinalIgnoreCase) ? 0 : 1).ThenBy(f => f.Length).Take(MaxSuggestions)];
    }

    private static string LastWord(string text) => text[(text.LastIndexOfAny([' ', '(', ',']) + 1)..];
}
