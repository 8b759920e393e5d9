using System.Diagnostics;
using System.Net;
using System.Text.Json;
using MLHub.Tests.Support;

namespace MLHub.Tests.Workers;

/// <summary>
/// A server that computes nothing itself, and workers that are processes of their own with nothing but an address and a token: what one
/// begins and cannot end, another does, once.
/// </summary>
[Trait(Category.Trait, Category.Slow)]
public sealed class RemoteWorkerTests(ITestOutputHelper output) : IAsyncDisposable
{
    private static readonly object[] _steps = [new { step = "filter_rows", parameters = new { filter = "carat > 1" } }];

    private readonly TestFolder _folder = new();
    private readonly Dictionary<string, WorkerProcess> _workers = [];
    private HubServer? _server;

    private HubServer Server => _server ?? throw new InvalidOperationException("The server was not started.");

    public async ValueTask DisposeAsync()
    {
        foreach (var (name, worker) in _workers)
        {
            output.WriteLine($"--- {name}\n{worker.Log}");
            await worker.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Three_workers_share_the_work_and_what_a_dead_a_frozen_or_a_leaving_one_had_is_ended_once_by_another()
    {
        using var ada = await BeginAsync(HubBackend.SqliteAndDisk);
        foreach (var name in new[] { "north", "east", "south" })
        {
            await StartWorkerAsync(ada, name);
        }

        var diamonds = await ada.ImportAsync(TestData.Path("diamonds.csv"));
        var experiment = await ada.CreateExperimentAsync("far away");

        await DyingAsync(ada, experiment, diamonds);
        await FreezingAsync(ada, experiment, diamonds);
        await LeavingAsync(ada, experiment, diamonds);
        AssertKnowNoSecrets();
    }

    [Theory]
    [InlineData(HubBackend.SqliteAndDisk)]
    [InlineData(HubBackend.PostgresAndS3)]
    public async Task Every_kind_of_job_is_computed_far_away_and_a_restart_of_the_server_in_between_is_survived(HubBackend backend)
    {
        using var ada = await BeginAsync(backend);
        await StartWorkerAsync(ada, "only");
        var diamonds = await ada.ImportAsync(TestData.Path("diamonds.csv"));
        var version = $"datasets/{diamonds}/versions/1";
        var prepared = await ada.PostAsync($"{version}/prepare", new { steps = _steps }, HttpStatusCode.Accepted);
        await ada.WaitForJobAsync(prepared.Text("job", "id"));
        // Rows above one carat, counted by: awk -F, '$2 > 1' on the file.
        Assert.Equal(17_502, (await ada.GetAsync($"datasets/{diamonds}/versions/2")).Number("rowCount"));

        var experiment = await ada.CreateExperimentAsync("kinds");
        var (run, job) = await TrainAsync(ada, experiment, diamonds);
        await UntilAsync(async () => (await ada.GetAsync($"jobs/{job}")).Number("progress") > 0.02, "the training to be under way");
        await Server.KillAsync();
        await Server.RestartAsync();
        await ada.PostAsync($"runs/{run}/finish", null, HttpStatusCode.Accepted);
        await ada.WaitForJobAsync(job);
        await AssertFinishedOnceAsync(ada, run);

        var model = (await ada.PostAsync($"workspaces/{ada.WorkspaceId}/models", new { name = "Prices", task = "regression" }, HttpStatusCode.Created)).Text("id");
        await ada.PostAsync($"models/{model}/versions", new { runId = run }, HttpStatusCode.Created);
        await ada.PutAsync($"models/{model}/aliases/champion", new { version = 1 });
        var batch = await ada.PostAsync($"models/{model}/batch-predict", new { datasetId = diamonds, version = 1, alias = "champion" }, HttpStatusCode.Accepted);
        await ada.WaitForJobAsync(batch.Text("job", "id"));
        Assert.Equal(53_940, (await ada.GetAsync($"datasets/{batch.Text("dataset", "id")}/versions/1")).Number("rowCount"));
        var query = await ada.PostAsync($"{version}/query/save", new { sql = "SELECT cut, count(*) AS n FROM dataset GROUP BY cut", name = "Cuts" }, HttpStatusCode.Accepted);
        await ada.WaitForJobAsync(query.Text("job", "id"));
        Assert.Equal(5, (await ada.GetAsync($"datasets/{query.Text("datasetId")}/versions/1")).Number("rowCount"));
    }

    private async Task DyingAsync(HubClient ada, string experiment, string dataset)
    {
        var (run, job) = await TrainAsync(ada, experiment, dataset);
        var (name, worker) = await HolderAsync(ada, job);
        var children = worker.Children;
        Assert.NotEmpty(children);

        worker.Signal("KILL");

        await UntilAsync(() => Task.FromResult(children.All(c => !Directory.Exists($"/proc/{c}") || IsZombie(c))), "the children of the killed worker to end with it");
        await SecondAttemptAsync(ada, job, run, name);
    }

    private async Task FreezingAsync(HubClient ada, string experiment, string dataset)
    {
        var (run, job) = await TrainAsync(ada, experiment, dataset);
        var (name, worker) = await HolderAsync(ada, job);

        worker.Signal("STOP");
        await SecondAttemptAsync(ada, job, run, name);
        worker.Signal("CONT");

        await UntilAsync(() => Task.FromResult(worker.Log.Contains("is not held here any more", StringComparison.Ordinal)), "the thawed worker to learn that it lost the job");
        await UntilAsync(() => Task.FromResult(worker.Children.Count == 0), "its child to be stopped");
        await AssertFinishedOnceAsync(ada, run);
    }

    private async Task LeavingAsync(HubClient ada, string experiment, string dataset)
    {
        var (run, job) = await TrainAsync(ada, experiment, dataset);
        var (name, worker) = await HolderAsync(ada, job);

        worker.Signal("TERM");

        Assert.Equal(0, await worker.WaitForExitAsync());
        Assert.Contains("was given back to the queue", worker.Log, StringComparison.Ordinal);
        await SecondAttemptAsync(ada, job, run, name);
    }

    /// <summary>Another worker begins anew, is asked to come to an end with what it has, and does.</summary>
    private async Task SecondAttemptAsync(HubClient ada, string job, string run, string lost)
    {
        await UntilAsync(async () => (await ada.GetAsync($"jobs/{job}")) is var now && now.Number("attempt") == 2 && now.Number("progress") > 0.02, "another worker to be under way");
        Assert.NotEqual(lost, (await HolderAsync(ada, job)).Name);
        await ada.PostAsync($"runs/{run}/finish", null, HttpStatusCode.Accepted);
        var ended = await ada.WaitForJobAsync(job);
        Assert.Equal(2, ended.Number("attempt"));
        await AssertFinishedOnceAsync(ada, run);
    }

    private static async Task AssertFinishedOnceAsync(HubClient ada, string run)
    {
        var described = await ada.GetAsync($"runs/{run}");
        Assert.Equal("finished", described.Text("state"));
        Assert.True(described.Number("metrics", "r2", "last") > 0);
        var key = described.At("metrics").EnumerateObject().Select(m => m.Name).First(n => n.StartsWith("train_", StringComparison.Ordinal));
        var steps = (await ada.GetAsync($"runs/{run}/metrics/{key}?maxPoints=1000")).At("points").EnumerateArray().Select(p => p.Number("step")).ToList();
        Assert.NotEmpty(steps);
        // Two attempts, or a report written twice, would give a step two values.
        Assert.Equal(steps.Distinct().Order(), steps);
    }

    private async Task<HubClient> BeginAsync(HubBackend backend)
    {
        _server = await HubServer.StartAsync(backend, new Dictionary<string, string> { ["MLHub:Jobs:Slots"] = "0", ["MLHub:Jobs:LeaseSeconds"] = "8" });
        var ada = _server.CreateClient();
        await ada.RegisterAsync();
        return ada;
    }

    private async Task StartWorkerAsync(HubClient ada, string name)
    {
        var made = await ada.PostAsync("workers", new { name }, HttpStatusCode.Created);
        _workers[name] = WorkerProcess.Start(Path.Combine(_folder.Path, name), Server.Address, made.Text("token"), new Dictionary<string, string> { ["MLHub:Jobs:Threads"] = "1" });
    }

    /// <summary>A training that takes minutes if nobody ends it.</summary>
    private static async Task<(string Run, string Job)> TrainAsync(HubClient ada, string experiment, string dataset)
    {
        var started = await ada.PostAsync(
            $"experiments/{experiment}/train",
            new
            {
                datasetId = dataset,
                datasetVersion = 1,
                task = "regression",
                target = "price",
                algorithm = "lightgbm",
                parameters = new { iterations = 20_000, learningRate = 0.05, earlyStoppingRounds = 10_000 },
            },
            HttpStatusCode.Accepted);
        return (started.Text("run", "id"), started.Text("job", "id"));
    }

    /// <summary>Which worker computes the job, as administrators see it.</summary>
    private async Task<(string Name, WorkerProcess Process)> HolderAsync(HubClient ada, string job)
    {
        JsonElement holder = default;
        await UntilAsync(
            async () =>
            {
                holder = (await ada.GetAsync("workers")).At("items").EnumerateArray()
                    .FirstOrDefault(w => w.At("jobs").EnumerateArray().Any(j => j.Text("id") == job && j.Number("progress") > 0.01));
                return holder.ValueKind == JsonValueKind.Object;
            },
            "a worker to have the job");
        return (holder.Text("name"), _workers[holder.Text("name")]);
    }

    private void AssertKnowNoSecrets()
    {
        var files = _workers.Values.SelectMany(w => Directory.EnumerateFiles(w.Folder, "*", SearchOption.AllDirectories)).ToList();

        Assert.DoesNotContain(files, f => Path.GetFileName(f).StartsWith("mlhub.db", StringComparison.Ordinal) || f.Contains("/keys/", StringComparison.Ordinal));
    }

    private static bool IsZombie(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, string what, int seconds = 60)
    {
        var (began, patience) = (Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(seconds) * Patience.Factor);
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < patience, $"Waited in vain for {what}.");
            await Task.Delay(100);
        }
    }
}
