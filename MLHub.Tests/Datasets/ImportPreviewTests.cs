using System.Text;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Tests.Datasets;

/// <summary>Looking before importing: held uploads, previews, questions, and importing the same bytes again.</summary>
public sealed class ImportPreviewTests
{
    private const string Ambiguous = "day,n,mixed\n01/02/2024,1,5\n03/04/2024,2,oops\n05/06/2024,3,7\n";

    [Fact]
    public async Task A_held_upload_waits_is_looked_at_and_becomes_a_dataset_once()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await HoldAsync(bench, Ambiguous);
        Assert.Equal((UploadState.Held, null), (upload.State, upload.Result));

        var preview = await bench.Previews.PreviewAsync(bench.Ada, upload.Id, null, default);
        var options = new ImportOptions { DateOrder = DateOrder.DayFirst };
        var first = await bench.Uploads.ImportAsync(bench.Ada, upload.Id, new("Days", Options: options), default);
        var again = await bench.Uploads.ImportAsync(bench.Ada, upload.Id, new("Other", Options: options), default);
        await bench.RunJobAsync(first.JobId);

        Assert.Equal("dateOrder", Assert.Single(preview.Questions).Option);
        Assert.Equal(first, again);
        Assert.Equal((UploadState.Imported, first), ((await bench.Uploads.GetAsync(bench.Ada, upload.Id, default)).State, (await bench.Uploads.GetAsync(bench.Ada, upload.Id, default)).Result));
        Assert.Equal("Days", (await bench.Datasets.GetAsync(bench.Ada, first.DatasetId, default)).Name);
        var version = await bench.Datasets.VersionAsync(bench.Ada, first.DatasetId, 1, default);
        Assert.Equal([ColumnType.Date, ColumnType.Integer, ColumnType.Text], version.Columns.Select(c => c.Type));
    }

    [Fact]
    public async Task An_open_question_is_refused_with_the_option_that_answers_it()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await HoldAsync(bench, Ambiguous);

        var held = await Assert.ThrowsAsync<HubException>(() => bench.Uploads.ImportAsync(bench.Ada, upload.Id, new(), default));
        var whole = await Assert.ThrowsAsync<HubException>(() => bench.UploadAsync(Ambiguous));
        var accepted = await bench.Uploads.ImportAsync(bench.Ada, upload.Id, new(Options: new() { AcceptDefaults = true }), default);

        Assert.Equal((Refusal.Impossible, "DATE_AMBIGUOUS"), (held.Refusal, held.Code));
        Assert.Contains("options.dateOrder", held.Errors!.Keys);
        Assert.Contains("dayFirst", held.Message, StringComparison.Ordinal);
        Assert.Equal("DATE_AMBIGUOUS", whole.Code);
        Assert.Equal(1, accepted.VersionNumber);
    }

    [Fact]
    public async Task A_preview_shows_rows_as_typed_and_as_they_stand_and_what_does_not_fit()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await HoldAsync(bench, Ambiguous);

        var preview = await bench.Previews.PreviewAsync(
            bench.Ada, upload.Id, new() { DateOrder = DateOrder.MonthFirst, Types = new Dictionary<string, ColumnType> { ["mixed"] = ColumnType.Integer }, Exclude = ["n"] }, default);

        Assert.Empty(preview.Questions);
        Assert.Null(preview.Error);
        Assert.Equal(["2024-01-02", "", "5"], preview.Rows[0].Select(c => c?.ToString() ?? ""));
        Assert.Equal(["03/04/2024", "2", "oops"], preview.RawRows[1]);
        Assert.Equal(new PreviewProblem(1, "mixed", "oops", "is no integer", 3), Assert.Single(preview.Problems));
        Assert.Equal([true, false, true], preview.Columns.Select(c => c.Included));
        Assert.Equal(2.0 / 3, preview.Columns[2].ParsedShare, 1e-9);
        Assert.Equal(["5", "oops", "7"], preview.Columns[2].Examples);
        Assert.Equal(["n"], preview.Columns.Where(c => !c.Included).Select(c => c.Name));
    }

    [Fact]
    public async Task A_file_that_cannot_be_imported_says_so_in_its_preview()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await HoldAsync(bench, "a,b\n1,\"x\n2,y\n");

        var preview = await bench.Previews.PreviewAsync(bench.Ada, upload.Id, null, default);

        Assert.Equal("CSV_QUOTE_UNCLOSED", preview.Error!.Code);
    }

    [Fact]
    public async Task Rows_of_other_widths_raise_a_question_and_are_shown()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await HoldAsync(bench, "a,b,c\n1,2,3\n4,5\n6,7,8\n");

        var preview = await bench.Previews.PreviewAsync(bench.Ada, upload.Id, null, default);
        var padded = await bench.Previews.PreviewAsync(bench.Ada, upload.Id, new() { Ragged = RaggedRows.Pad }, default);

        Assert.Equal(("RAGGED_ROWS", "ragged"), (preview.Error!.Code, preview.Questions[0].Option));
        Assert.Equal(2, preview.Rows.Count);
        Assert.Equal((null, 3), (padded.Error, padded.Rows.Count));
        Assert.Null(padded.Rows[1][2]);
    }

    [Fact]
    public async Task A_big_file_is_looked_at_in_parts_within_two_seconds()
    {
        var folder = Directory.CreateTempSubdirectory("mlhub-preview-").FullName;
        var path = Path.Combine(folder, "big.csv");
        await using (var writer = new StreamWriter(path))
        {
            await writer.WriteLineAsync("id,note,late");
            for (var i = 0; i < 1_500_000; i++)
            {
                await writer.WriteLineAsync($"{i},\"line\nend {i}\",{(i > 1_000_000 ? "x" : i)}");
            }
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        var preview = await InProcessPreviewer.LookAsync(path, new());

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"{clock.Elapsed}");
        Assert.Null(preview.Error);
        Assert.True(preview.Report!.Sampled);
        // The windows behind the beginning see what it does not hold.
        Assert.Equal([ColumnType.Integer, ColumnType.Text, ColumnType.Text], preview.Columns.Select(c => c.Type));
        Assert.Equal(50, preview.Rows.Count);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_file_of_a_version_is_imported_again_with_other_options()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var first = await bench.ImportAsync(Ambiguous, new(bench.WorkspaceId, "days.csv") { Options = new() { AcceptDefaults = true } });

        var preview = await bench.Previews.PreviewVersionAsync(bench.Ada, first.DatasetId, 1, new() { DateOrder = DateOrder.DayFirst }, default);
        var second = await bench.Uploads.ReimportAsync(bench.Ada, first.DatasetId, 1, new() { DateOrder = DateOrder.DayFirst }, null, default);
        await bench.RunJobAsync(second.JobId);

        Assert.Equal(ColumnType.Date, preview.Columns[0].Type);
        var before = await bench.Datasets.VersionAsync(bench.Ada, first.DatasetId, 1, default);
        var after = await bench.Datasets.VersionAsync(bench.Ada, first.DatasetId, 2, default);
        Assert.Equal((ColumnType.Text, ColumnType.Date), (before.Columns[0].Type, after.Columns[0].Type));
        Assert.Equal((DatasetVersionCause.Upload, 1, before.OriginalHash), (after.Cause, after.Parent, after.OriginalHash));
    }

    [Fact]
    public async Task A_failed_import_keeps_its_file_and_can_be_repeated_with_an_answer()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var failed = await bench.ImportAsync("a,b,c\n1,2,3\n4,5\n6,7,8\n", new(bench.WorkspaceId, "ragged.csv") { Options = new() { AcceptDefaults = true } });
        Assert.Equal(DatasetVersionState.Failed, (await bench.Datasets.VersionAsync(bench.Ada, failed.DatasetId, 1, default)).State);

        var original = await bench.Export.OpenAsync(bench.Ada, failed.DatasetId, 1, ExportFormat.Original, false, default);
        using var text = new StreamReader(original.Content!);
        var again = await bench.Uploads.ReimportAsync(bench.Ada, failed.DatasetId, 1, new() { Ragged = RaggedRows.Pad }, "filled up", default);
        await bench.RunJobAsync(again.JobId);

        Assert.StartsWith("a,b,c", await text.ReadToEndAsync(), StringComparison.Ordinal);
        var version = await bench.Datasets.VersionAsync(bench.Ada, failed.DatasetId, 2, default);
        Assert.Equal((DatasetVersionState.Ready, 3L, 1), (version.State, version.RowCount, version.Parent));
    }

    [Fact]
    public async Task Strangers_cannot_look_or_import()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await HoldAsync(bench, Ambiguous);
        var dataset = await bench.ImportAsync("a,b\n1,x\n");

        Func<Task>[] attempts =
        [
            () => bench.Previews.PreviewAsync(bench.Eve, upload.Id, null, default),
            () => bench.Uploads.ImportAsync(bench.Eve, upload.Id, new(), default),
            () => bench.Previews.PreviewVersionAsync(bench.Eve, dataset.DatasetId, 1, null, default),
            () => bench.Uploads.ReimportAsync(bench.Eve, dataset.DatasetId, 1, null, null, default),
        ];

        foreach (var attempt in attempts)
        {
            Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<HubException>(attempt)).Refusal);
        }
    }

    [Fact]
    public async Task An_upload_whose_bytes_are_missing_cannot_be_looked_at()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var upload = await bench.Uploads.CreateAsync(bench.Ada, new(bench.WorkspaceId, "x.csv") { Hold = true }, 100, default);

        var refused = await Assert.ThrowsAsync<HubException>(() => bench.Previews.PreviewAsync(bench.Ada, upload.Id, null, default));

        Assert.Equal("UPLOAD_INCOMPLETE", refused.Code);
    }

    private static async Task<UploadView> HoldAsync(DatasetBench bench, string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        var upload = await bench.Uploads.CreateAsync(bench.Ada, new(bench.WorkspaceId, "days.csv") { Hold = true }, content.Length, default);
        using var body = new MemoryStream(content);
        return await bench.Uploads.AppendAsync(bench.Ada, upload.Id, 0, body, default);
    }
}
