using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MLHub.Tests.Support;

namespace MLHub.Tests.Journeys;

/// <summary>
/// The server is killed as by a power cut, twenty times, at random moments of an upload, an import and a training. After each
/// start: what was acknowledged is there, nothing half-made shows as ready, and in the end each job is done or honestly failed.
/// The seed is printed; <c>MLHUB_TEST_SEED</c> repeats a run.
/// </summary>
[Trait(Category.Trait, Category.Slow)]
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Rounds = 20;
    private const int RowsPerFile = 30_000;
    private const int MaxAttempts = 3;

    private readonly List<Kept> _datasets = [];
    private readonly List<string> _accepted = [];
    private readonly List<(string Run, string Job)> _runs = [];

    [Fact]
    public async Task Twenty_kills_lose_nothing_that_was_acknowledged()
    {
        var seed = Environment.GetEnvironmentVariable("MLHUB_TEST_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"MLHUB_TEST_SEED={seed}");
        var random = new Random(seed);
        await using var server = await HubServer.StartAsync(settings: new Dictionary<string, string>
        {
            ["MLHub:Jobs:LeaseSeconds"] = "5",
            ["MLHub:Jobs:Slots"] = "2",
        });
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var diamonds = await ada.ImportAsync(TestData.Path("diamonds.csv"));
        var experiment = await ada.CreateExperimentAsync("crashes");

        for (var round = 0; round < Rounds; round++)
        {
            var work = (round % 3) switch
            {
                0 => KillDuringUploadAsync(server, ada, random, round),
                1 => KillDuringImportAsync(server, ada, random, round),
                _ => KillDuringTrainingAsync(server, ada, random, experiment, diamonds),
            };
            await work;
            await AssertNothingLostAsync(ada);
        }

        await AssertAllEndedAsync(ada);
        AssertBlobsAreWhatTheirNamesSay(server.DataPath);
    }

    private async Task KillDuringUploadAsync(HubServer server, HubClient ada, Random random, int round)
    {
        var name = $"upload-{round}";
        var content = MakeCsv(random);
        var upload = await TusUpload.CreateAsync(ada, $"{name}.csv", content);

        // By progress and not by time, so that slow and fast machines are hit in the middle alike.
        var enough = content.Length * random.NextDouble();
        var kill = KillOnceAsync(server, () => upload.Acknowledged >= enough, random.Next(0, 20));
        var isWhole = await SurvivesAsync(() => upload.SendAsync(pieceBytes: 32 * 1024));
        await kill;
        output.WriteLine($"{name}: killed with {upload.Acknowledged} of {content.Length} bytes acknowledged{(isWhole ? ", all" : "")}");

        await server.RestartAsync();
        await upload.ResumeAsync();
        await upload.SendAsync(pieceBytes: 1024 * 1024);
        var found = await ada.GetAsync($"workspaces/{ada.WorkspaceId}/datasets?search={name}");
        Assert.Equal(1, found.At("items").GetArrayLength());
        _datasets.Add(new(found.Text("items", 0, "id"), null, SHA256.HashData(content)));
    }

    private async Task KillDuringImportAsync(HubServer server, HubClient ada, Random random, int round)
    {
        using var folder = new TestFolder();
        var file = folder.File($"import-{round}.csv");
        var content = MakeCsv(random);
        await File.WriteAllBytesAsync(file, content);
        var accepted = await ada.UploadAsync(file);
        _datasets.Add(new(accepted.Text("dataset", "id"), accepted.Text("job", "id"), SHA256.HashData(content)));

        var delay = random.Next(0, 1500);
        await KillAfterAsync(server, delay);
        output.WriteLine($"import-{round}: killed after {delay} ms");

        await server.RestartAsync();
    }

    private async Task KillDuringTrainingAsync(HubServer server, HubClient ada, Random random, string experiment, string diamonds)
    {
        var started = await ada.PostAsync(
            $"experiments/{experiment}/train",
            new { datasetId = diamonds, datasetVersion = 1, task = "regression", target = "price", algorithm = "lightgbm" },
            HttpStatusCode.Accepted);
        _runs.Add((started.Text("run", "id"), started.Text("job", "id")));

        var delay = random.Next(0, 3000);
        await KillAfterAsync(server, delay);
        output.WriteLine($"training: killed after {delay} ms");

        await server.RestartAsync();
    }

    private async Task AssertNothingLostAsync(HubClient ada)
    {
        foreach (var kept in _datasets)
        {
            var version = await ada.GetAsync($"datasets/{kept.Dataset}/versions/1");
            AssertIsNotHalf(version);
        }

        foreach (var (run, _) in _runs)
        {
            var state = (await ada.GetAsync($"runs/{run}")).Text("state");
            Assert.Contains(state, new[] { "queued", "running", "finished", "failed", "lost" });
        }
    }

    private async Task AssertAllEndedAsync(HubClient ada)
    {
        foreach (var kept in _datasets)
        {
            var job = kept.Job ?? (await ada.GetAsync($"datasets/{kept.Dataset}/versions/1")).Text("jobId");
            var ended = await EndedAsync(ada, job);
            var version = await ada.GetAsync($"datasets/{kept.Dataset}/versions/1");
            Assert.Equal(ended.Text("state") == "succeeded" ? "ready" : "failed", version.Text("state"));
            AssertIsNotHalf(version);
            // A failed import offers no download, but the bytes that were accepted are still stored: the blobs are looked at below.
            _accepted.Add(Convert.ToHexStringLower(kept.Sha256));
            if (version.Text("state") == "ready")
            {
                var original = await ada.Http.GetByteArrayAsync($"datasets/{kept.Dataset}/versions/1/download?format=original");
                Assert.Equal(kept.Sha256, SHA256.HashData(original));
            }

            Assert.Equal(1, (await ada.GetAsync($"datasets/{kept.Dataset}/versions")).At("items").GetArrayLength());
        }

        foreach (var (run, job) in _runs)
        {
            var ended = await EndedAsync(ada, job);
            var described = await ada.GetAsync($"runs/{run}");
            if (ended.Text("state") == "failed")
            {
                Assert.Equal("failed", described.Text("state"));
                Assert.NotEmpty(described.Text("error"));
                continue;
            }

            Assert.Equal("finished", described.Text("state"));
            Assert.True(described.Number("metrics", "r2", "last") > 0.9);
            await AssertCurveIsOfOneAttemptAsync(ada, run, described);
        }
    }

    /// <summary>Over, and only failed when it was tried as often as allowed and says why.</summary>
    private async Task<JsonElement> EndedAsync(HubClient ada, string job)
    {
        var ended = await ada.WaitForEndAsync(job);
        if (ended.Text("state") != "succeeded")
        {
            output.WriteLine($"job {job} ended as {ended.Text("state")} after {ended.Text("attempt")} attempts: {ended.Text("error")}");
            Assert.Equal("failed", ended.Text("state"));
            Assert.Equal(MaxAttempts, ended.Number("attempt"));
            Assert.NotEmpty(ended.Text("error"));
        }

        return ended;
    }

    /// <summary>A second attempt that left the first one's points behind would give a step two values.</summary>
    private static async Task AssertCurveIsOfOneAttemptAsync(HubClient ada, string run, JsonElement described)
    {
        var key = described.At("metrics").EnumerateObject().Select(m => m.Name).First(n => n.StartsWith("train_", StringComparison.Ordinal));
        var curve = await ada.GetAsync($"runs/{run}/metrics/{key}?maxPoints=1000");
        var steps = curve.At("points").EnumerateArray().Select(p => p.Number("step")).ToList();
        Assert.Equal(steps.Distinct().Count(), steps.Count);
        Assert.Equal(steps.Order(), steps);
    }

    private static void AssertIsNotHalf(JsonElement version)
    {
        Assert.Contains(version.Text("state"), new[] { "importing", "ready", "failed" });
        if (version.Text("state") == "ready")
        {
            Assert.Equal(RowsPerFile, version.Number("rowCount"));
            Assert.Equal(4, version.At("columns").GetArrayLength());
        }
    }

    private void AssertBlobsAreWhatTheirNamesSay(string dataPath)
    {
        var blobs = Directory.EnumerateFiles(dataPath, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) is { Length: 64 } name && name.All(char.IsAsciiHexDigitLower)).ToList();
        Assert.NotEmpty(_accepted);
        Assert.Subset(blobs.ConvertAll(b => Path.GetFileName(b)!).ToHashSet(), _accepted.ToHashSet());
        foreach (var blob in blobs)
        {
            using var file = File.OpenRead(blob);
            Assert.Equal(Path.GetFileName(blob), Convert.ToHexStringLower(SHA256.HashData(file)));
        }
    }

    private static async Task KillAfterAsync(HubServer server, int milliseconds)
    {
        await Task.Delay(milliseconds);
        await server.KillAsync();
    }

    private static async Task KillOnceAsync(HubServer server, Func<bool> isTime, int millisecondsLater)
    {
        while (!isTime())
        {
            await Task.Delay(1);
        }

        await KillAfterAsync(server, millisecondsLater);
    }

    /// <returns>False when the server went away meanwhile.</returns>
    private static async Task<bool> SurvivesAsync(Func<Task> sending)
    {
        try
        {
            await sending();
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static byte[] MakeCsv(Random random)
    {
        var text = new StringBuilder("id,group,value,note\n");
        for (var row = 0; row < RowsPerFile; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row},g{random.Next(7)},{random.NextDouble():0.000000},\"row {random.Next():x8}, as it came\"\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <param name="Job">Unknown when the upload was resumable.</param>
    private sealed record Kept(string Dataset, string? Job, byte[] Sha256);
}
