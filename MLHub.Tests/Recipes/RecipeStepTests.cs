using MLHub.Core.Common;
using MLHub.Core.Recipes;

namespace MLHub.Tests.Recipes;

/// <summary>What is special to single steps and has no reference elsewhere.</summary>
public sealed class RecipeStepTests
{
    [Theory]
    [InlineData("'1,234.50'", 1234.5)]
    [InlineData("' $ 12 '", 12.0)]
    [InlineData("'(5.00)'", -5.0)]
    [InlineData("'10 %'", 10.0)]
    [InlineData("'1e3'", 1000.0)]
    [InlineData("'- $1 234 567'", -1234567.0)]
    [InlineData("'1,5'", null)]
    [InlineData("'1,2345'", null)]
    [InlineData("'12 34'", null)]
    [InlineData("'12x'", null)]
    [InlineData("''", null)]
    public void Texts_are_read_as_numbers_as_people_write_them(string text, double? number)
    {
        using var table = StepTable.Of("t:text", text);

        Assert.Equal(number, table.Cells("t", Steps.Of("cast", new { columns = new[] { "t" }, type = "number" }))[0]);
    }

    [Fact]
    public void A_decimal_comma_is_read_when_it_is_told()
    {
        using var table = StepTable.Of("t:text", "'1.234,5'", "'-0,25'", "'1.234.567'", "'1.5'");

        Assert.Equal([1234.5, -0.25, 1234567.0, null], table.Cells("t", Steps.Of("cast", new { columns = new[] { "t" }, type = "number", @decimal = "," })));
    }

    [Fact]
    public void Long_digits_are_never_rounded_on_the_way_to_whole_numbers()
    {
        using var table = StepTable.Of("t:text", "'9007199254740993'", "'7.0'", "'7.5'", "'99999999999999999999'");

        Assert.Equal([9007199254740993L, 7L, null, null], table.Cells("t", Steps.Of("cast", new { columns = new[] { "t" }, type = "integer" })));
    }

    [Theory]
    [InlineData("'Yes'", true)]
    [InlineData("' f '", false)]
    [InlineData("'nein'", false)]
    [InlineData("'perhaps'", null)]
    public void Words_are_read_as_yes_and_no(string text, bool? yes)
    {
        using var table = StepTable.Of("t:text", text);

        Assert.Equal(yes, table.Cells("t", Steps.Of("cast", new { columns = new[] { "t" }, type = "boolean" }))[0]);
    }

    [Fact]
    public void A_model_learns_from_its_training_rows_alone()
    {
        using var table = StepTable.Of("x:number c:text", "1, 'a'", "3, 'a'", "NULL, 'b'", "100, 'z'");
        RecipeStep[] steps = [Steps.Of("fill_missing", new { columns = new[] { "x" }, method = "mean" }), Steps.Of("ordinal", new { columns = new[] { "c" } })];

        var fitted = RecipeRunner.Fit(table.Connection, StepTable.Name, table.Columns, steps, "__row_id < 3", default);

        var rows = fitted.ApplyRows([[null, "b"], [100.0, "z"]], default);
        Assert.Equal([2.0, 1L], rows[0]);
        Assert.Equal([100.0, null], rows[1]);
    }

    [Fact]
    public void Steps_that_take_rows_away_are_passed_over_when_a_model_is_asked()
    {
        using var table = StepTable.Of("x:number", "1", "NULL", "3");
        RecipeStep[] steps = [Steps.Of("drop_missing"), Steps.Of("filter_rows", new { filter = "x > 1" }), Steps.Of("min_max", new { columns = new[] { "x" } }), Steps.Of("sort", new { columns = new[] { "x" } })];

        var fitted = RecipeRunner.Fit(table.Connection, StepTable.Name, table.Columns, steps, null, default);

        Assert.Equal([0.0, null, -2.0], fitted.ApplyRows([[3.0], [null], [1.0]], default).Select(r => r[0]));
    }

    [Theory]
    [InlineData("sql", """{"sql": "SELECT 1"}""")]
    [InlineData("fill_missing", """{"columns": ["x"], "method": "forward"}""")]
    public void A_step_that_needs_the_whole_table_cannot_travel_in_a_model(string step, string parameters)
    {
        using var table = StepTable.Of("x:number", "1");

        var refused = Assert.Throws<HubException>(() => RecipeRunner.Fit(table.Connection, StepTable.Name, table.Columns, [Steps.Of(step, parameters)], null, default));

        Assert.Equal("NOT_IN_MODEL", refused.Code);
    }

