using System.Globalization;
using MLHub.Core.Datasets;

namespace MLHub.Tests.Datasets;

/// <summary>What a profile warns of. Whatever an alert counts, its filter shows.</summary>
public sealed class ProfileAlertTests
{
    private static readonly string Table = "id,same,holes,mail,phone,card,skew,class,padded,twin,word\n" + string.Concat(Enumerable.Range(0, 400).Select(i => string.Create(
        CultureInfo.InvariantCulture,
        $"{i},x,{(i % 10 == 0 ? "v" : "")},p{i}@example.org,+49 228 {1000 + i},{Card(i)},{(i == 7 ? 100000 : i % 5)}.5,{(i < 390 ? "often" : i < 396 ? "seldom" : $"once {i % 2}")},{(i % 50 == 3 ? "\" a\"" : "a")},{(2 * i) + 1},w{i % 300}\n")));

    [Theory]
    [InlineData("CONSTANT", "same", 400)]
    [InlineData("MOSTLY_MISSING", "holes", 360)]
    [InlineData("IDENTIFIER", "id", 400)]
    [InlineData("HIGH_CARDINALITY", "word", 400)]
    [InlineData("PERSONAL_DATA", "mail", 400)]
    [InlineData("PERSONAL_DATA", "phone", 400)]
    [InlineData("PERSONAL_DATA", "card", 400)]
    [InlineData("SKEWED", "skew", 1)]
    [InlineData("RARE_VALUES", "class", 4)]
    [InlineData("IMBALANCED", "class", 390)]
    [InlineData("UNTRIMMED", "padded", 8)]
    [InlineData("CORRELATED", "twin", null)]
    public async Task A_column_is_warned_of_with_its_rows(string code, string column, int? rows)
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(Table);

        var profile = await bench.Datasets.ProfileAsync(bench.Ada, made.DatasetId, 1, default);

        var alert = Assert.Single(profile.Alerts, a => a.Code == code && a.Column == column);
        Assert.Equal((long?)rows, alert.Rows);
        if (alert.Filter is { } filter)
        {
            var shown = await bench.Reader.ReadAsync(bench.Ada, made.DatasetId, 1, new() { Filter = filter, Limit = 1 }, default);
            Assert.Equal(alert.Rows, shown.MatchedRows);
        }
    }

    [Fact]
    public async Task Rows_that_repeat_are_counted_and_warned_of()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync("a,b\n1,x\n2,\n1,x\n2,\n2,\n3,x\n");

        var profile = await bench.Datasets.ProfileAsync(bench.Ada, made.DatasetId, 1, default);

        Assert.Equal(3, profile.DuplicateRows);
        Assert.Equal(3, Assert.Single(profile.Alerts, a => a.Code == "DUPLICATE_ROWS").Rows);
    }

    [Fact]
    public async Task A_clean_table_has_no_warnings()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync("a,b\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 7}.25,{(i % 2 == 0 ? "yes please" : "no thanks")}\n")) + "9.5,yes please\n");

        var profile = await bench.Datasets.ProfileAsync(bench.Ada, made.DatasetId, 1, default);

        Assert.DoesNotContain(profile.Alerts, a => a.Code != "DUPLICATE_ROWS");
    }

    [Fact]
    public async Task Shapes_of_short_texts_are_found()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync("code\nAB-123\nXY-987\nÄB-100\nq7\n");

        var profile = await bench.Datasets.ProfileAsync(bench.Ada, made.DatasetId, 1, default);

        Assert.Equal([new TextPattern("AA-999", 3), new TextPattern("a9", 1)], profile.Columns[0].Text!.Patterns);
    }

    // Sixteen digits of which the last is right by Luhn's formula.
    private static string Card(int i)
    {
        var digits = string.Create(CultureInfo.InvariantCulture, $"4000 0000 000{i / 100 % 10} {i % 100:00}0");
        var sum = digits.Where(char.IsAsciiDigit).Reverse().Select((c, place) => place % 2 == 1 ? c - '0' : (c - '0') * 2 > 9 ? ((c - '0') * 2) - 9 : (c - '0') * 2).Sum();
        return string.Create(CultureInfo.InvariantCulture, $"{digits}{(10 - (sum % 10)) % 10}");
    }
}
