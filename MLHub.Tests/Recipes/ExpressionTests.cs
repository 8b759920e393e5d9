using MLHub.Core.Recipes;
using MLHub.Core.Recipes.Expressions;

namespace MLHub.Tests.Recipes;

public sealed class ExpressionTests
{
    private const string Columns = "a:integer x:number t:text b:boolean d:date m:datetime";
    private const string Row = "7, 2.5, 'Ada Lovelace', true, DATE '2024-02-29', TIMESTAMP '2024-03-31 12:30:00'";

    [Theory]
    [InlineData("a + 1 * 2", 9L)]
    [InlineData("(a + 1) * 2", 16L)]
    [InlineData("-a ^ 2", -49.0)]
    [InlineData("2 ^ 3 ^ 2", 512.0)]
    [InlineData("a / 2", 3.5)]
    [InlineData("a / 0", null)]
    [InlineData("a % 4", 3L)]
    [InlineData("a - -x", 9.5)]
    [InlineData("9223372036854775807 + a", null)]
    [InlineData("round(x * 1.33, 1)", 3.3)]
    [InlineData("round(2.5)", 2.0)]
    [InlineData("ln(a - 7)", null)]
    [InlineData("min(a, x, 3)", 2.5)]
    [InlineData("clip(a, 0, 5)", 5L)]
    [InlineData("number('12.5') + integer('3.9')", 15.5)]
    [InlineData("number('abc')", null)]
    [InlineData("a > 5 and not b", false)]
    [InlineData("a > 5 or null", true)]
    [InlineData("not not not b", false)]
    [InlineData("a between 1 and 7", true)]
    [InlineData("t in ('Bob', 'Ada Lovelace')", true)]
    [InlineData("a not in (1, 2)", true)]
    [InlineData("t contains 'Love'", true)]
    [InlineData("null is null", true)]
    [InlineData("x is not missing", true)]
    [InlineData("x != null", true)]
    [InlineData("if(a > 5, 'big', 'small')", "big")]
    [InlineData("if(null, 1, 2)", 2L)]
    [InlineData("case when a < 5 then 'low' when a < 10 then 'mid' else 'high' end", "mid")]
    [InlineData("case when b then 1 else 2.5 end", 1.0)]
    [InlineData("coalesce(null, a)", 7L)]
    [InlineData("missing_if(a, 7)", null)]
    [InlineData("upper(left(t, 3)) + '-' + a", "ADA-7")]
    [InlineData("substring(t, 5, 4)", "Love")]
    [InlineData("split(t, ' ', 2)", "Lovelace")]
    [InlineData("split(t, ' ', 9)", null)]
    [InlineData("replace(t, 'a', '''')", "Ad' Lovel'ce")]
    [InlineData("regex_replace(t, '(\\w+) (\\w+)', '\\2, \\1')", "Lovelace, Ada")]
    [InlineData("extract(t, '[A-Z]\\w+$')", "Lovelace")]
    [InlineData("extract(t, '[0-9]')", null)]
    [InlineData("pad_left(text(a), 3, '0')", "007")]
    [InlineData("length(t)", 12L)]
    [InlineData("concat(a, null, t)", "7Ada Lovelace")]
    [InlineData("year(d) * 100 + month(m)", 202403L)]
    [InlineData("weekday(d)", 4L)]
    [InlineData("days_between(d, m)", 31L)]
    [InlineData("months_between(d, m)", 1L)]
    [InlineData("d - date('2024-02-01')", 28L)]
    [InlineData("d = '2024-02-29'", true)]
    [InlineData("format_date(add_months(d, 1), '%d.%m.%Y')", "29.03.2024")]
    [InlineData("hour(m)", 12L)]
    [InlineData("year(parse_date('31.12.1999', '%d.%m.%Y'))", 1999L)]
    [InlineData("\"a\" + A", 14L)]
    public void A_formula_computes(string formula, object? value)
    {
        using var table = StepTable.Of(Columns, Row);

        Assert.Equal(value, table.Cells("new", Steps.Of("derive_column", new { name = "new", expression = formula }))[0]);
    }

