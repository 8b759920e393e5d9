using MLHub.Core.Common;
using MLHub.Core.Datasets.Comparison;

namespace MLHub.Web.Datasets;

/// <summary>How a comparison is written in an address, for pages and programs alike: <c>from=1&amp;to=2&amp;key=Month&amp;key=Day&amp;renamed=age:years</c>.</summary>
internal static class DiffParameters
{
    public static DiffRequest Read(int from, int to, string[]? key, string[]? renamed, bool keyless)
    {
        var renames = new Dictionary<string, string>();
        foreach (var pair in renamed ?? [])
        {
            var at = pair.IndexOf(':', StringComparison.Ordinal);
            renames[at > 0 ? pair[..at] : throw HubException.Invalid("Write a renamed column as old:new.", "BAD_RENAME")] = pair[(at + 1)..];
        }

        var names = (key ?? []).Where(k => k.Length > 0).ToArray();
        return new(from, to, names.Length == 0 ? null : names, renames) { WithoutKey = keyless };
    }

    /// <returns><c>null</c>: all kinds.</returns>
    public static RowChange? Kind(string? word) =>
        string.IsNullOrEmpty(word) ? null
        : Enum.TryParse<RowChange>(word, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known
        : throw HubException.Invalid("The kind is added, removed or changed.", "BAD_KIND");
}
