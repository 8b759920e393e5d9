using System.Net;
using MLHub.Tests.Support;

namespace MLHub.Tests.Operations;

/// <summary>The verbs as an operator types them, beside the real server, on both ways of keeping state.</summary>
[Trait(Category.Trait, Category.Slow)]
public sealed class BackupJourneyTests
{
    private static readonly Dictionary<string, object> Flower = new() { ["Sepal.Length"] = 5.1, ["Sepal.Width"] = 3.5, ["Petal.Length"] = 1.4, ["Petal.Width"] = 0.2 };

    public static TheoryData<HubBackend, string> Ways => new() { { HubBackend.SqliteAndDisk, "backup" }, { HubBackend.PostgresAndS3, "backup.tar" } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_backup_made_under_load_makes_an_empty_server_the_same(HubBackend backend, string target)
    {
        using var folder = new TestFolder();
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var iris = await ada.ImportAsync(TestData.Path("iris.csv"));
        var rows = (await ada.GetAsync($"datasets/{iris}/versions/1/rows?offset=0&limit=150")).At("rows").GetRawText();
        var model = await TrainModelAsync(ada, iris);
        var answer = (await PredictAsync(ada, model)).GetRawText();
        using var stop = new CancellationTokenSource();
        var uploads = new Uploads(ada, folder.Path);
        var load = uploads.GoOnAsync(stop.Token);
        await uploads.WaitForAsync(2);

        var before = uploads.Count;
        var backup = await server.RunVerbAsync("backup", folder.File(target));
        var during = uploads.Count - before;
        await stop.CancelAsync();
        await load;
        var verified = await server.RunVerbAsync("backup", folder.File(target), "--check");
        var refused = await server.RunVerbAsync("restore", folder.File(target));
        await server.KillAsync();
        await using var other = await HubServer.CreateAsync(backend);
        var restored = await other.RunVerbAsync("restore", folder.File(target));
        var checkedWhole = await other.RunVerbAsync("fsck");

        Assert.True(during > 0, "Nothing was uploaded while the backup was made.");
        Assert.True(backup.Code == 0, backup.Output);
        Assert.True(verified.Code == 0, verified.Output);
        Assert.Equal(1, refused.Code);
        Assert.True(restored.Code == 0, restored.Output);
        Assert.True(checkedWhole.Code == 0, checkedWhole.Output);
        await other.RestartAsync();
        using var again = other.CreateClient();
        await again.LoginAsync(ada.Email);
        Assert.Equal(rows, (await again.GetAsync($"datasets/{iris}/versions/1/rows?offset=0&limit=150")).At("rows").GetRawText());
        Assert.Equal(answer, (await PredictAsync(again, model)).GetRawText());
        Assert.True((await again.GetAsync($"workspaces/{again.WorkspaceId}/datasets")).At("items").GetArrayLength() > 1);
        // What the backup caught in the middle goes on here, and new work is done.
        await again.ImportAsync(TestData.Path("airquality.csv"));
        // A folder belongs to one server, which tidies it by itself.
        var tidied = await other.RunVerbAsync("gc");
        Assert.True(tidied.Code == (backend == HubBackend.SqliteAndDisk ? 1 : 0), tidied.Output);
    }

    [Fact]
    public async Task A_verb_that_is_called_wrongly_says_so_and_does_nothing()
    {
        await using var server = await HubServer.CreateAsync();

        var without = await server.RunVerbAsync("backup");
        var unknown = await server.RunVerbAsync("fsck", "--fast");
        var nowhere = await server.RunVerbAsync("fsck");

        Assert.Equal((1, 1, 1), (without.Code, unknown.Code, nowhere.Code));
        Assert.Contains("mlhub help", without.Output, StringComparison.Ordinal);
        Assert.Contains("--fast", unknown.Output, StringComparison.Ordinal);
        Assert.Contains("There is no database", nowhere.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", without.Output + unknown.Output + nowhere.Output, StringComparison.Ordinal);
    }

    private static async Task<string> TrainModelAsync(HubClient ada, string dataset)
    {
        var experiment = await ada.CreateExperimentAsync("flowers");
        var started = await ada.PostAsync(
            $"experiments/{experiment}/train", new { datasetId = dataset, task = "multiclass", target = "Species", algorithm = "lbfgs-logistic" }, HttpStatusCode.Accepted);
        await ada.WaitForJobAsync(started.Text("job", "id"));
        var model = (await ada.PostAsync($"workspaces/{ada.WorkspaceId}/models", new { name = "iris", task = "multiclass" }, HttpStatusCode.Created)).Text("id");
        await ada.PostAsync($"models/{model}/versions", new { runId = started.Text("run", "id") }, HttpStatusCode.Created);
        return model;
    }

    private static Task<System.Text.Json.JsonElement> PredictAsync(HubClient ada, string model) =>
        ada.PostAsync($"models/{model}/predict", new { rows = new[] { Flower } }, HttpStatusCode.OK);

    /// <summary>Somebody who uploads one small file after the other.</summary>
    private sealed class Uploads(HubClient client, string folder)
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public async Task GoOnAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                var path = Path.Combine(folder, $"load-{_count}.csv");
                await File.WriteAllTextAsync(path, $"a,b\n{_count},{new string('x', _count + 1)}\n", CancellationToken.None);
                await client.UploadAsync(path);
                Interlocked.Increment(ref _count);
            }
        }

        public async Task WaitForAsync(int count)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30) * Patience.Factor);
            while (Count < count)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }
}
