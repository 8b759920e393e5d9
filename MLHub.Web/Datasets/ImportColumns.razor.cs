using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Web.Datasets;

/// <summary>Which columns are imported, and as what.</summary>
public sealed partial class ImportColumns : ComponentBase
{
    private const int MaxListed = 100;

    private string _search = "";

    [Parameter, EditorRequired]
    public required ImportPreview Preview { get; set; }

    [Parameter, EditorRequired]
    public required ImportOptions Options { get; set; }

    [Parameter]
    public EventCallback<ImportOptions> OnChange { get; set; }

    private IEnumerable<PreviewColumn> Found => Preview.Columns.Where(c => c.Name.Contains(_search.Trim(), StringComparison.OrdinalIgnoreCase));

    private bool IsChosen(PreviewColumn column) =>
        Options.Types is { } types && (types.ContainsKey(column.Name) || (column.OriginalName is { } original && types.ContainsKey(original)));

    private Task Choose(PreviewColumn column, ChangeEventArgs change)
    {
        if (!Enum.TryParse<ColumnType>(change.Value?.ToString(), out var type))
        {
            return Task.CompletedTask;
        }

        var types = new Dictionary<string, ColumnType>(Options.Types ?? new Dictionary<string, ColumnType>()) { [column.Name] = type };
        return OnChange.InvokeAsync(Options with { Types = types });
    }

    private Task Include(PreviewColumn column, bool isIncluded)
    {
        var others = (Options.Exclude ?? []).Where(n => n != column.Name && n != column.OriginalName).ToList();
        IReadOnlyList<string> excluded = isIncluded ? others : [.. others, column.Name];
        return OnChange.InvokeAsync(Options with { Exclude = excluded.Count == 0 ? null : excluded });
    }
}
