using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Tests.Support;

namespace MLHub.Tests.Datasets;

/// <summary>The real files, compared with what pandas 1.5.3 says about them (reference_profiles.py made reference_profiles.json).</summary>
public sealed class RealFilesTests
{
    [Theory]
    [InlineData("iris.csv", 150, "Sepal.Length:number Sepal.Width:number Petal.Length:number Petal.Width:number Species:text")]
    [InlineData("PimaIndiansDiabetes2.csv", 768, "pregnant:integer glucose:integer pressure:integer triceps:integer insulin:integer mass:number pedigree:number age:integer diabetes:text")]
    [InlineData("BreastCancer.csv", 699, "Id:integer Cl.thickness:integer Cell.size:integer Cell.shape:integer Marg.adhesion:integer Epith.c.size:integer Bare.nuclei:integer Bl.cromatin:integer Normal.nucleoli:integer Mitoses:integer Class:text")]
    [InlineData("diamonds.csv", 53_940, "carat:number cut:text color:text clarity:text depth:number table:number price:integer x:number y:number z:number")]
    [InlineData("airquality.csv", 153, "Ozone:integer Solar.R:integer Wind:number Temp:integer Month:integer Day:integer")]
    [InlineData("seattle-weather.csv", 1461, "date:date precipitation:number temp_max:number temp_min:number wind:number weather:text")]
    [InlineData("stocks.csv", 560, "symbol:text date:date price:number")]
    [InlineData("Vehicle.csv", 846, null)]
    [InlineData("Satellite.csv", 6435, null)]
    public void A_real_file_gets_the_types_that_a_person_would_choose(string name, long rows, string? schema)
    {
        using var imported = Import(name);

        Assert.Equal(rows, imported.RowCount);
        Assert.Equal(0, imported.Report.RowsRejected);
        if (schema is not null)
        {
            Assert.Equal(schema, imported.Schema);
        }
        else
        {
            // Measurements and, last, the class; the header of Vehicle.csv has names that differ in case only.
            Assert.All(imported.Columns.SkipLast(1), c => Assert.Equal(ColumnType.Integer, c.Type));
            Assert.Equal((ColumnType.Text, ColumnMeaning.Category), (imported.Columns[^1].Type, imported.Columns[^1].Meaning));
        }
    }

    [Fact]
    public void Meanings_are_guessed()
    {
        using var cancer = Import("BreastCancer.csv");
        using var weather = Import("seattle-weather.csv");

        Assert.Equal(ColumnMeaning.Category, cancer.Columns[^1].Meaning);
        Assert.Equal(
            [ColumnMeaning.Moment, ColumnMeaning.Quantity, ColumnMeaning.Quantity, ColumnMeaning.Quantity, ColumnMeaning.Quantity, ColumnMeaning.Category],
            weather.Columns.Select(c => c.Meaning));
    }

    [Theory]
    [InlineData("iris.csv")]
    [InlineData("PimaIndiansDiabetes2.csv")]
    [InlineData("BreastCancer.csv")]
    [InlineData("diamonds.csv")]
    [InlineData("airquality.csv")]
    [InlineData("seattle-weather.csv")]
    [InlineData("stocks.csv")]
    [InlineData("Vehicle.csv")]
    [InlineData("Satellite.csv")]
    public void A_profile_has_the_figures_of_pandas(string name)
    {
        using var imported = Import(name);
        var reference = Reference(name);

        var profile = imported.Profile;

        Assert.Equal(reference.GetProperty("rows").GetInt64(), profile.RowCount);
        foreach (var column in profile.Columns)
        {
            var header = imported.Columns.Single(c => c.Name == column.Name).OriginalName ?? column.Name;
            Compare($"{name} {header}", column, reference.GetProperty("columns").GetProperty(header));
        }
    }

