using Bunit;
using MLHub.Core.Experiments;
using MLHub.Core.Experiments.Filters;
using MLHub.Web.Experiments;

namespace MLHub.Tests.Experiments;

/// <summary>How the run table arranges itself, and its filter box.</summary>
public sealed class RunTableTests
{
    private static readonly Guid A = Guid.CreateVersion7();
    private static readonly Guid B = Guid.CreateVersion7();
    private static readonly Guid C = Guid.CreateVersion7();

    [Fact]
    public void Parts_are_folded_under_their_run()
    {
        RunListed[] runs = [new(C, A, null, null), new(B, null, null, null), new(A, null, null, null)];

        Assert.Equal([(B, 0), (A, 0)], RunTableRow.Arrange(runs, false, null, _ => false).Select(r => (r.Id, r.Depth)));
        Assert.Equal([(B, 0), (A, 0), (C, 1)], RunTableRow.Arrange(runs, false, null, _ => true).Select(r => (r.Id, r.Depth)));
    }

    [Fact]
    public void A_part_whose_run_is_filtered_away_stands_alone() =>
        Assert.Equal([C], RunTableRow.Arrange([new(C, A, null, null)], false, null, _ => false).Select(r => r.Id));

    [Fact]
    public void Runs_that_are_their_own_parents_do_not_hang_the_page() =>
        Assert.Empty(RunTableRow.Arrange([new(A, B, null, null), new(B, A, null, null)], false, null, _ => true));

    [Fact]
    public void A_group_tells_mean_deviation_and_best()
    {
        RunListed[] runs = [new(A, null, "x", 1), new(B, null, "x", 2), new(C, null, "x", 6)];

        var head = RunTableRow.Arrange(runs, true, "auc", _ => true)[0].Group!;

        // By hand: mean 3, squares 4 + 1 + 9 = 14, sample variance 7.
        Assert.Equal((3, 3.0, 6.0), (head.Runs, head.Mean, head.Best));
        Assert.Equal(Math.Sqrt(7), head.Deviation!.Value, 1e-12);
        Assert.Equal(1, RunTableRow.Arrange(runs, true, "val_loss", _ => true)[0].Group!.Best);
    }

    [Fact]
    public void The_address_and_the_state_say_the_same()
    {
        var state = new RunTableState { Filter = "a", Sort = "metric.auc desc", Columns = ["metric.a,b", "param.50%", "duration"], OnlyDifferences = true, Groups = ["algorithm", "param.lr"] };

        var query = state.Query;
        var again = RunTableState.Of((string)query["f"]!, (string)query["s"]!, (string)query["cols"]!, (string)query["diff"]!, (string)query["g"]!);

        Assert.Equal(state.Columns, again.Columns!);
        Assert.Equal(state.Groups, again.Groups);
        Assert.Equal((state.Filter, state.Sort, state.OnlyDifferences), (again.Filter, again.Sort, again.OnlyDifferences));
        Assert.Equal(state.Columns, new RunTableState().WithLayout(state.Layout).Columns!);
    }

    [Fact]
    public void A_click_sorts_the_good_way_then_the_other_then_not_at_all()
    {
        var auc = RunColumn.Find("metric.auc")!;
        var loss = RunColumn.Find("metric.val loss")!;

        var first = new RunTableState().SortedBy(auc, adds: false);
        var both = first.SortedBy(loss, adds: true);

        Assert.Equal("metric.auc desc", first.Sort);
        Assert.Equal("metric.auc desc, metric.\"val loss\"", both.Sort);
        Assert.Equal("metric.auc", first.SortedBy(auc, adds: false).Sort);
        Assert.Equal("", first.SortedBy(auc, adds: false).SortedBy(auc, adds: false).Sort);
        Assert.Equal((2, false), both.SortOf(loss));
    }

    [Fact]
    public void Columns_that_tell_nothing_are_left_out()
    {
        var fields = new RunFields([new("train_loss", 5, 0), new("auc", 4, 0)], [new("same", 5, 1), new("lr", 5, 3), new("rare", 1, 1)], []);

        var names = new RunTableState().Shown(fields, 5, RunTableState.Primary(fields)).Select(c => c.Name).ToList();

        Assert.Equal("metric.auc", names[1]);
        Assert.Contains("param.lr", names);
        Assert.Contains("param.rare", names);
        Assert.DoesNotContain("param.same", names);
        Assert.DoesNotContain(new RunTableState { Columns = ["param.same", "param.lr"], OnlyDifferences = true }.Shown(fields, 5, null), c => c.Name == "param.same");
    }

    [Fact]
    public async Task The_filter_box_underlines_what_is_wrong_and_applies_what_is_right()
    {
        await using var context = new BunitContext();
        var applied = new List<string>();
        var box = context.Render<RunFilterBox>(p => p.Add(b => b.Fields, ["metric.auc"]).Add(b => b.OnApply, applied.Add));

        box.Find("input").Input("metrik.auc > 0.9");
        box.Find("input").KeyDown("Enter");

        Assert.Equal("metrik.auc", box.Find("u").TextContent);
        Assert.Contains("Did you mean “metric.auc”?", box.Find("[role=alert]").TextContent);
        Assert.Equal("true", box.Find("input").GetAttribute("aria-invalid"));
        Assert.Empty(applied);

        box.Find("input").Input("metric.auc > 0.9");
        box.Find("input").KeyDown("Enter");

        Assert.Equal(["metric.auc > 0.9"], applied);
        Assert.Empty(box.FindAll("u"));
    }

    [Fact]
    public async Task The_filter_box_completes_fields()
    {
        await using var context = new BunitContext();
        var box = context.Render<RunFilterBox>(p => p.Add(b => b.Fields, ["metric.auc", "param.learning_rate"]));

        box.Find("input").Input("metric.auc > 0.9 and learn");

        Assert.Equal(["param.learning_rate"], box.FindAll(".suggestions button").Select(b => b.TextContent));
    }

    [Fact]
    public void A_cell_of_a_file_is_no_formula()
    {
        Assert.Equal("'=1+1", RunCsv.Cell("=1+1"));
        Assert.Equal("-0.5", RunCsv.Cell("-0.5"));
        Assert.Equal("\"a,\"\"b\"\"\"", RunCsv.Cell("a,\"b\""));
    }

    [Fact]
    public void Every_preset_is_understood() =>
        Assert.All(RunFilterBox.Presets, p => Assert.Null(RunFilterParser.Parse(p.Filter).Problem));
}
