using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets;

namespace MLHub.Web.Datasets;

/// <summary>Which versions are compared, and by which columns rows are recognised.</summary>
public sealed partial class DiffQuestion : ComponentBase
{
    // Always empty: what was picked moves to the key, and the list is ready for the next one.
    private readonly string _picked = "";

    [Parameter, EditorRequired]
    public int From { get; set; }

    [Parameter, EditorRequired]
    public int To { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<DatasetVersionView> Versions { get; set; }

    /// <summary>That both versions have.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Columns { get; set; }

    [Parameter]
    public IReadOnlyList<string> Key { get; set; } = [];

    [Parameter]
    public bool IsGuessed { get; set; }

    [Parameter]
    public EventCallback<DiffAsked> OnAsk { get; set; }

    private IEnumerable<DatasetVersionView> Ready => Versions.Where(v => v.State == DatasetVersionState.Ready);

    private static string NameOf(DatasetVersionView version) => version.Message is { Length: > 0 } message ? $"v{version.Number} · {(message.Length > 40 ? message[..40] + "…" : message)}" : $"v{version.Number}";

    private Task ChooseAsync(ChangeEventArgs change, bool isFrom) => int.TryParse(change.Value?.ToString(), out var number)
        ? OnAsk.InvokeAsync(new(isFrom ? number : From, isFrom ? To : number, IsGuessed ? [] : Key, false))
        : Task.CompletedTask;

    // A picked key takes the place of a guessed one.
    private Task AddAsync(string name) => name.Length > 0 ? OnAsk.InvokeAsync(new(From, To, IsGuessed ? [name] : [.. Key, name], false)) : Task.CompletedTask;

    private Task ToggleAsync(string name)
    {
        IReadOnlyList<string> left = [.. Key.Where(k => k != name)];
        return OnAsk.InvokeAsync(new(From, To, left, left.Count == 0));
    }
}

/// <param name="Key">Empty: the server picks one, unless <paramref name="IsKeyless"/>.</param>
public sealed record DiffAsked(int From, int To, IReadOnlyList<string> Key, bool IsKeyless);
