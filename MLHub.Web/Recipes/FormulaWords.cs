using MLHub.Core.Recipes;
using MLHub.Core.Recipes.Expressions;

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
        new("and", "both"), new("or", "one of them"), new("not", "the opposite"), new("in (", "one of these: in ('a', 'b')"), new("between", "between 1 and 9"), new("contains", "has this in it: contains 'x'"),
        new("starts with", "begins with 'x'"), new("ends with", "ends in 'x'"), new("matches", "a regular expression"), new("is missing", "has no value"), new("is not missing", "has a value"),
    ];

    private static readonly FormulaWord[] Expression =
    [
        .. ExpressionFunctions.All.Select(f => new FormulaWord(f.Name + "(", $"{f.Signature}: {f.Summary}", f.Name)),
        new("and", "both"), new("or", "one of them"), new("not", "the opposite"),
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
        _ => Expression,
    };
}