    [Fact]
    public void Correlations_are_those_of_pandas()
    {
        using var imported = Import("PimaIndiansDiabetes2.csv");
        var reference = Reference("PimaIndiansDiabetes2.csv").GetProperty("correlations");

        var correlations = imported.Profile.Correlations!;

        foreach (var pair in reference.EnumerateObject())
        {
            var names = pair.Name.Split('|');
            var ours = correlations.Values[Index(names[0])][Index(names[1])]!.Value;
            Assert.Equal(pair.Value.GetDouble(), ours, 1e-9);
        }

        int Index(string column) => correlations.Columns.Index().Single(c => c.Item == column).Index;
    }

    [Theory]
    [InlineData("iris.csv")]
    [InlineData("airquality.csv")]
    [InlineData("BreastCancer.csv")]
    public void Rank_correlations_are_those_of_pandas_with_missing_values_and_ties(string name)
    {
        using var imported = Import(name);
        var reference = Reference(name).GetProperty("rankCorrelations");

        AssertPairs(name, reference, imported.Profile.RankCorrelations!, imported);
    }

    [Theory]
    [InlineData("iris.csv", 4)]
    [InlineData("PimaIndiansDiabetes2.csv", 8)]
    [InlineData("BreastCancer.csv", 10)]
    [InlineData("diamonds.csv", 21)]
    [InlineData("seattle-weather.csv", 4)]
    public void Classes_go_with_numbers_and_classes_as_pandas_and_scipy_say(string name, int ratios)
    {
        using var imported = Import(name);
        var reference = Reference(name);

        Assert.Equal(ratios, reference.GetProperty("correlationRatio").EnumerateObject().Count());
        Assert.Null(imported.Profile.CorrelatedRows);
        AssertPairs(name, reference.GetProperty("correlationRatio"), imported.Profile.Associations!, imported);
        AssertPairs(name, reference.GetProperty("cramersV"), imported.Profile.Associations!, imported);
    }

    [Theory]
    [InlineData("BreastCancer.csv")]
    [InlineData("airquality.csv")]
    [InlineData("diamonds.csv")]
    [InlineData("iris.csv")]
    [InlineData("PimaIndiansDiabetes2.csv")]
    public void Repeated_rows_and_what_misses_together_are_counted_as_pandas_does(string name)
    {
        using var imported = Import(name);
        var reference = Reference(name);

        var profile = imported.Profile;

        Assert.Equal(reference.GetProperty("duplicateRows").GetInt64(), profile.DuplicateRows);
        Assert.Equal(
            reference.GetProperty("missingTogether").EnumerateObject().Select(p => $"{p.Name}={p.Value}").Order(),
            profile.MissingTogether.Select(p => $"{string.Join('|', p.Columns)}={p.Rows}").Order());
    }

    [Theory]
    [InlineData("seattle-weather.csv", "date")]
    [InlineData("stocks.csv", "date")]
    public void Dates_have_the_months_weekdays_and_gaps_of_pandas(string name, string column)
    {
        using var imported = Import(name);
        var reference = Reference(name).GetProperty("columns").GetProperty(column);

        var moments = imported.Profile.Columns.Single(c => c.Name == column).Moments!;

        Assert.Equal(reference.GetProperty("byMonth").EnumerateArray().Select(n => n.GetInt64()), moments.ByMonth);
        Assert.Equal(reference.GetProperty("byWeekday").EnumerateArray().Select(n => n.GetInt64()), moments.ByWeekday);
        Assert.Equal(reference.GetProperty("emptyDays").GetInt64(), moments.EmptyDays);
        Assert.Equal(reference.GetProperty("longestGapTo").GetString(), moments.LongestGapTo);
        Assert.Empty(moments.ByHour);
    }

