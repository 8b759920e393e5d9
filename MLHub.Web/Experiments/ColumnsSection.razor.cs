using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets;

namespace MLHub.Web.Experiments;

public sealed partial class ColumnsSection : ComponentBase
{
    [Parameter, EditorRequired]
    public TrainingForm Form { get; set; } = null!;

    [Parameter]
    public IReadOnlyDictionary<string, string[]> Problems { get; set; } = new Dictionary<string, string[]>();

    [Parameter]
    public EventCallback OnChange { get; set; }

    private List<DatasetColumn> Choosable => [.. Form.Columns.Where(c => c.Name != Form.Target)];

    private Task UseAsync(string column, ChangeEventArgs change)
    {
        Form.Use(column, change.Value is true);
        return OnChange.InvokeAsync();
    }

    private Task ChangeAsync(Action change)
    {
        change();
        return OnChange.InvokeAsync();
    }
}
