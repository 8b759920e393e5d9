using System.Globalization;
using System.Text.RegularExpressions;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Queries;

/// <summary>Which versions of a dataset a query may read: the one it is about as <c>dataset</c>, and those it mentions as <c>v1</c>, <c>v2</c> …</summary>
internal static partial class QueryTables
{
    private const int MaxMentioned = 16;

    public static async Task<IReadOnlyDictionary<string, ReadyVersion>> FindAsync(VersionFiles files, Actor actor, Guid datasetId, int version, string sql, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, ReadyVersion>(StringComparer.OrdinalIgnoreCase)
        {
            [SandboxQuery.MainTable] = await files.RequireAsync(actor, datasetId, version, cancellationToken),
        };
        foreach (var number in Mentioned(sql))
        {
            try
            {
                found[Name(number)] = await files.RequireAsync(actor, datasetId, number, cancellationToken);
            }
            catch (HubException missing) when (missing.Refusal is Refusal.NotFound or Refusal.Conflict)
            {
                // It may be a name of something else. If it is a table, the gate says which there are.
            }
        }

        return found;
    }

    /// <summary>Numbers of the versions that the text may mean.</summary>
    public static IReadOnlyList<int> Mentioned(string sql) =>
    [
        .. Version().Matches(sql).Select(m => int.TryParse(m.Groups[1].Value, CultureInfo.InvariantCulture, out var number) ? number : 0).Where(n => n > 0).Distinct().Take(MaxMentioned),
    ];

    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"v{number}");

    [GeneratedRegex(@"\bv([0-9]{1,9})\b", RegexOptions.IgnoreCase)]
    private static partial Regex Version();
}
