using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Tests.Datasets;

public sealed class RowFilterTextTests
{
    [Theory]
    [InlineData("a = 1", "[a = 1]")]
    [InlineData("a = 1 and b = 'x and y'", "[a = 1] [b = 'x and y']")]
    [InlineData("a = 1 or b = 2", "[a = 1|b = 2]")]
    [InlineData("(a = 1 or b = 2) and c is missing", "[a = 1|b = 2] [c is missing]")]
    [InlineData("a between 1 and 2 and b = 3", "[a between 1 and 2] [b = 3]")]
    [InlineData("a between 1 and 2 or a not between 5 and 6", "[a between 1 and 2|a not between 5 and 6]")]
    [InlineData("a = 1 and b = 2 or c = 3", "[a = 1 and b = 2|c = 3]")]
    [InlineData("not (a = 1 or b = 2) and \"or\" = 3", "[not (a = 1 or b = 2)] [\"or\" = 3]")]
    [InlineData("(a = 1 and b = 2) and c = 3", "[(a = 1 and b = 2)] [c = 3]")]
    [InlineData("(a = 1) or (b = 2)", "[(a = 1)|(b = 2)]")]
    [InlineData("", "")]
    public void A_filter_is_shown_in_parts_and_written_back(string filter, string parts)
    {
        var groups = RowFilterText.Groups(filter);

        Assert.Equal(parts, string.Join(' ', groups.Select(g => $"[{string.Join('|', g)}]")));
        Assert.Equal(parts, string.Join(' ', RowFilterText.Groups(RowFilterText.Write(groups)).Select(g => $"[{string.Join('|', g)}]")));
    }

    [Fact]
    public void A_condition_is_added_once_and_taken_away_the_second_time()
    {
        var once = RowFilterText.Toggle("a = 1 or b = 2", "c = 3");

        Assert.Equal("(a = 1 or b = 2) and c = 3", once);
        Assert.Equal("a = 1 or b = 2", RowFilterText.Toggle(once, "c = 3"));
    }

    [Fact]
    public void A_condition_with_an_or_of_its_own_gets_brackets_among_others() =>
        Assert.Equal("a = 1 and (x < 1 or x > 9)", RowFilterText.Toggle("a = 1", "(x < 1 or x > 9)"));

    [Theory]
    [InlineData("age", "age")]
    [InlineData("Sepal.Length", "Sepal.Length")]
    [InlineData("not", "\"not\"")]
    [InlineData("2nd", "\"2nd\"")]
    [InlineData("a \"b\"", "\"a \"\"b\"\"\"")]
    [InlineData("", "\"\"")]
    public void Names_are_quoted_when_they_need_it(string name, string written) => Assert.Equal(written, RowFilterText.Name(name));

    [Fact]
    public void What_is_not_made_of_words_is_refused() => Assert.Equal("BAD_FILTER", Assert.Throws<HubException>(() => RowFilterText.Groups("a = 'open")).Code);
}
