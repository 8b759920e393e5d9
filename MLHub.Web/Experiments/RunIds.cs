using MLHub.Core.Common;

namespace MLHub.Web.Experiments;

/// <summary>Several runs in one parameter of an address.</summary>
internal static class RunIds
{
    /// <summary>Ids separated by commas.</summary>
    public static IReadOnlyList<Guid> Parse(string? text) =>
    [
        .. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(id => Guid.TryParse(id, out var run) ? run : throw HubException.Invalid("Write ids of runs, separated by commas.", "BAD_IDS")),
    ];

    public static string Write(IEnumerable<Guid> ids) => string.Join(',', ids.Select(id => id.ToString("N")));
}
