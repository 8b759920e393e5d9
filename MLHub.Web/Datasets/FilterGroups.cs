namespace MLHub.Web.Datasets;

/// <summary>Changes of a filter that is shown in groups of conditions.</summary>
internal static class FilterGroups
{
    /// <summary>A group and the one before it become one, of which one condition must hold.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Join(IReadOnlyList<IReadOnlyList<string>> groups, int group) =>
        [.. groups.Take(group - 1), [.. groups[group - 1], .. groups[group]], .. groups.Skip(group + 1)];

    /// <summary>From a condition on, the rest of its group becomes a group of its own.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Part(IReadOnlyList<IReadOnlyList<string>> groups, int group, int condition) =>
        [.. groups.Take(group), [.. groups[group].Take(condition)], [.. groups[group].Skip(condition)], .. groups.Skip(group + 1)];

    public static IReadOnlyList<IReadOnlyList<string>> Without(IReadOnlyList<IReadOnlyList<string>> groups, int group, int condition) =>
        [.. groups.Select((g, at) => at != group ? g : [.. g.Where((_, place) => place != condition)]).Where(g => g.Count > 0)];
}
