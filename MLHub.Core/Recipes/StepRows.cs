using System.Globalization;
using DuckDB.NET.Data;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes;

/// <summary>The rows that reach a step, to be asked for figures while it learns.</summary>
public sealed class StepRows
{
    /// <summary>More groups or classes than this are no categories, and would make a model as long as its data.</summary>
    public const int MaxGroups = 10_000;

    private readonly RecipeChain _chain;

    internal StepRows(RecipeChain chain) => _chain = chain;

    public StepSql Values => _chain.NewSql();

    /// <summary>Aggregates over all rows, in one query.</summary>
    public object?[] Figures(IReadOnlyList<string> aggregates) => aggregates.Count == 0 ? [] : _chain.Figures(aggregates);

    /// <summary>Aggregates by group, at most <see cref="MaxGroups"/> of them.</summary>
    /// <exception cref="StepException"><c>TOO_MANY_GROUPS</c>.</exception>
    public List<object?[]> Groups(string select, string groupBy, string? where, string orderBy, string parameter, int atMost = MaxGroups)
    {
        var rows = _chain.Rows(
            _chain.Statement(string.Create(CultureInfo.InvariantCulture, $"SELECT {select} FROM {_chain.Current}{(where is null ? "" : $" WHERE {where}")} GROUP BY {groupBy} ORDER BY {orderBy} LIMIT {atMost + 1}")));
        return rows.Count > atMost
            ? throw new StepException("TOO_MANY_GROUPS", parameter, string.Create(CultureInfo.InvariantCulture, $"There are more than {atMost} different values here. Group the rare ones first, or choose another column."))
            : rows;
    }

    /// <summary>The values of a text column, most frequent first, for which a condition on <c>n</c> (rows with it) and <c>total</c> (rows with any) holds.</summary>
    public List<string> Most(string column, string condition, int atMost) => _chain.Rows(_chain.Statement(string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT v FROM (SELECT {Sql.Name(column)} AS v, count(*) AS n, sum(count(*)) OVER () AS total FROM {_chain.Current} WHERE {Sql.Name(column)} IS NOT NULL GROUP BY ALL) WHERE {condition} ORDER BY n DESC, v LIMIT {atMost}"))).ConvertAll(r => (string)r[0]!);

    /// <summary>What the engine has against a regular expression; <c>null</c> when it takes it.</summary>
    public string? Refuses(string pattern)
    {
        try
        {
            _chain.Rows($"SELECT regexp_matches('', {_chain.NewSql().Text(pattern)})");
            return null;
        }
        catch (DuckDBException refused)
        {
            var first = refused.Message.Split('\n')[0];
            return first.Contains(": ", StringComparison.Ordinal) ? first[(first.IndexOf(": ", StringComparison.Ordinal) + 2)..].TrimEnd('.') : first;
        }
    }

    /// <summary>How many groups a regular expression has: brackets that neither are escaped, nor stand in a class, nor begin with a question mark and no name.</summary>
    public static int GroupsOf(string pattern)
    {
        var (groups, isInClass) = (0, false);
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    break;
                case '[':
                    isInClass = true;
                    break;
                case ']':
                    isInClass = false;
                    break;
                case '(' when !isInClass && (i + 1 >= pattern.Length || pattern[i + 1] != '?' || pattern.AsSpan(i).StartsWith("(?P<") || pattern.AsSpan(i).StartsWith("(?<")):
                    groups++;
                    break;
            }
        }

        return groups;
    }

    public static double? Double(object? value) => value is null ? null : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    public static long Long(object? value) => value is null ? 0 : Convert.ToInt64(value, CultureInfo.InvariantCulture);

    /// <summary>A numeric column as finite doubles: NaN and infinities count as missing for every figure.</summary>
    public static string Finite(string column) => $"(CASE WHEN isfinite({Sql.Name(column)}::DOUBLE) THEN {Sql.Name(column)}::DOUBLE END)";
}
