namespace MLHub.Web.Shell;

/// <summary>Something that the palette found.</summary>
/// <param name="Kind">Heading it is listed under: <c>Datasets</c>, <c>Experiments</c>, <c>Models</c>.</param>
/// <param name="About">A few words to tell it from its namesakes.</param>
public sealed record SearchHit(string Kind, string Title, string? About, string Href, string Icon);
