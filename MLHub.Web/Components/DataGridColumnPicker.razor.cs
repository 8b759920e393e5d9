using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MLHub.Core.Common;

namespace MLHub.Web.Components;

/// <summary>Finds, hides and jumps to columns of a <see cref="DataGridView"/>.</summary>
public sealed partial class DataGridColumnPicker : ComponentBase
{
    private const int MaxListed = 100;

    private readonly string _id = $"columns-{Guid.NewGuid():N}";
    private bool _isOpen;
    private string _search = "";

    [Parameter, EditorRequired]
    public required IReadOnlyList<ColumnSchema> Columns { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlySet<int> Hidden { get; set; }

    [Parameter]
    public EventCallback<int> OnToggle { get; set; }

    [Parameter]
    public EventCallback<int> OnJump { get; set; }

    [Parameter]
    public EventCallback OnShowAll { get; set; }

    private IEnumerable<(ColumnSchema Column, int Index)> Matches =>
        Columns.Select((column, index) => (column, index)).Where(c => c.column.Name.Contains(_search.Trim(), StringComparison.OrdinalIgnoreCase));

    private int MatchCount => Matches.Count();

    private IEnumerable<(ColumnSchema Column, int Index)> Found => Matches.Take(MaxListed);

    private void OnKey(KeyboardEventArgs key)
    {
        if (key.Key == "Escape")
        {
            _isOpen = false;
        }
    }
}
