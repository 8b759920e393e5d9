using MLHub.Core.Common;
using MLHub.Core.Recipes;

namespace MLHub.Tests.Recipes;

public sealed class RecipeColumnsTests
{
    private static readonly ColumnSchema[] Columns = [new("Fare", ColumnType.Number), new("passenger_age", ColumnType.Integer), new("x", ColumnType.Text)];

    [Theory]
    [InlineData("fare", "Fare")]
    [InlineData("Passenger age", "passenger_age")]
    [InlineData("pasenger_age", "passenger_age")]
    [InlineData("y", null)]
    [InlineData("cabin", null)]
    public void A_column_that_is_gone_is_told_with_the_one_that_is_probably_meant(string named, string? meant)
    {
        var missing = RecipeColumns.Missing(Steps.Of("drop_columns", new { columns = new[] { named, "x" } }), RecipeCatalog.Find("drop_columns"), Columns);

        Assert.Equal([new MissingColumn(named, meant)], missing);
    }

    [Theory]
    [InlineData("fare > 3", "Fare > 3")]
    [InlineData("fares > 3 and xfare = 1", "fares > 3 and xfare = 1")]
    [InlineData("name = 'the fare' or \"fare\" is null", "name = 'the fare' or Fare is null")]
    [InlineData("it = 'it''s fare' and fare=1", "it = 'it''s fare' and Fare=1")]
    [InlineData("broken = 'fare", "broken = 'fare")]
    public void A_condition_names_the_other_column_and_its_texts_stay(string before, string after)
    {
        var renamed = RecipeColumns.Rename(Steps.Of("filter_rows", new { filter = before }), RecipeCatalog.Find("filter_rows"), "fare", "Fare");

        Assert.Equal(after, renamed.Parameters!["filter"].GetString());
    }

    [Theory]
    [InlineData("end")]
    [InlineData("Missing")]
    [InlineData("or")]
    [InlineData("length")]
    public void A_name_that_is_a_word_of_formulas_can_be_used_in_one(string column)
    {
        using var table = StepTable.Of([new(column, ColumnType.Integer)], "20");

        Assert.Equal([21L], table.Cells("more", Steps.Of("derive_column", new { name = "more", expression = $"{RecipeColumns.Quoted(column)} + 1" })));
    }

    [Fact]
    public void A_name_with_other_signs_is_quoted()
    {
        var renamed = RecipeColumns.Rename(Steps.Of("filter_rows", new { filter = "fare > 3" }), RecipeCatalog.Find("filter_rows"), "fare", "the \"fare\"");

        Assert.Equal("\"the \"\"fare\"\"\" > 3", renamed.Parameters!["filter"].GetString());
    }
}
