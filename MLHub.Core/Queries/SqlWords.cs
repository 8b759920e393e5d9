using MLHub.Core.Datasets;

namespace MLHub.Core.Queries;

/// <summary>Names as people write them into a query.</summary>
public static class SqlWords
{
    /// <summary>What the engine's language keeps for itself where a column could stand.</summary>
    private static readonly HashSet<string> _kept = new(
        """
        all analyse analyze and any array as asc asymmetric both by case cast check collate column constraint create default deferrable desc describe distinct do else end
        except false fetch for foreign from group having in initially intersect into lambda lateral leading limit not null offset on only or order pivot pivot_longer
        pivot_wider placing primary qualify references returning select show some summarize symmetric table then to trailing true union unique unpivot using variadic
        when where window with
        anti asof at authorization binary collation concurrently cross freeze full generated glob ilike inner is isnull join left like map natural notnull outer overlaps
        positional right semi similar struct tablesample try_cast unpack verbose
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>A column, in quotes where it needs them.</summary>
    public static string Name(string column) => Sql.IsPlainName(column) && !_kept.Contains(column) ? column : Sql.Name(column);
}
