namespace MLHub.Web.Components;

/// <summary>Bars in the strip of a column's header, first and last one included.</summary>
/// <param name="Column">Index among the columns of the grid.</param>
public sealed record GridBars(int Column, int From, int To);
