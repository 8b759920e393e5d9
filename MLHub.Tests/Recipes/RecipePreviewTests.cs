using System.Globalization;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Recipes;
using MLHub.Tests.Datasets;
using Microsoft.Extensions.DependencyInjection;

namespace MLHub.Tests.Recipes;

public sealed class RecipePreviewTests
{
    private const string People = "name,age,class\nAda,30,a\nBob,,a\nCyd,50,b\nDan,,b\nEve,10,b\n";

    [Fact]
    public async Task Each_step_says_what_it_did_and_the_result_shows_what_was_there_before()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(People);

        var preview = await Previews(bench).PreviewAsync(bench.Ada, made.DatasetId, 1, new()
        {
            Steps = [Steps.Of("fill_missing", new { columns = new[] { "age" }, method = "mean", by = new[] { "class" } }), Steps.Of("filter_rows", new { filter = "age < 40" }), Steps.Of("drop_columns", new { columns = new[] { "class" } })],
        }, default);

        Assert.Equal("Ada 30|Bob 30|Dan 30|Eve 10", Shown(preview));
        Assert.Equal([0L, 1L, 3L, 4L], preview.SourceRows);
        Assert.Equal([new CellChange(1, 1, null), new CellChange(2, 1, null)], preview.Changes);
        Assert.Equal("class", Assert.Single(preview.RemovedColumns).Name);
        Assert.Equal([2L], preview.RemovedRows);
        Assert.Equal([(5L, 0L, 2L), (4L, 1L, 0L), (4L, 0L, 0L)], preview.Steps.Select(s => (s.RowsAfter, s.RowsRemoved, s.CellsChanged)));
        Assert.Equal("Fill missing *age* with the mean by *class*", preview.Steps[0].Sentence);
        Assert.Equal([new CellExample(1, "age", null, 30L), new CellExample(3, "age", null, 30L)], preview.Steps[0].Examples);
    }

    [Fact]
    public async Task The_state_as_of_a_step_marks_only_what_that_step_did()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(People);
        RecipeStep[] steps = [Steps.Of("fill_missing", new { columns = new[] { "age" }, method = "constant", value = "0" }), Steps.Of("drop_missing"), Steps.Of("filter_rows", new { filter = "age > 0" })];

        var source = await Previews(bench).PreviewAsync(bench.Ada, made.DatasetId, 1, new() { Steps = steps, UptoStep = -1 }, default);
        var second = await Previews(bench).PreviewAsync(bench.Ada, made.DatasetId, 1, new() { Steps = steps, UptoStep = 1 }, default);
        var third = await Previews(bench).PreviewAsync(bench.Ada, made.DatasetId, 1, new() { Steps = steps, UptoStep = 2 }, default);

        Assert.Equal("Ada 30 a|Bob ∅ a|Cyd 50 b|Dan ∅ b|Eve 10 b", Shown(source));
        Assert.Equal("Ada 30 a|Bob 0 a|Cyd 50 b|Dan 0 b|Eve 10 b", Shown(second));
        Assert.Empty(second.Changes);
        Assert.Equal("Ada 30 a|Cyd 50 b|Eve 10 b", Shown(third));
        Assert.Equal([1L, 3L], third.RemovedRows);
    }

    [Fact]
    public async Task A_step_that_cannot_be_done_tells_why_and_those_before_it_still_show()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(People);

        var preview = await Previews(bench).PreviewAsync(bench.Ada, made.DatasetId, 1, new()
        {
            Steps = [Steps.Of("drop_missing"), Steps.Of("drop_columns", new { columns = new[] { "Age" } }), Steps.Of("drop_missing")],
        }, default);

        Assert.Equal("Ada 30 a|Cyd 50 b|Eve 10 b", Shown(preview));
        Assert.Equal([StepState.Done, StepState.Failed, StepState.NotReached], preview.Steps.Select(s => s.State));
        Assert.Equal(("UNKNOWN_COLUMN", "columns", "age"), (preview.Steps[1].Error!.Code, preview.Steps[1].Error!.Parameter, preview.Steps[1].Error!.Suggestion));
    }

    [Fact]
    public async Task A_stranger_finds_no_dataset()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(People);

        var refused = await Assert.ThrowsAsync<HubException>(() => Previews(bench).PreviewAsync(bench.Eve, made.DatasetId, 1, new(), default));

        Assert.Equal(Refusal.NotFound, refused.Refusal);
    }

    [Fact]
    public async Task Run_on_all_rows_it_becomes_the_next_version_with_its_steps_and_what_they_did()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(People);
        RecipeStep[] steps = [Steps.Of("filter_rows", new { filter = "class = 'b'" }), Steps.Of("fill_missing", new { columns = new[] { "age" } })];

        var started = await bench.Services.GetRequiredService<RecipeService>().PrepareAsync(bench.Ada, made.DatasetId, 1, steps, null, default);
        await bench.RunJobAsync(started.JobId);

        var version = await bench.Datasets.VersionAsync(bench.Ada, made.DatasetId, null, default);
        Assert.Equal((2, DatasetVersionState.Ready, DatasetVersionCause.Recipe, 1), (version.Number, version.State, version.Cause, version.Parent));
        Assert.Equal("Keep rows where class = 'b'; Fill missing age with the median", version.Message);
        Assert.Equal(HubJson.Write(steps), HubJson.Write(version.Recipe!.Steps));
        Assert.Equal([(2L, 0L), (0L, 1L)], version.Recipe.Effects!.Select(e => (e.RowsRemoved, e.CellsChanged)));
        var rows = await bench.Reader.ReadAsync(bench.Ada, made.DatasetId, 2, new(), default);
        Assert.Equal([0L, 1L, 2L], rows.RowIds);
        Assert.Equal("Cyd 50 b|Dan 30 b|Eve 10 b", string.Join('|', Enumerable.Range(0, 3).Select(r => string.Join(' ', Enumerable.Range(0, 3).Select(c => rows.Cell(r, c))))));
    }

    [Fact]
    public async Task Days_beyond_the_calendar_become_missing_and_the_version_made_of_them_can_be_read()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync("d,t,h\n2024-01-05,2024-01-05 10:00,09:30\n20244-01-05,infinity,24:00\n0000-01-01,20244-01-05 10:00,x\n");
        RecipeStep[] steps =
        [
            Steps.Of("cast", new { columns = new[] { "d" }, type = "date" }),
            Steps.Of("cast", new { columns = new[] { "t" }, type = "datetime" }),
            Steps.Of("cast", new { columns = new[] { "h" }, type = "time" }),
            Steps.Of("derive_column", new { name = "far", expression = "add_years(d, 9000)" }),
        ];

        var preview = await Previews(bench).PreviewAsync(bench.Ada, made.DatasetId, 1, new() { Steps = steps }, default);
        var started = await bench.Services.GetRequiredService<RecipeService>().PrepareAsync(bench.Ada, made.DatasetId, 1, steps, null, default);
        await bench.RunJobAsync(started.JobId);

        Assert.All(preview.Steps.Take(3), s => Assert.Equal((StepState.Done, "2 values did not fit and became missing."), (s.State, s.Warning)));
        Assert.Equal("01/05/2024 01/05/2024 10:00:00 09:30:00 ∅|∅ ∅ ∅ ∅|∅ ∅ ∅ ∅", Shown(preview));
        var rows = await bench.Reader.ReadAsync(bench.Ada, made.DatasetId, 2, new(), default);
        Assert.Equal([new DateOnly(2024, 1, 5), null, null], Enumerable.Range(0, 3).Select(r => rows.Cell(r, 0)));
        Assert.All(Enumerable.Range(0, 3), r => Assert.Null(rows.Cell(r, 3)));
    }

    [Fact]
    public async Task A_column_that_is_renamed_twice_is_told_with_its_step()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(People);

        var preview = await Previews(bench).PreviewAsync(bench.Ada, made.DatasetId, 1, new() { Steps = [Steps.Of("rename_columns", """{"names":{"age":"a","age":"b"}}""")] }, default);

        Assert.Equal((StepState.Failed, "names"), (preview.Steps[0].State, preview.Steps[0].Error!.Parameter));
    }

    private static RecipePreviewService Previews(DatasetBench bench) => bench.Services.GetRequiredService<RecipePreviewService>();

    private static string Shown(RecipePreview preview) => string.Join('|', Enumerable.Range(0, preview.SourceRows.Count).Select(r =>
        string.Join(' ', Enumerable.Range(0, preview.Columns.Count).Select(c => Convert.ToString(preview.Cell(r, c), CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "∅"))));
}
