using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;
using MLHub.Training.Splits;

namespace MLHub.Tests.Training;

public sealed class RowSplitterTests
{
    private static readonly long[] _ids = [.. Enumerable.Range(0, 1000).Select(i => (long)i)];

    [Theory]
    [InlineData(SplitKind.Random)]
    [InlineData(SplitKind.Stratified)]
    [InlineData(SplitKind.KFold)]
    public void Equal_seeds_give_equal_parts_in_any_order_of_rows_and_others_do_not(SplitKind kind)
    {
        var classes = _ids.Select(i => (int)(i % 3)).ToArray();
        long[] turned = [.. _ids.Reverse()];

        var first = RowSplitter.Split(new() { Kind = kind, Seed = 7 }, _ids, classes, null);
        var second = RowSplitter.Split(new() { Kind = kind, Seed = 7 }, turned, [.. classes.Reverse()], null);
        var other = RowSplitter.Split(new() { Kind = kind, Seed = 8 }, _ids, classes, null);

        Assert.Equal(first.Parts, second.Parts.Reverse());
        Assert.NotEqual(first.Parts, other.Parts);
        Assert.Equal(200, first.Rows(Part.Test).Length, 2d);
        Assert.Equal(100, first.Rows(Part.Validation).Length, 2d);
    }

    [Fact]
    public void A_stratified_split_keeps_the_shares_of_the_classes()
    {
        var classes = _ids.Select(i => i % 10 == 0 ? 1 : 0).ToArray();

        var split = RowSplitter.Split(new() { Kind = SplitKind.Stratified }, _ids, classes, null);

        Assert.Equal(20, split.Rows(Part.Test).Count(r => classes[r] == 1));
        Assert.Equal(10, split.Rows(Part.Validation).Count(r => classes[r] == 1));
    }

    [Fact]
    public void Folds_are_of_equal_size_and_leave_test_rows_out()
    {
        var split = RowSplitter.Split(new() { Kind = SplitKind.KFold, Folds = 4 }, _ids, null, null);

        Assert.Equal([200, 200, 200, 200], Enumerable.Range(0, 4).Select(f => split.Folds!.Count(g => g == f)));
        Assert.All(split.Rows(Part.Test), r => Assert.Equal(-1, split.Folds![r]));
        // Validation rows are spread over the folds, not gathered in the first ones.
        Assert.All(Enumerable.Range(0, 4), f => Assert.InRange(split.Rows(Part.Validation).Count(r => split.Folds![r] == f), 10, 40));
    }

    [Fact]
    public void Groups_stay_together()
    {
        var groups = new TextColumn(new("patient", ColumnType.Text), [.. _ids.Select(i => (int)(i / 20))], [.. Enumerable.Range(0, 50).Select(g => $"p{g}")]);

        var split = RowSplitter.Split(new() { Kind = SplitKind.Group, Column = "patient" }, _ids, null, groups);

        Assert.All(Enumerable.Range(0, 50), g => Assert.Single(split.Parts.Skip(g * 20).Take(20).Distinct()));
        Assert.Equal(200, split.Rows(Part.Test).Length, 20d);
        Assert.Equal(100, split.Rows(Part.Validation).Length, 20d);
    }

    [Fact]
    public void The_latest_rows_are_for_testing_and_one_moment_is_never_divided()
    {
        var days = new MomentColumn(new("day", ColumnType.Date), [.. _ids.Select(i => (999 - i) / 7 * 86_400d)]);

        var split = RowSplitter.Split(new() { Kind = SplitKind.Time, Column = "day" }, _ids, null, days);

        var last = new[] { Part.Train, Part.Validation, Part.Test }.Select(p => (From: split.Rows(p).Min(r => days.Seconds[r]), To: split.Rows(p).Max(r => days.Seconds[r]))).ToList();
        Assert.True(last[0].To < last[1].From && last[1].To < last[2].From);
        Assert.Equal(200, split.Rows(Part.Test).Length, 7d);
    }

    [Fact]
    public void A_column_decides_when_it_is_asked_and_must_say_what_is_known()
    {
        var good = new TextColumn(new("part", ColumnType.Text), [.. _ids.Select(i => (int)(i % 3))], ["train", "Validation", "test"]);
        var bad = new TextColumn(new("part", ColumnType.Text), [.. _ids.Select(i => (int)(i % 2))], ["train", "tset"]);
        var configuration = new SplitConfiguration { Kind = SplitKind.Column, Column = "part" };

        var split = RowSplitter.Split(configuration, _ids, null, good);
        var refusal = Assert.Throws<HubException>(() => RowSplitter.Split(configuration, _ids, null, bad));

        Assert.Equal([Part.Train, Part.Validation, Part.Test], split.Parts[..3]);
        Assert.Equal("BAD_SPLIT_COLUMN", refusal.Code);
    }

    [Fact]
    public void One_group_cannot_be_split()
    {
        var groups = new TextColumn(new("patient", ColumnType.Text), new int[1000], ["only"]);

        var refusal = Assert.Throws<HubException>(() => RowSplitter.Split(new() { Kind = SplitKind.Group, Column = "patient" }, _ids, null, groups));

        Assert.Equal("TOO_FEW_GROUPS", refusal.Code);
    }
}
