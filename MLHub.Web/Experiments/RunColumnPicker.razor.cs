using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MLHub.Core.Experiments;

namespace MLHub.Web.Experiments;

public sealed partial class RunColumnPicker : ComponentBase
{
    private const int MaxListed = 50;

    private bool _isOpen;
    private string _search = "";

    [Parameter, EditorRequired]
    public IReadOnlyList<string> Shown { get; set; } = [];

    [Parameter, EditorRequired]
    public RunFields Fields { get; set; } = null!;

    /// <summary>Names in their order; <c>null</c> lets MLHub choose.</summary>
    [Parameter]
    public EventCallback<IReadOnlyList<string>?> OnChange { get; set; }

    /// <summary>What is not shown yet, or all that is called like the search.</summary>
    private IEnumerable<(string Title, List<string> Names)> Groups =>
        new (string Title, IEnumerable<string> Names)[]
        {
            ("Metrics", Fields.Metrics.Select(m => $"metric.{m.Key}")),
            ("Parameters", Fields.Parameters.Select(p => $"param.{p.Key}")),
            ("Tags", Fields.Tags.Select(t => $"tag.{t.Key}").Prepend("tags")),
            ("Run", RunColumn.Facts),
        }.Select(g => (g.Title, Names: g.Names.Where(n => _search.Length == 0 ? !Shown.Contains(n) : n.Contains(_search, StringComparison.OrdinalIgnoreCase)).ToList())).Where(g => g.Names.Count > 0);

    private Task ToggleAsync(string name) =>
        OnChange.InvokeAsync(Shown.Contains(name) ? [.. Shown.Where(n => n != name)] : [.. Shown.Append(name).Take(RunTableState.MaxColumns)]);

    private Task MoveAsync(int index, int by)
    {
        var names = Shown.ToList();
        (names[index], names[index + by]) = (names[index + by], names[index]);
        return OnChange.InvokeAsync(names);
    }

    private void OnKey(KeyboardEventArgs key)
    {
        if (key.Key == "Escape")
        {
            _isOpen = false;
        }
    }
}
