using MLHub.Core.Recipes;

namespace MLHub.Web.Recipes;

/// <summary>A word that can be completed.</summary>
/// <param name="Text">What is put in.</param>
/// <param name="Find">What is compared with what was typed, when that is another text.</param>
public sealed record FormulaWord(string Text, string Hint, string? Find = null);

/// <summary>The words of the languages that steps are told in, beside the columns.</summary>
internal static class FormulaWords
{
    private static readonly FormulaWord[] Filter =
    [
        new("and", "both"), new("or", "one of them"), new("not", "the opposite"), new("contains", "text contains 'x'"), new("is null", "has no value"), new("is not null", "has a value"),
    ];

    private static readonly FormulaWord[] Sql =
    [
        new("dataset", "the rows of this step"), new("SELECT", ""), new("FROM", ""), new("WHERE", ""), new("GROUP BY", ""), new("ORDER BY", ""), new("CASE WHEN", "… THEN … ELSE … END"), new("coalesce(", "the first that has a value"),
        new("count(", "rows"), new("sum(", ""), new("avg(", ""), new("min(", ""), new("max(", ""), new("round(", ""), new("lower(", ""), new("upper(", ""), new("trim(", ""), new("strftime(", "a date as text"), new("TRY_CAST(", "x AS type"),
    ];

    public static IReadOnlyList<FormulaWord> Of(StepParameterType type) => type switch
    {
        StepParameterType.Filter => Filter,
        StepParameterType.Sql => Sql,
        _ => [],
    };
}
