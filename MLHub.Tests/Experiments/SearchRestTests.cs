using System.Diagnostics;
using System.Net;
using System.Text.Json;
using MLHub.Tests.Support;

namespace MLHub.Tests.Experiments;

/// <summary>Searches for good settings as a program starts, follows and stops them.</summary>
[Trait(Category.Trait, Category.Slow)]
public sealed class SearchRestTests
{
    public static TheoryData<HubBackend> Backends => [HubBackend.SqliteAndDisk, HubBackend.PostgresAndS3];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Trials_are_judged_on_validation_rows_and_the_winner_alone_on_the_test_rows(HubBackend backend)
    {
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        using var eve = server.CreateClient();
        await ada.RegisterAsync();
        await eve.RegisterAsync();
        var (experiment, dataset) = await PimaAsync(ada);

        var started = await ada.PostAsync($"experiments/{experiment}/search", Grid(dataset), HttpStatusCode.Accepted);
        var id = started.Text("run", "id");
        var seen = await FollowAsync(ada, id);
        var run = seen[^1];

        Assert.Equal("finished", run.Text("state"));
        Assert.True(seen.Select(s => s.Number("search", "trials")).Distinct().Count() >= 3, "The leaderboard did not fill while somebody listened.");
        var board = await ada.GetAsync($"runs/{id}/trials");
        var trials = board.At("items").EnumerateArray().ToList();
        Assert.Equal([1, 2, 3, 4], trials.Select(t => (int)t.Number("number")));
        Assert.Equal([1, 2, 3, 4], trials.Select(t => (int)t.Number("rank")).Order());
        Assert.Equal("Every combination was tried.", board.Text("search", "endReason"));
        var best = trials.Single(t => t.Number("rank") == 1);
        Assert.Equal(best.Number("score"), trials.Max(t => t.Number("score")));
        Assert.Equal(best.Text("runId"), board.Text("search", "bestTrialId"));

        // Children of the run, with their metrics, but none of the test rows.
        var children = (await ada.PostAsync($"experiments/{experiment}/runs/search", new { filter = $"parent = {id}", orderBy = "oldest" }, HttpStatusCode.OK)).At("items").EnumerateArray().ToList();
        Assert.Equal(4, children.Count);
        Assert.All(children, c => Assert.All(c.At("metrics").EnumerateObject(), m => Assert.True(m.Name.StartsWith("val_", StringComparison.Ordinal) || m.Name.StartsWith("train_", StringComparison.Ordinal), m.Name)));
        Assert.Equal(trials.Select(t => t.Number("score")), children.Select(c => c.Number("metrics", "val_auc", "last")));
        Assert.All(children, c => Assert.Equal(20, c.Number("parameters", "iterations")));

        // The winner, once more and as every other run: the same settings and rows give the same figures.
        Assert.Equal("lightgbm", run.Text("algorithm"));
        Assert.Equal(best.Number("parameters", "numLeaves"), run.Number("parameters", "numLeaves"));
        Assert.Equal(best.Number("score"), run.Number("metrics", "val_auc", "last"), 1e-9);
        Assert.InRange(run.Number("metrics", "auc", "last"), 0.7, 1);
        Assert.InRange((await ada.GetAsync($"runs/{id}/evaluation")).Number("metrics", "auc"), 0.7, 1);
        Assert.Equal("searched", run.Text("model", "name"));

        var model = (await ada.PostAsync($"workspaces/{ada.WorkspaceId}/models", new { name = "by hand", task = "binary" }, HttpStatusCode.Created)).Text("id");
        Assert.Equal("TRIAL_HAS_NO_MODEL", (await ada.TryAsync(HttpMethod.Post, $"models/{model}/versions", new { runId = best.Text("runId") })).Code);
        Assert.Equal("NO_SEARCH", (await ada.TryAsync(HttpMethod.Get, $"runs/{best.Text("runId")}/trials")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await eve.TryAsync(HttpMethod.Get, $"runs/{id}/trials")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await eve.TryAsync(HttpMethod.Post, $"experiments/{experiment}/search", Grid(dataset))).Status);

        // Once more gives the same search with the same scores.
        var again = (await ada.PostAsync($"runs/{id}/rerun", null, HttpStatusCode.Accepted)).Text("run", "id");
        await FollowAsync(ada, again);
        var repeated = (await ada.GetAsync($"runs/{again}/trials")).At("items").EnumerateArray();
        Assert.Equal(trials.Select(t => t.Number("score")), repeated.Select(t => t.Number("score")));

        // What belongs together is thrown away together, and comes back together.
        await ada.SendAsync(HttpMethod.Delete, $"runs/{id}", null, HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.TryAsync(HttpMethod.Get, $"runs/{best.Text("runId")}")).Status);
        await ada.PostAsync($"runs/{id}/restore", null, HttpStatusCode.NoContent);
        Assert.Equal("finished", (await ada.GetAsync($"runs/{best.Text("runId")}")).Text("state"));
    }

    [Fact]
    public async Task An_automatic_search_over_folds_begins_with_the_baseline_beats_it_and_keeps_to_its_time()
    {
        await using var server = await HubServer.StartAsync();
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("iris.csv"));
        var experiment = await ada.CreateExperimentAsync("automatic");
        var clock = Stopwatch.StartNew();

        var started = await ada.PostAsync(
            $"experiments/{experiment}/search",
            new { datasetId = dataset, task = "multiclass", target = "Species", kind = "auto", algorithms = new[] { "lightgbm", "lbfgs-logistic", "sdca" }, metric = "accuracy", split = new { kind = "kfold", folds = 3 }, maxSeconds = 40, maxTrials = 20 },
            HttpStatusCode.Accepted);
        var run = (await FollowAsync(ada, started.Text("run", "id")))[^1];

        Assert.Equal("finished", run.Text("state"));
        var board = await ada.GetAsync($"runs/{run.Text("id")}/trials");
        var trials = board.At("items").EnumerateArray().ToList();
        Assert.Equal(["baseline", "lbfgs-logistic", "sdca", "lightgbm"], trials.Take(4).Select(t => t.Text("algorithm")));
        Assert.InRange(trials[0].Number("score"), 0.2, 0.4);
        Assert.InRange(run.Number("metrics", "cv_accuracy", "last"), 0.9, 1);
        Assert.Contains(trials, t => t.Number("scoreDeviation") > 0);
        // Time for the trials, at most one more of them (a second or two), and the last training.
        Assert.InRange(board.Number("search", "spentSeconds"), 1, 40 + (10 * Patience.Factor));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(100) * Patience.Factor, $"{clock.Elapsed}");
        Assert.True(board.Text("search", "endReason").Length > 0);
    }

    [Fact]
    public async Task A_search_is_skipped_through_finished_early_and_cancelled_within_ten_seconds()
    {
        await using var server = await HubServer.StartAsync();
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("diamonds.csv"));
        var experiment = await ada.CreateExperimentAsync("stopped");
        // One quick trial, then those that would take minutes.
        var body = new
        {
            datasetId = dataset,
            task = "regression",
            target = "price",
            kind = "grid",
            algorithms = new[] { "lightgbm" },
            parameters = new { earlyStoppingRounds = 0, numLeaves = 255 },
            searchSpace = new { iterations = new[] { 5, 20000, 19999, 19998 } },
            maxSeconds = 3600,
        };

        var first = (await ada.PostAsync($"experiments/{experiment}/search", body, HttpStatusCode.Accepted)).Text("run", "id");
        var second = await RunningTrialAsync(ada, first, 2);
        await ada.PostAsync($"runs/{second}/cancel", null, HttpStatusCode.Accepted);
        await RunningTrialAsync(ada, first, 3);
        await ada.PostAsync($"runs/{first}/finish", null, HttpStatusCode.Accepted);
        var finished = (await FollowAsync(ada, first))[^1];
        var states = (await ada.GetAsync($"runs/{first}/trials")).At("items").EnumerateArray().Select(t => t.Text("state"));

        Assert.Equal("finished", finished.Text("state"));
        Assert.Equal(5, finished.Number("parameters", "iterations"));
        Assert.Equal(["finished", "cancelled", "cancelled"], states);

        var other = (await ada.PostAsync($"experiments/{experiment}/search", body, HttpStatusCode.Accepted)).Text("run", "id");
        var running = await RunningTrialAsync(ada, other, 2);
        var listening = FollowAsync(ada, running);
        var clock = Stopwatch.StartNew();
        await ada.PostAsync($"runs/{other}/cancel", null, HttpStatusCode.Accepted);
        Assert.Equal("cancelled", (await ada.GetAsync($"runs/{other}")).Text("state"));
        while ((await ada.GetAsync($"runs/{running}")).Text("state") == "running")
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10) * Patience.Factor, "The trial goes on.");
            await Task.Delay(100);
        }

        // Whoever listens to a trial hears its end.
        Assert.Equal("cancelled", (await listening)[^1].Text("state"));

        // The slot is free and nothing follows.
        await Task.Delay(1000);
        Assert.Equal(2, (await ada.GetAsync($"runs/{other}/trials")).At("items").GetArrayLength());
        Assert.Equal("NOT_RUNNING", (await ada.TryAsync(HttpMethod.Post, $"runs/{other}/finish")).Code);
    }

    [Fact]
    public async Task A_killed_server_goes_on_with_the_trial_it_was_at_and_other_jobs_come_in_between()
    {
        await using var server = await HubServer.StartAsync(settings: new Dictionary<string, string> { ["MLHub:Jobs:LeaseSeconds"] = "5" });
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var (experiment, dataset) = await PimaAsync(ada);

        var id = (await ada.PostAsync(
            $"experiments/{experiment}/search",
            new { datasetId = dataset, task = "binary", target = "diabetes", kind = "random", algorithms = new[] { "lightgbm", "fast-forest" }, maxTrials = 6 },
            HttpStatusCode.Accepted)).Text("run", "id");
        await RunningTrialAsync(ada, id, 3);
        var other = await ada.PostAsync($"experiments/{experiment}/train", new { datasetId = dataset, task = "binary", target = "diabetes", algorithm = "baseline" }, HttpStatusCode.Accepted);
        var before = (await ada.GetAsync($"runs/{id}/trials")).At("items").EnumerateArray().Where(t => t.Text("state") == "finished").ToDictionary(t => t.Number("number"), t => t.Text("endedAt"));
        await server.KillAsync();
        await server.RestartAsync();
        var run = (await FollowAsync(ada, id))[^1];

        Assert.Equal("finished", run.Text("state"));
        var trials = (await ada.GetAsync($"runs/{id}/trials")).At("items").EnumerateArray().ToList();
        Assert.Equal([1, 2, 3, 4, 5, 6], trials.Select(t => (int)t.Number("number")));
        Assert.All(trials, t => Assert.Equal("finished", t.Text("state")));
        Assert.NotEmpty(before);
        Assert.All(before, b => Assert.Equal(b.Value, trials.Single(t => t.Number("number") == b.Key).Text("endedAt")));
        var between = (await ada.GetAsync($"runs/{other.Text("run", "id")}")).At("endedAt").GetDateTime();
        Assert.True(between < trials[^1].At("startedAt").GetDateTime(), "With one slot somebody else's run had to wait for the whole search.");
    }

    private static async Task<(string Experiment, string Dataset)> PimaAsync(HubClient ada)
    {
        var dataset = await ada.ImportAsync(TestData.Path("PimaIndiansDiabetes2.csv"));
        return (await ada.CreateExperimentAsync("searches"), dataset);
    }

    private static object Grid(string dataset) => new
    {
        datasetId = dataset,
        task = "binary",
        target = "diabetes",
        positiveClass = "pos",
        algorithms = new[] { "lightgbm" },
        parameters = new { iterations = 20 },
        searchSpace = new Dictionary<string, object> { ["numLeaves"] = new[] { 4, 31 }, ["lightgbm.learningRate"] = new[] { 0.02, 0.2 } },
        split = new { kind = "stratified", testFraction = 0.2, validationFraction = 0.2 },
        registerAs = "searched",
    };

    /// <summary>Waits until the trial of this number runs.</summary>
    private static async Task<string> RunningTrialAsync(HubClient ada, string id, int number)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(100) * Patience.Factor);
        while (true)
        {
            var board = await ada.GetAsync($"runs/{id}/trials");
            var trial = board.At("items").EnumerateArray().FirstOrDefault(t => t.Number("number") == number);
            if (trial.ValueKind == JsonValueKind.Object && trial.Text("state") == "running")
            {
                return trial.Text("runId");
            }

            Assert.False(patience.IsCancellationRequested, $"Trial {number} never ran: {board.GetRawText()}");
            await Task.Delay(50);
        }
    }

    /// <summary>Listens to the run until it is over.</summary>
    private static async Task<List<JsonElement>> FollowAsync(HubClient ada, string id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(180) * Patience.Factor);
        var states = new List<JsonElement>();
        using var response = await ada.Http.GetAsync($"runs/{id}/events", HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                states.Add(JsonDocument.Parse(line["data:".Length..]).RootElement);
            }
        }

        return states;
    }
}
