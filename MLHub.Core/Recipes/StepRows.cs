using System.Globalization;
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

    public static double? Double(object? value) => value is null ? null : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    public static long Long(object? value) => value is null ? 0 : Convert.ToInt64(value, CultureInfo.InvariantCulture);

    public static IReadOnlyList<double> Doubles(object? value) => value switch
    {
        IEnumerable<double> doubles => [.. doubles],
        IEnumerable<double?> nullable => [.. nullable.OfType<double>()],
        _ => [],
    };

    /// <summary>A numeric column as finite doubles: NaN and infinities count as missing for every figure.</summary>
    public static string Finite(string column) => $"(CASE WHEN isfinite({Sql.Name(column)}::DOUBLE) THEN {Sql.Name(column)}::DOUBLE END)";
}
