namespace MLHub.Web.Components;

/// <param name="Href"><c>null</c> for the page itself.</param>
public sealed record Crumb(string Text, string? Href);