    [Theory]
    [InlineData("diamonds.csv", "clarity")]
    [InlineData("seattle-weather.csv", "weather")]
    [InlineData("stocks.csv", "symbol")]
    public void Texts_have_the_lengths_and_rare_values_of_pandas(string name, string column)
    {
        using var imported = Import(name);
        var reference = Reference(name).GetProperty("columns").GetProperty(column);

        var profile = imported.Profile.Columns.Single(c => c.Name == column);

        Assert.Equal((reference.GetProperty("shortest").GetInt32(), reference.GetProperty("longest").GetInt32()), (profile.Text!.ShortestLength, profile.MaxLength));
        Assert.Equal(reference.GetProperty("meanLength").GetDouble(), profile.Text.MeanLength, 1e-9);
        Assert.Equal((reference.GetProperty("rareValues").GetInt64(), reference.GetProperty("rareRows").GetInt64()), (profile.Rare!.Values, profile.Rare.Rows));
    }

    private static void AssertPairs(string where, JsonElement reference, CorrelationMatrix ours, Imported imported)
    {
        Assert.Equal(JsonValueKind.Object, reference.ValueKind);
        foreach (var pair in reference.EnumerateObject())
        {
            var places = pair.Name.Split('|').Select(header => ours.Columns.Index().Single(c => c.Item == imported.Columns.Single(k => (k.OriginalName ?? k.Name) == header).Name).Index).ToArray();
            var value = ours.Values[places[0]][places[1]]!.Value;
            Assert.True(Math.Abs(pair.Value.GetDouble() - value) < 1e-9, $"{where} {pair.Name}: {value:R} instead of {pair.Value}");
        }
    }

    private static void Compare(string where, ColumnProfile ours, JsonElement reference)
    {
        Assert.Equal((where, reference.GetProperty("missing").GetInt64()), (where, ours.Missing));
        Assert.Equal((where, reference.GetProperty("distinct").GetInt64()), (where, ours.Distinct));
        Assert.Equal((where, reference.GetProperty("top").GetInt64()), (where, ours.TopValues[0].Count));
        Assert.Equal((where, ours.Count), (where, ours.Histogram.Sum(b => b.Count)));
        if (!reference.TryGetProperty("mean", out _))
        {
            return;
        }

        Assert.Equal((where, reference.GetProperty("zeros").GetInt64()), (where, ours.Zeros!.Value));
        Close("min", ours.Min!.Value.GetDouble());
        Close("max", ours.Max!.Value.GetDouble());
        Close("mean", ours.Mean!.Value);
        Close("stdDev", ours.StdDev!.Value);
        Close("p25", ours.P25!.Value);
        Close("median", ours.Median!.Value);
        Close("p75", ours.P75!.Value);
        Close("p1", ours.P1!.Value);
        Close("p5", ours.P5!.Value);
        Close("p95", ours.P95!.Value);
        Close("p99", ours.P99!.Value);
        Close("skewness", ours.Skewness!.Value);
        Close("kurtosis", ours.Kurtosis!.Value);
        Assert.Equal((where, reference.GetProperty("outliers").GetInt64()), (where, ours.Outliers!.Value));
        Assert.Equal((where, reference.GetProperty("negatives").GetInt64()), (where, ours.Negatives!.Value));
        if (reference.TryGetProperty("histogram", out var histogram))
        {
            Assert.Equal((where, string.Join(' ', histogram.EnumerateArray().Select(n => n.GetInt64()))), (where, string.Join(' ', ours.Histogram.Select(b => b.Count))));
        }

        void Close(string figure, double value)
        {
            var expected = reference.GetProperty(figure).GetDouble();
            Assert.True(Math.Abs(expected - value) <= 1e-9 * Math.Max(1, Math.Abs(expected)), $"{where} {figure}: {value:R} instead of {expected:R}");
        }
    }

    private static Imported Import(string name)
    {
        var folder = Directory.CreateTempSubdirectory("mlhub-import-").FullName;
        return ImportBench.File_(TestData.Path(name), folder);
    }

    private static JsonElement Reference(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Datasets", "reference_profiles.json")));
        return document.RootElement.GetProperty(name).Clone();
    }
}
