using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MLHub.Tests.Support;

namespace MLHub.Tests.Journeys;

/// <summary>The history of a dataset as a program sees it, by the contract of <c>/api/v1</c> alone, on both ways of keeping state.</summary>
[Trait(Category.Trait, Category.Slow)]
public sealed class VersionRestTests
{
    private const string Python = "/usr/bin/python3";

    public static TheoryData<HubBackend> Backends => [HubBackend.SqliteAndDisk, HubBackend.PostgresAndS3];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_dataset_is_edited_compared_restored_deleted_and_brought_back(HubBackend backend)
    {
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("airquality.csv"));
        await AddVersionAsync(ada, dataset, Edited);

        await AssertDiffAsync(ada, dataset);
        await AssertRestoreAsync(ada, dataset);
        await AssertDownloadsAsync(ada, dataset);
        await AssertVersionTrashAsync(ada, dataset);
        await AssertDatasetTrashAsync(ada, dataset);
        await AssertRolesAsync(server, ada, dataset);
    }

    [Fact]
    public async Task Pandas_reads_a_version_from_its_address()
    {
        Need.Installed(await RunAsync("import pandas") is { Code: 0 }, "pandas");

        await using var server = await HubServer.StartAsync();
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("airquality.csv"));
        var token = (await ada.PostAsync("users/me/tokens", new { name = "pandas", scopes = new[] { "read" }, expiresInDays = 1 }, HttpStatusCode.Created)).Text("token");
        var address = new Uri(ada.Http.BaseAddress!, $"datasets/{dataset}/versions/1/download?format=");
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{token}"));

        var (code, output) = await RunAsync(
            $"""
            import pandas as pd
            for header in ("Bearer {token}", "Basic {basic}"):
                csv = pd.read_csv("{address}csv", storage_options=dict(Authorization=header))
                js = pd.read_json("{address}json", storage_options=dict(Authorization=header))
                print(len(csv), list(csv.columns), round(csv["Ozone"].mean(), 6), len(js), round(js["Ozone"].mean(), 6))
            try:
                import pyarrow
                print("parquet", round(pd.read_parquet("{address}parquet", storage_options=dict(Authorization="Bearer {token}"))["Ozone"].mean(), 6))
            except ImportError:
                pass
            """);

        Assert.True(code == 0, output);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Count(l => l == "153 ['Ozone', 'Solar.R', 'Wind', 'Temp', 'Month', 'Day'] 42.12931 153 42.12931"));
        Assert.All(lines.Where(l => l.StartsWith("parquet", StringComparison.Ordinal)), l => Assert.Equal("parquet 42.12931", l));
    }

    private static string Edited => Path.Combine(AppContext.BaseDirectory, "Datasets", "files", "airquality_v2.csv");

    private static async Task AssertDiffAsync(HubClient ada, string dataset)
    {
        var diff = await ada.GetAsync($"datasets/{dataset}/diff?from=1&to=2&key=Month&key=Day");
        Assert.Equal("Season", diff.Text("schema", "added", 0));
        Assert.Equal("Solar.R", diff.Text("schema", "removed", 0));
        Assert.Equal(("Temp", "integer", "number"), (diff.Text("schema", "retyped", 0, "column"), diff.Text("schema", "retyped", 0, "from"), diff.Text("schema", "retyped", 0, "to")));
        Assert.Equal((3, 5, 7, 141), (diff.Number("rows", "added"), diff.Number("rows", "removed"), diff.Number("rows", "changed"), diff.Number("rows", "same")));
        Assert.Equal("added", diff.Text("rows", "sample", 0, "kind"));
        var ozone = diff.At("statistics").EnumerateArray().Single(s => s.Text("column") == "Ozone");
        Assert.Equal((37, 35), (ozone.Number("missingFrom"), ozone.Number("missingTo")));
        Assert.Equal(0.00582080461819, ozone.Number("psi"), 10);
        Assert.Equal(42.1293103448, ozone.Number("meanFrom"), 8);

        var changed = await ada.GetAsync($"datasets/{dataset}/diff/rows?from=1&to=2&key=Month&key=Day&column=Temp");
        Assert.Equal(1, changed.Number("total"));
        var cell = changed.At("rows", 0, "cells").EnumerateArray().Single(c => c.Text("column") == "Temp");
        Assert.Equal((74, 74.5), (cell.Number("from"), cell.Number("to")));

        var ambiguous = await ada.TryAsync(HttpMethod.Get, $"datasets/{dataset}/diff?from=1&to=2&key=Month");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "KEY_NOT_UNIQUE"), (ambiguous.Status, ambiguous.Code));
        Assert.Equal(HttpStatusCode.NotFound, (await ada.TryAsync(HttpMethod.Get, $"datasets/{dataset}/diff?from=1&to=9")).Status);
    }

    private static async Task AssertRestoreAsync(HubClient ada, string dataset)
    {
        var restored = await ada.PostAsync($"datasets/{dataset}/restore", new { version = 1 }, HttpStatusCode.Created);
        var first = await ada.GetAsync($"datasets/{dataset}/versions/1");
        Assert.Equal((3, "restore", "Restored from v1"), (restored.Number("version", "number"), restored.Text("version", "cause"), restored.Text("version", "message")));
        Assert.Equal(first.Text("contentHash"), restored.Text("version", "contentHash"));
        Assert.Equal(3, (await ada.GetAsync($"datasets/{dataset}")).Number("latestVersion"));
        Assert.Equal(153, (await ada.GetAsync($"datasets/{dataset}/versions/3/rows?limit=1")).Number("totalRows"));
        var same = await ada.GetAsync($"datasets/{dataset}/diff?from=1&to=3");
        Assert.Equal((0, 0, 153), (same.Number("rows", "added"), same.Number("rows", "removed"), same.Number("rows", "same")));
        var unknown = await ada.TryAsync(HttpMethod.Post, $"datasets/{dataset}/restore", new { version = 1, note = "?" });
        Assert.Equal((HttpStatusCode.BadRequest, "UNKNOWN_FIELD"), (unknown.Status, unknown.Code));
    }

    private static async Task AssertDownloadsAsync(HubClient ada, string dataset)
    {
        foreach (var format in new[] { "csv", "json", "parquet", "original" })
        {
            var path = $"datasets/{dataset}/versions/1/download?format={format}";
            var whole = await ada.Http.GetByteArrayAsync(path);
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(10, 29) } };
            using var part = await ada.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            Assert.Equal(whole[10..30], await part.Content.ReadAsByteArrayAsync());
            Assert.Equal(whole.Length, part.Content.Headers.ContentRange!.Length);
        }

        using var rows = JsonDocument.Parse(await ada.Http.GetStringAsync($"datasets/{dataset}/versions/1/download?format=json"));
        Assert.Equal((153, 41), (rows.RootElement.GetArrayLength(), rows.RootElement[0].GetProperty("Ozone").GetInt32()));
    }

    private static async Task AssertVersionTrashAsync(HubClient ada, string dataset)
    {
        await ada.SendAsync(HttpMethod.Patch, $"datasets/{dataset}/versions/2", new { tags = new[] { "Golden" } }, HttpStatusCode.OK);
        Assert.Equal("golden", (await ada.GetAsync($"datasets/{dataset}/versions/2")).Text("tags", 0));
        await ada.SendAsync(HttpMethod.Delete, $"datasets/{dataset}/versions/3", null, HttpStatusCode.NoContent);
        Assert.Equal(2, (await ada.GetAsync($"datasets/{dataset}")).Number("latestVersion"));
        Assert.Equal(HttpStatusCode.NotFound, (await ada.TryAsync(HttpMethod.Get, $"datasets/{dataset}/versions/3")).Status);

        var trash = await ada.GetAsync($"workspaces/{ada.WorkspaceId}/trash");
        Assert.Equal(("version", 3), (trash.Text("items", 0, "kind"), trash.Number("items", 0, "number")));
        await ada.PostAsync($"workspaces/{ada.WorkspaceId}/trash/{trash.Text("items", 0, "id")}/restore", null, HttpStatusCode.OK);
        Assert.Equal(3, (await ada.GetAsync($"datasets/{dataset}")).Number("latestVersion"));
    }

    private static async Task AssertDatasetTrashAsync(HubClient ada, string dataset)
    {
        await ada.SendAsync(HttpMethod.Delete, $"datasets/{dataset}", null, HttpStatusCode.NoContent);
        var other = await ada.ImportAsync(TestData.Path("iris.csv"), "airquality");
        var taken = await ada.TryAsync(HttpMethod.Post, $"workspaces/{ada.WorkspaceId}/trash/{dataset}/restore");
        Assert.Equal((HttpStatusCode.Conflict, "NAME_TAKEN"), (taken.Status, taken.Code));
        await ada.PostAsync($"workspaces/{ada.WorkspaceId}/trash/{dataset}/restore", new { name = "air again" }, HttpStatusCode.OK);
        Assert.Equal("air again", (await ada.GetAsync($"datasets/{dataset}")).Text("name"));

        await ada.SendAsync(HttpMethod.Delete, $"datasets/{other}", null, HttpStatusCode.NoContent);
        var storage = await ada.GetAsync($"workspaces/{ada.WorkspaceId}/storage");
        Assert.True(storage.Number("trashBytes") > 0 && storage.Number("rowBytes") > 0);
        await ada.SendAsync(HttpMethod.Delete, $"workspaces/{ada.WorkspaceId}/trash/{other}", null, HttpStatusCode.NoContent);
        Assert.Equal(0, (await ada.GetAsync($"workspaces/{ada.WorkspaceId}/trash")).At("items").GetArrayLength());
    }

    private static async Task AssertRolesAsync(HubServer server, HubClient ada, string dataset)
    {
        using var eve = server.CreateClient();
        await eve.RegisterAsync();
        (HttpMethod Method, string Path, object? Body)[] calls =
        [
            (HttpMethod.Get, $"datasets/{dataset}/diff?from=1&to=2", null),
            (HttpMethod.Get, $"datasets/{dataset}/versions/1/uses", null),
            (HttpMethod.Get, $"workspaces/{ada.WorkspaceId}/trash", null),
            (HttpMethod.Post, $"datasets/{dataset}/restore", new { version = 1 }),
            (HttpMethod.Delete, $"datasets/{dataset}/versions/1", null),
            (HttpMethod.Get, $"workspaces/{ada.WorkspaceId}/storage", null),
            (HttpMethod.Delete, $"workspaces/{ada.WorkspaceId}/trash", null),
        ];
        foreach (var (method, path, body) in calls)
        {
            Assert.Equal(HttpStatusCode.NotFound, (await eve.TryAsync(method, path, body)).Status);
        }

        await ada.PutAsync($"workspaces/{ada.WorkspaceId}/members", new { email = eve.Email, role = "reader" });
        HttpStatusCode[] expected = [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden];
        foreach (var ((method, path, body), status) in calls.Zip(expected))
        {
            Assert.Equal((path, status), (path, (await eve.TryAsync(method, path, body)).Status));
        }
    }

    private static async Task AddVersionAsync(HubClient ada, string dataset, string path)
    {
        await using var file = File.OpenRead(path);
        using var form = new MultipartFormDataContent { { new StreamContent(file), "file", Path.GetFileName(path) } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"datasets/{dataset}/versions") { Content = form };
        var accepted = await ada.TryAsync(request);
        Assert.True(accepted.Status == HttpStatusCode.Accepted, accepted.Text);
        await ada.WaitForJobAsync(accepted.Body.Text("job", "id"));
    }

    private static async Task<(int Code, string Output)> RunAsync(string script)
    {
        if (!File.Exists(Python))
        {
            return (-1, "");
        }

        var start = new ProcessStartInfo(Python) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await errors);
    }
}
