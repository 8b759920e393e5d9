namespace MLHub.Web.Components;

/// <param name="Key">What the address says.</param>
/// <param name="Count">A small figure beside the text.</param>
public sealed record UrlTab(string Key, string Text, string Href, long? Count = null);