    [Fact]
    public void A_recipe_of_a_hundred_steps_runs()
    {
        using var table = StepTable.Of("x:number", "1", "2");
        var steps = Enumerable.Range(0, RecipeCatalog.MaxSteps).Select(_ => Steps.Of("derive_column", new { name = "x", expression = "x + 1" })).ToArray();

        Assert.Equal([101.0, 102.0], table.Cells("x", steps));
    }

    [Fact]
    public void Columns_may_exchange_their_names()
    {
        using var table = StepTable.Of("a:integer b:integer", "1, 2");

        var (columns, rows) = table.Run(Steps.Of("rename_columns", new { names = new { a = "b", b = "a" } }));

        Assert.Equal(["b", "a"], columns.Select(c => c.Name));
        Assert.Equal([1L, 2L], rows[0]);
    }

    [Theory]
    [InlineData("derive_column", """{"name": "__row_id", "expression": "1"}""", "name", "BAD_NAME")]
    [InlineData("rename_columns", """{"names": {"x": "T"}}""", "names", "COLUMN_EXISTS")]
    [InlineData("rename_columns", """{"names": {"X": "y"}}""", "names", "UNKNOWN_COLUMN")]
    [InlineData("clip_outliers", """{"columns": ["x"], "method": "bounds"}""", "lower", "REQUIRED")]
    [InlineData("clip_outliers", """{"columns": ["x"], "method": "quantile", "lowerQuantile": 0.9, "upperQuantile": 0.1}""", "upperQuantile", "OUT_OF_RANGE")]
    [InlineData("bin", """{"columns": ["x"], "method": "edges", "edges": [2, 1]}""", "edges", "BAD_PARAMETER")]
    [InlineData("bin", """{"columns": ["x"], "bins": 1}""", "bins", "OUT_OF_RANGE")]
    [InlineData("min_max", """{"columns": ["t"]}""", "columns", "WRONG_COLUMN_TYPE")]
    [InlineData("replace", """{"columns": ["t"], "find": "(", "match": "regex"}""", "find", "BAD_PATTERN")]
    [InlineData("extract_text", """{"column": "t", "pattern": "a", "name": "n"}""", "group", "OUT_OF_RANGE")]
    [InlineData("filter_rows", """{"filter": "nope = 1"}""", "filter", "UNKNOWN_COLUMN")]
    [InlineData("fill_missing", """{"columns": ["x"], "method": "constant", "value": "abc"}""", "value", "BAD_PARAMETER")]
    [InlineData("cast", """{"columns": ["t"], "type": "date", "format": "yyyy-MM-dd"}""", "format", "BAD_FORMAT")]
    [InlineData("fill_missing", """{"columns": ["x"], "method": "guess"}""", "method", "BAD_CHOICE")]
    public void What_cannot_be_done_is_refused_with_the_parameter_to_blame(string step, string parameters, string parameter, string code)
    {
        using var table = StepTable.Of("x:number t:text", "1, 'a'");

        var refused = Assert.Throws<StepException>(() => table.Run(Steps.Of(step, parameters)));

        Assert.Equal((parameter, code), (refused.Parameter, refused.Code));
    }

    [Fact]
    public void All_columns_taken_away_leave_no_table()
    {
        using var table = StepTable.Of("x:number", "1");

        Assert.Equal("NO_COLUMNS", Assert.Throws<StepException>(() => table.Run(Steps.Of("drop_columns", new { columns = new[] { "x" } }))).Code);
    }

    [Fact]
    public void A_sample_is_the_same_for_the_same_seed_and_of_the_size_that_was_asked_for()
    {
        using var table = StepTable.Of("x:integer", [.. Enumerable.Range(0, 200).Select(i => $"{i}")]);
        IReadOnlyList<object?> Sample(int seed) => table.Cells("x", Steps.Of("sample_rows", new { method = "fraction", fraction = 0.25, seed }));

        Assert.Equal(50, Sample(1).Count);
        Assert.Equal(Sample(1), Sample(1));
        Assert.NotEqual(Sample(1), Sample(2));
        Assert.Equal(Sample(3).Order(), Sample(3));
    }
}
