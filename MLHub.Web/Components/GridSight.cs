namespace MLHub.Web.Components;

/// <summary>Columns, by index, that somebody wants to see.</summary>
/// <param name="Reason">What they belong to: another reason brings the same columns into sight again.</param>
public sealed record GridSight(int First, int Last, object? Reason);