    [Theory]
    [InlineData("a +", 3, "should stand")]
    [InlineData("a + )", 4, "not \")\"")]
    [InlineData("(a", 2, "closing bracket")]
    [InlineData("a b", 2, "operator")]
    [InlineData("nope * 2", 0, "There is no column \"nope\"")]
    [InlineData("2 * sqrt", 4, "written sqrt(x)")]
    [InlineData("foo(a)", 0, "no function \"foo\"")]
    [InlineData("1 + round()", 4, "round(x, digits)")]
    [InlineData("t * 2", 0, "number(x)")]
    [InlineData("sqrt(t)", 5, "a number")]
    [InlineData("upper(a)", 6, "text(x)")]
    [InlineData("if(a, 1, 2)", 3, "condition")]
    [InlineData("if(b, 1, 'x')", 0, "mixes")]
    [InlineData("a = 'x'", 4, "cannot be compared")]
    [InlineData("b and a", 6, "condition")]
    [InlineData("t < d", 2, "cannot be compared")]
    [InlineData("year(t)", 5, "date(x)")]
    [InlineData("m - d", 0, "days_between")]
    [InlineData("'open", 0, "never closed")]
    [InlineData("a # 2", 2, "means nothing")]
    [InlineData("matches(t, t)", 11, "single quotes")]
    [InlineData("matches(t, '(')", 11, "cannot be understood")]
    [InlineData("null", 0, "missing value")]
    [InlineData("case a when 1 then 2 end", 5, "when")]
    [InlineData("1e999", 0, "no number")]
    public void A_formula_that_is_wrong_says_where_and_why(string formula, int position, string words)
    {
        using var table = StepTable.Of(Columns, Row);

        var refused = Assert.Throws<StepException>(() => table.Run(Steps.Of("derive_column", new { name = "new", expression = formula })));

        Assert.Equal("expression", refused.Parameter);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.Equal(position, refused.Position);
    }

    [Fact]
    public void A_formula_that_nests_without_end_is_refused_and_not_followed()
    {
        using var table = StepTable.Of(Columns, Row);

        foreach (var formula in new[] { new string('(', 1900) + "a" + new string(')', 1900), string.Concat(Enumerable.Repeat("abs(", 900)) + "a", string.Concat(Enumerable.Repeat("2^", 1900)) + "2", string.Concat(Enumerable.Repeat("not ", 900)) + "a" })
        {
            Assert.Throws<StepException>(() => table.Run(Steps.Of("derive_column", new { name = "new", expression = formula })));
        }
    }

    [Fact]
    public void A_formula_cannot_make_a_cell_longer_than_memory()
    {
        using var table = StepTable.Of(Columns, Row);
        var thousand = new string('a', 1000);

        Assert.Null(table.Cells("new", Steps.Of("derive_column", new { name = "new", expression = $"replace(replace('{thousand}', 'a', '{thousand}'), 'a', '{thousand}')" }))[0]);
        Assert.Null(table.Cells("new", Steps.Of("derive_column", new { name = "new", expression = $"regex_replace(replace('{thousand}', 'a', '{thousand[..90]}'), '(a)', '\\1\\1')" }))[0]);
        Assert.Equal(90_000L, table.Cells("new", Steps.Of("derive_column", new { name = "new", expression = $"length(replace('{thousand}', 'a', '{thousand[..90]}'))" }))[0]);
        foreach (var formula in new[] { string.Concat(Enumerable.Repeat("clip(", 30)) + "x" + string.Concat(Enumerable.Repeat(", 0, 1)", 30)), string.Join('+', Enumerable.Repeat("a", 1900)) })
        {
            Assert.Equal("expression", Assert.Throws<StepException>(() => table.Run(Steps.Of("derive_column", new { name = "new", expression = formula }))).Parameter);
        }
    }

    [Fact]
    public void What_stands_in_quotes_is_a_value_and_never_a_part_of_the_statement()
    {
        using var table = StepTable.Of(Columns, Row);

        Assert.Equal("'); DROP TABLE source; --", table.Cells("new", Steps.Of("derive_column", new { name = "new", expression = "concat('''); DROP TABLE source; --')" }))[0]);
    }

    [Fact]
    public void Every_function_says_how_it_is_written() =>
        Assert.All(ExpressionFunctions.All, f => Assert.True(f.Signature.StartsWith(f.Name + "(", StringComparison.Ordinal) && f.Summary.Length > 5, f.Name));
}
