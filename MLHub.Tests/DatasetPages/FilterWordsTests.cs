using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Tests.Datasets;
using MLHub.Web.Datasets;

namespace MLHub.Tests.DatasetPages;

/// <summary>What people choose with the mouse becomes the filter that they would have written.</summary>
public sealed class FilterWordsTests
{
    [Theory]
    [InlineData("age", ColumnType.Integer, "between", "3", "7", "age between 3 and 7")]
    [InlineData("age", ColumnType.Integer, ">=", "x", "", null)]
    [InlineData("age", ColumnType.Integer, "in", "1, 2,x", "", null)]
    [InlineData("age", ColumnType.Integer, "in", "1, 2", "", "age in (1, 2)")]
    [InlineData("my name", ColumnType.Text, "contains", "O'Hara", "", "\"my name\" contains 'O''Hara'")]
    [InlineData("city", ColumnType.Text, "is missing", "", "", "city is missing")]
    [InlineData("ok", ColumnType.Boolean, "= true", "", "", "ok = true")]
    [InlineData("day", ColumnType.Date, "<=", "2024-02-30", "", null)]
    [InlineData("day", ColumnType.Date, "<=", "2024-02-28", "", "day <= '2024-02-28'")]
    public void A_choice_becomes_a_condition(string column, ColumnType type, string key, string first, string second, string? condition)
    {
        var comparison = FilterWords.Operators(type).Single(o => o.Key == key);

        Assert.Equal(condition, FilterWords.Condition(column, type, comparison, [first, second]));
    }

    [Theory]
    [InlineData("x", ColumnType.Number, "0.12345")]
    [InlineData("n", ColumnType.Number, "1234.56")]
    [InlineData("id", ColumnType.Integer, "9007199254740993")]
    [InlineData("t", ColumnType.Text, "\" a,b \"")]
    public async Task A_value_that_is_ticked_finds_its_row(string column, ColumnType type, string json)
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync("x,n,id,t\n0.12345,1234.56,9007199254740993,\" a,b \"\n0.5,2.5,1,c\n");
        var profile = await bench.Datasets.ProfileAsync(bench.Ada, made.DatasetId, 1, default);
        var ticked = profile.Columns.Single(c => c.Name == column).TopValues.Single(v => v.Value.GetRawText() == json);

        var condition = FilterWords.Condition(column, type, FilterWords.Operators(type).Single(o => o.Key == FilterWords.In), [ticked.Value]);

        var found = await bench.Reader.ReadAsync(bench.Ada, made.DatasetId, 1, new() { Filter = condition }, default);
        Assert.Equal([0L], found.RowIds);
    }

    [Fact]
    public void Bars_of_numbers_are_half_open_and_the_last_one_is_closed()
    {
        var column = new ColumnProfile("x", ColumnType.Number) { Count = 30, Histogram = [new(0, 0.5, 10), new(0.5, 1, 12), new(1, 1.5, 8)] };

        Assert.Equal("(x >= 0 and x < 0.5)", ColumnBars.Condition(column, 0, 0));
        Assert.Equal("(x >= 0.5 and x <= 1.5)", ColumnBars.Condition(column, 1, 2));
        Assert.Equal((1, 2), ColumnBars.Selected(column, "(x >= 0.5 and x <= 1.5)"));
        Assert.Null(ColumnBars.Selected(column, "x >= 0.5"));
    }

    [Fact]
    public void Bars_of_whole_numbers_and_classes_name_their_values()
    {
        var whole = new ColumnProfile("n", ColumnType.Integer) { Count = 30, Histogram = [new(0.5, 1.5, 10), new(1.5, 2.5, 12), new(2.5, 3.5, 8)] };
        var classes = new ColumnProfile("c d", ColumnType.Text) { Count = 30, Distinct = 2, TopValues = [new(JsonSerializer.SerializeToElement("it's"), 20), new(JsonSerializer.SerializeToElement("b"), 10)] };

        Assert.Equal("n = 2", ColumnBars.Condition(whole, 1, 1));
        Assert.Equal("n between 1 and 3", ColumnBars.Condition(whole, 0, 2));
        Assert.Equal("\"c d\" = 'it''s'", ColumnBars.Condition(classes, 0, 0));
        Assert.Equal("\"c d\" in ('it''s', 'b')", ColumnBars.Condition(classes, 0, 1));
    }

    [Fact]
    public void Days_are_chosen_by_their_dates()
    {
        var column = new ColumnProfile("day", ColumnType.Date) { Count = 9, Histogram = [new(0, 1.5, 3), new(1.5, 3, 6)] };

        Assert.Equal("(day >= '1970-01-01' and day < '1970-01-03')", ColumnBars.Condition(column, 0, 0));
        Assert.Equal("(day >= '1970-01-03' and day <= '1970-01-04')", ColumnBars.Condition(column, 1, 1));
    }

    [Fact]
    public void The_word_between_two_conditions_joins_and_parts_them()
    {
        IReadOnlyList<IReadOnlyList<string>> groups = [["a = 1"], ["b = 2"], ["c = 3"]];

        var joined = FilterGroups.Join(groups, 1);

        Assert.Equal("(a = 1 or b = 2) and c = 3", RowFilterText.Write(joined));
        Assert.Equal("a = 1 and b = 2 and c = 3", RowFilterText.Write(FilterGroups.Part(joined, 0, 1)));
        Assert.Equal("b = 2 and c = 3", RowFilterText.Write(FilterGroups.Without(joined, 0, 0)));
    }

    [Theory]
    [InlineData("dateOrder", "dayFirst", null)]
    [InlineData("types", "text", "zip")]
    [InlineData("header", "false", null)]
    [InlineData("skipRows", "3", null)]
    public void The_answer_to_a_question_goes_into_its_option(string option, string value, string? column)
    {
        var question = new ImportQuestion(option, "?", [new(value, value)], null, "") { Code = "X", Column = column };

        var options = ImportAnswer.Give(new() { Types = new Dictionary<string, ColumnType> { ["n"] = ColumnType.Integer } }, question, value);

        Assert.Equal(
            (option == "dateOrder" ? DateOrder.DayFirst : null, option == "header" ? false : null, option == "skipRows" ? 3 : null, option == "types" ? 2 : 1),
            (options.DateOrder, options.Header, options.SkipRows, options.Types!.Count));
    }
}
