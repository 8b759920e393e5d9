using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MLHub.Core.Common;

namespace MLHub.Web.Components;

/// <summary>All fields of one row, in full.</summary>
public sealed partial class DataGridRowPanel : ComponentBase
{
    [Parameter, EditorRequired]
    public required IReadOnlyList<ColumnSchema> Columns { get; set; }

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

    private Task OnKeyAsync(KeyboardEventArgs key) => key.Key == "Escape" ? OnClose.InvokeAsync() : Task.CompletedTask;
}
