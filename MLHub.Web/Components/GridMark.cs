namespace MLHub.Web.Components;

/// <summary>How a row or a column of <see cref="DataGridView"/> differs from another state of the same table.</summary>
public enum GridMark
{
    None,
    Added,
    Removed,
    Changed,
}
