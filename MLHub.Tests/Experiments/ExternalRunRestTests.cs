using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MLHub.Tests.Support;

namespace MLHub.Tests.Experiments;

/// <summary>A program logs a run by the contract of <c>/api/v1</c> alone, on both ways of keeping state.</summary>
[Trait(Category.Trait, Category.Slow)]
public sealed class ExternalRunRestTests
{
    public static TheoryData<HubBackend> Backends => [HubBackend.SqliteAndDisk, HubBackend.PostgresAndS3];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_program_logs_a_run_with_files_finds_it_and_compares_it(HubBackend backend)
    {
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var experiment = await ada.CreateExperimentAsync("Outside");

        var run = await LogRunAsync(ada, experiment);
        await FilesAsync(ada, run);
        await FindAsync(ada, experiment, run);

        using var eve = server.CreateClient();
        await eve.RegisterAsync();
        foreach (var path in new[] { $"runs/{run}", $"runs/{run}/artifacts", $"runs/{run}/artifacts/plots/a.svg", $"runs/compare?ids={run}" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await eve.TryAsync(HttpMethod.Get, path)).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await eve.TryAsync(HttpMethod.Post, $"runs/{run}/metrics", new { points = Array.Empty<object>() })).Status);
        await ThrowAwayAsync(ada, experiment, run);
    }

    /// <summary>With its experiment in the trash a run can be looked at, and nothing of it changes.</summary>
    private static async Task ThrowAwayAsync(HubClient ada, string experiment, string run)
    {
        var part = (await ada.PostAsync($"experiments/{experiment}/runs/search", new { filter = "fold" }, HttpStatusCode.OK)).Text("items", 0, "id");
        await ada.SendAsync(HttpMethod.Patch, $"runs/{part}", new { state = "finished" }, HttpStatusCode.OK);
        await ada.SendAsync(HttpMethod.Delete, $"experiments/{experiment}", null, HttpStatusCode.NoContent);

        (HttpMethod Method, string Path, object? Body)[] writes =
        [
            (HttpMethod.Post, "metrics", new { points = new[] { new { key = "late", value = 1, step = 0 } } }),
            (HttpMethod.Post, "parameters", new { parameters = new { late = 1 } }),
            (HttpMethod.Post, "tags", new { tags = new { late = "1" } }),
            (HttpMethod.Delete, "tags/team", null),
            (HttpMethod.Post, "heartbeat", null),
            (HttpMethod.Post, "archive", null),
            (HttpMethod.Delete, "artifacts/empty.bin", null),
            (HttpMethod.Patch, "", new { state = "running" }),
            (HttpMethod.Patch, "", new { note = "late" }),
            (HttpMethod.Delete, "", null),
        ];
        foreach (var (method, path, body) in writes)
        {
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await ada.TryAsync(method, $"runs/{run}/{path}".TrimEnd('/'), body)).Status));
        }

        using var file = new HttpRequestMessage(HttpMethod.Put, $"runs/{run}/artifacts/late.txt") { Content = new ByteArrayContent([1]) };
        Assert.Equal(HttpStatusCode.NotFound, (await ada.TryAsync(file)).Status);
        var seen = await ada.GetAsync($"runs/{run}");
        Assert.Equal(("finished", "Good enough"), (seen.Text("state"), seen.Text("note")));
    }

    private static async Task<string> LogRunAsync(HubClient ada, string experiment)
    {
        var made = await ada.PostAsync(
            $"experiments/{experiment}/runs",
            new { name = "resnet", algorithm = "cnn", parameters = new { lr = 0.1, optimizer = "adam" }, tags = new { baseline = "" }, startedAt = "2026-11-20T10:00:00Z" },
            HttpStatusCode.Created);
        var run = made.Text("id");
        Assert.Equal(("running", "external", "cnn"), (made.Text("state"), made.Text("source"), made.Text("algorithm")));

        var body = new
        {
            points = Enumerable.Range(0, 2000).Select(i => new { key = "loss", value = (object)(i == 777 ? 1e6 : 1.0 / (i + 1)), step = i, timestamp = "2026-11-20T10:00:00Z" })
                .Append(new { key = "odd", value = (object)"NaN", step = 0, timestamp = "2026-11-20T10:00:00Z" }),
        };
        Assert.Equal(2001, (await ada.PostAsync($"runs/{run}/metrics", body, HttpStatusCode.OK)).Number("stored"));
        Assert.Equal(0, (await ada.PostAsync($"runs/{run}/metrics", body, HttpStatusCode.OK)).Number("stored"));
        var curve = await ada.GetAsync($"runs/{run}/metrics/loss?maxPoints=100");
        Assert.InRange(curve.At("points").GetArrayLength(), 50, 100);
        Assert.Contains(curve.At("points").EnumerateArray(), p => p.Number("value") == 1e6);
        Assert.Equal("NaN", (await ada.GetAsync($"runs/{run}/metrics/odd")).Text("points", 0, "value"));

        await ada.PostAsync($"runs/{run}/parameters", new { parameters = new { epochs = 5 } }, HttpStatusCode.OK);
        await ada.PostAsync($"runs/{run}/tags", new { tags = new { team = "blue" } }, HttpStatusCode.NoContent);
        await ada.SendAsync(HttpMethod.Delete, $"runs/{run}/tags/baseline", null, HttpStatusCode.NoContent);
        var child = await ada.PostAsync($"experiments/{experiment}/runs", new { name = "fold 1", parentRunId = run }, HttpStatusCode.Created);
        Assert.Equal(run, child.Text("parentRunId"));

        Assert.Equal("running", (await ada.PostAsync($"runs/{run}/heartbeat", null, HttpStatusCode.OK)).Text("state"));
        var ended = await ada.SendAsync(HttpMethod.Patch, $"runs/{run}", new { state = "finished", note = "Good enough", endedAt = "2026-11-20T10:01:00Z" }, HttpStatusCode.OK);
        Assert.Equal(("finished", "Good enough"), (ended.Text("state"), ended.Text("note")));
        Assert.Equal(60, ended.Number("durationSeconds"));
        Assert.Equal("NaN", ended.Text("metrics", "odd", "last"));
        Assert.Equal(5, ended.Number("parameters", "epochs"));
        return run;
    }

    private static async Task FilesAsync(HubClient ada, string run)
    {
        async Task<HubAnswer> PutAsync(string path, string text)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"runs/{run}/artifacts/{path}") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/svg+xml");
            return await ada.TryAsync(request);
        }

        Assert.Equal(HttpStatusCode.OK, (await PutAsync("plots/a.svg", "<svg onload='alert(1)'/>")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync("Ünï cøde.txt", "hello")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync("empty.bin", "")).Status);
        foreach (var bad in new[] { "..%2Fsecret", "a%2F..%2F..%2Fb", "a%5Cb", "a//b", "plots/a.svg/inside", "plots" })
        {
            Assert.Contains((await PutAsync(bad, "x")).Status, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Conflict, HttpStatusCode.NotFound });
        }

        var top = await ada.GetAsync($"runs/{run}/artifacts");
        Assert.Equal(["plots", "empty.bin", "Ünï cøde.txt"], top.At("items").EnumerateArray().Select(i => i.Text("path")));
        using var answer = await ada.Http.GetAsync($"runs/{run}/artifacts/plots/a.svg");
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("hello", await ada.Http.GetStringAsync($"runs/{run}/artifacts/{Uri.EscapeDataString("Ünï cøde.txt")}"));
        Assert.Equal(HttpStatusCode.NotFound, (await ada.TryAsync(HttpMethod.Get, $"runs/{run}/artifacts/none")).Status);
        await ada.SendAsync(HttpMethod.Delete, $"runs/{run}/artifacts/plots", null, HttpStatusCode.NoContent);
        Assert.Equal(2, (await ada.GetAsync($"runs/{run}/artifacts")).At("items").GetArrayLength());
    }

    private static async Task FindAsync(HubClient ada, string experiment, string run)
    {
        var found = await ada.PostAsync($"experiments/{experiment}/runs/search", new { filter = "metric.loss < 0.01 and tag.team = blue", orderBy = "metric.loss desc" }, HttpStatusCode.OK);
        Assert.Equal(run, found.Text("items", 0, "id"));
        var wrong = await ada.TryAsync(HttpMethod.Post, $"experiments/{experiment}/runs/search", new { filter = "metrik.loss < 0.01" });
        Assert.Equal((HttpStatusCode)422, wrong.Status);
        Assert.Contains("At character 1", wrong.Body.Text("errors", "filter", 0), StringComparison.Ordinal);

        var compared = await ada.GetAsync($"runs/compare?ids={run},{(await ada.PostAsync($"experiments/{experiment}/runs/search", new { filter = "fold" }, HttpStatusCode.OK)).Text("items", 0, "id")}");
        Assert.Equal(2, compared.At("runs").GetArrayLength());
        Assert.Contains(compared.At("facts").EnumerateArray(), f => f.Text("key") == "lr" && f.At("differs").GetBoolean());

        await ada.SendAsync(HttpMethod.Post, $"runs/{run}/archive", null, HttpStatusCode.NoContent);
        Assert.Equal(1, (await ada.PostAsync($"experiments/{experiment}/runs/search", new { }, HttpStatusCode.OK)).At("items").GetArrayLength());
        Assert.Equal(1, (await ada.PostAsync($"experiments/{experiment}/runs/search", new { filter = "archived" }, HttpStatusCode.OK)).At("items").GetArrayLength());
        await ada.SendAsync(HttpMethod.Post, $"runs/{run}/unarchive", null, HttpStatusCode.NoContent);
        await ada.SendAsync(HttpMethod.Delete, $"runs/{run}", null, HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.TryAsync(HttpMethod.Get, $"runs/{run}")).Status);
        await ada.SendAsync(HttpMethod.Post, $"runs/{run}/restore", null, HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.Conflict, (await ada.TryAsync(HttpMethod.Post, $"runs/{run}/rerun")).Status);
    }
}
