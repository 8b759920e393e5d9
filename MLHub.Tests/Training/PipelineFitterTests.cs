using MLHub.Core.Common;
using MLHub.Training.Preparation;

namespace MLHub.Tests.Training;

public sealed class PipelineFitterTests
{
    private static readonly FeatureNeeds _linear = new(Standardise: true, NativeMissing: false, CategoryForm.OneHot);
    private static readonly FeatureNeeds _native = new(Standardise: false, NativeMissing: true, CategoryForm.Native);

    [Fact]
    public void Missing_numbers_become_the_median_and_are_marked()
    {
        var table = Table(4, new NumberColumn(new("x", ColumnType.Number), [1, 3, float.NaN, 8]));

        var matrix = Fit(_linear with { Standardise = false }, table).Transform(table);

        Assert.Equal([1, 0, 3, 0, 3, 1, 8, 0], matrix.Values);
    }

    [Fact]
    public void Learners_that_know_missing_values_get_them_as_they_are()
    {
        var table = Table(3, new NumberColumn(new("x", ColumnType.Number), [1, float.NaN, 8]), Text("c", "a", null, "b"));

        var matrix = Fit(_native, table).Transform(table);

        Assert.Equal([1, 0, float.NaN, float.NaN, 8, 1], matrix.Values);
    }

    [Fact]
    public void Levels_get_a_column_each_and_unknown_ones_none()
    {
        var pipeline = Fit(_linear, Table(3, Text("c", "a", "b", "a")));

        var matrix = pipeline.Transform(Table(3, Text("c", "b", "z", null)));

        // Nothing was missing in training: a missing value counts as the most frequent level.
        Assert.Equal([0, 1, 0, 0, 1, 0], matrix.Values);
        Assert.Equal(["c = a", "c = b"], pipeline.Slots.Select(s => s.Name));
    }

    [Fact]
    public void Rare_levels_share_a_place_that_unknown_ones_use_too()
    {
        var training = Enumerable.Range(0, 100).Select(i => i == 50 ? "once" : i % 2 == 0 ? "a" : "b").ToArray();
        var pipeline = Fit(_linear, Table(100, Text("c", training)));

        var matrix = pipeline.Transform(Table(2, Text("c", "once", "unknown")));

        Assert.Equal([0, 0, 1, 0, 0, 1], matrix.Values);
    }

    [Fact]
    public void Names_and_identifiers_are_left_out_unless_they_are_listed()
    {
        var names = Text("name", [.. Enumerable.Range(0, 100).Select(i => $"n{i}")]);
        var numbers = new NumberColumn(new("id", ColumnType.Integer), [.. Enumerable.Range(1, 100).Select(i => (float)i)]);
        var useful = new NumberColumn(new("x", ColumnType.Number), [.. Enumerable.Range(0, 100).Select(i => (float)(i % 9))]);
        var table = Table(100, names, numbers, useful);

        var automatic = Fit(_linear, table);
        var listed = Fit(_linear, table, isChosen: true);

        Assert.Equal(["x"], automatic.Columns.Select(c => c.Schema.Name));
        Assert.Equal(["name", "id", "x"], listed.Columns.Select(c => c.Schema.Name));
        Assert.Equal(64, listed.Slots.Count(s => s.Column == 0));
    }

    [Fact]
    public void Dates_become_their_parts_and_a_time_line()
    {
        double[] days = [Day(2024, 2, 28), Day(2024, 3, 1), Day(2025, 12, 31)];
        var table = Table(3, new MomentColumn(new("day", ColumnType.Date), days));

        var pipeline = Fit(_native, table);
        var matrix = pipeline.Transform(table);

        Assert.Equal(["day Days", "day Year", "day Month", "day DayOfMonth", "day DayOfYear", "day DayOfWeek"], pipeline.Slots.Select(s => s.Name));
        Assert.Equal([2, 2024, 3, 1, 61, 4], matrix.Row(1).ToArray());
    }

    [Fact]
    public void Features_know_the_column_they_come_from()
    {
        var table = Table(4, Text("c", "a", "b", "a", "b"), new NumberColumn(new("x", ColumnType.Number), [1, 3, float.NaN, 8]));

        var pipeline = Fit(_linear, table);

        Assert.Equal([0, 0, 1, 1], pipeline.Slots.Select(s => s.Column));
    }

    private static FeaturePipeline Fit(FeatureNeeds needs, RawTable table, bool isChosen = false) =>
        new PipelineFitter(needs, isChosen).Fit(table, table.Columns.Select(c => c.Name), [.. Enumerable.Range(0, table.Rows)]);

    private static RawTable Table(int rows, params RawColumn[] columns) => new(rows, columns);

    private static TextColumn Text(string name, params string?[] values)
    {
        var levels = values.OfType<string>().Distinct().ToList();
        return new(new(name, ColumnType.Text), [.. values.Select(v => v is null ? TextColumn.Missing : levels.IndexOf(v))], levels);
    }

    private static double Day(int year, int month, int day) => (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).TotalSeconds;
}
