using System.IO.Compression;
using System.Net;
using System.Text.Json;
using MLHub.Tests.Support;

namespace MLHub.Tests.Models;

/// <summary>A model as a program uses it, by the contract of <c>/api/v1</c> alone, on both ways of keeping state.</summary>
[Trait(Category.Trait, Category.Slow)]
public sealed class ModelRestTests
{
    private static readonly object _row = new { pregnant = 6, glucose = 148, pressure = 72, triceps = 35, insulin = (double?)null, mass = 33.6, pedigree = 0.627, age = 50 };

    public static TheoryData<HubBackend> Backends => [HubBackend.SqliteAndDisk, HubBackend.PostgresAndS3];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Two_versions_are_compared_downloaded_and_asked_about_a_whole_dataset(HubBackend backend)
    {
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        using var eve = server.CreateClient();
        await ada.RegisterAsync();
        await eve.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("PimaIndiansDiabetes2.csv"));
        var model = (await ada.PostAsync($"workspaces/{ada.WorkspaceId}/models", new { name = "diabetes", task = "binary" }, HttpStatusCode.Created)).Text("id");
        await AddVersionAsync(ada, dataset, model, new { numLeaves = 31 });
        await AddVersionAsync(ada, dataset, model, new { numLeaves = 4 });

        await AssertComparedAsync(ada, model);
        await AssertDownloadedAsync(ada, model);
        await AssertBatchAsync(ada, dataset, model);
        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Get, $"models/{model}/compare?versions=1,2", null), (HttpMethod.Get, $"models/{model}/versions/1/download", null), (HttpMethod.Get, $"models/{model}/batches", null),
            (HttpMethod.Post, $"models/{model}/batch-predict", new { datasetId = dataset }),
        })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await eve.TryAsync(method, path, body)).Status);
        }
    }

    /// <summary>Room for one process, and two models that are asked at the same time: each waits for its turn, and nobody's answer is lost.</summary>
    [Fact]
    public async Task More_models_than_there_are_processes_are_asked_at_once()
    {
        await using var server = await HubServer.StartAsync(settings: new Dictionary<string, string> { ["MLHub:Scoring:Processes"] = "1", ["MLHub:Scoring:TimeLimitSeconds"] = "30" });
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("PimaIndiansDiabetes2.csv"));
        var model = (await ada.PostAsync($"workspaces/{ada.WorkspaceId}/models", new { name = "diabetes", task = "binary" }, HttpStatusCode.Created)).Text("id");
        await AddVersionAsync(ada, dataset, model, new { numLeaves = 31 });
        await AddVersionAsync(ada, dataset, model, new { numLeaves = 4 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => ada.TryAsync(HttpMethod.Post, $"models/{model}/predict?version={1 + (i % 2)}", new { rows = new[] { _row } })));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        Assert.Equal(2, answers.Select(a => a.Body.At("predictions", 0).GetRawText()).Distinct().Count());

        // Nor does one that is asked without a pause keep the other out.
        using var ended = new CancellationTokenSource();
        var many = new { rows = Enumerable.Repeat(_row, 500).ToArray() };
        var busy = Enumerable.Range(0, 6).Select(async _ =>
        {
            while (!ended.IsCancellationRequested)
            {
                Assert.Equal(HttpStatusCode.OK, (await ada.TryAsync(HttpMethod.Post, $"models/{model}/predict?version=1", many)).Status);
            }
        }).ToList();
        await Task.Delay(500);
        var other = await ada.TryAsync(HttpMethod.Post, $"models/{model}/predict?version=2", new { rows = new[] { _row } });
        await ended.CancelAsync();
        await Task.WhenAll(busy);
        Assert.Equal(HttpStatusCode.OK, other.Status);
    }

    [Fact]
    public async Task Rows_that_cannot_be_predicted_are_refused_by_row_and_column()
    {
        await using var server = await HubServer.StartAsync();
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("PimaIndiansDiabetes2.csv"));
        var model = (await ada.PostAsync($"workspaces/{ada.WorkspaceId}/models", new { name = "diabetes", task = "binary" }, HttpStatusCode.Created)).Text("id");
        await AddVersionAsync(ada, dataset, model, new { numLeaves = 31 });
        var path = $"models/{model}/predict?version=1";

        var wrong = await ada.TryAsync(HttpMethod.Post, path, new { rows = new[] { _row, new Dictionary<string, object?> { ["glucose"] = "sweet", ["age"] = null, ["pedigree"] = 0.6 } } });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "BAD_ROWS"), (wrong.Status, wrong.Code));
        // Pregnancies were never missing in training, so they may not be left out; a null age is understood.
        Assert.Equal(["rows[1].glucose", "rows[1].pregnant"], wrong.Body.At("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));

        var extra = await ada.PostAsync(path, new { rows = new[] { new { pregnant = 6, glucose = "148", age = 50, pedigree = 0.627, shoe = 43 } } }, HttpStatusCode.OK);
        Assert.Equal(["shoe"], extra.At("ignoredColumns").EnumerateArray().Select(c => c.GetString()));
        Assert.Equal(1, extra.Number("version"));
        foreach (var (address, rows, status, code) in new (string, object, HttpStatusCode, string)[]
        {
            (path, Array.Empty<object>(), HttpStatusCode.UnprocessableEntity, "ROW_COUNT"),
            ($"models/{model}/predict?alias=nobody", new[] { _row }, HttpStatusCode.UnprocessableEntity, "NO_SUCH_ALIAS"),
            ($"models/{model}/predict?version=9", new[] { _row }, HttpStatusCode.UnprocessableEntity, "NO_SUCH_VERSION"),
            ($"models/{model}/predict?version=1&alias=champion", new[] { _row }, HttpStatusCode.BadRequest, "INVALID"),
        })
        {
            var answer = await ada.TryAsync(HttpMethod.Post, address, new { rows });
            Assert.Equal((status, code), (answer.Status, answer.Code));
        }

        // One answer, and one refusal by each of the others that found the model.
        var usage = await ada.GetAsync($"models/{model}/usage");
        Assert.Equal((5d, 4d), (usage.Number("requests"), usage.Number("failures")));
        Assert.True(usage.Number("p95Milliseconds") >= 1);

        var iris = await ada.ImportAsync(TestData.Path("iris.csv"));
        var unfit = await ada.TryAsync(HttpMethod.Post, $"models/{model}/batch-predict", new { datasetId = iris });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "COLUMNS_DIFFER", true), (unfit.Status, unfit.Code, unfit.Body.At("errors").Has("columns.pregnant")));
    }

    private static async Task AssertComparedAsync(HubClient ada, string model)
    {
        var compared = await ada.GetAsync($"models/{model}/compare?versions=1,2");
        Assert.Equal([1d, 2d], compared.At("versions").EnumerateArray().Select(v => v.Number("number")));
        var auc = compared.At("metrics").EnumerateArray().Single(m => m.Text("key") == "auc");
        Assert.Equal(auc.Number("values", 1, "value") - auc.Number("values", 0, "value"), auc.Number("values", 1, "delta"), 12);
        Assert.Equal(compared.Number("versions", 1, "metrics", "auc"), auc.Number("values", 1, "value"), 12);
        // They were told the same but for the leaves.
        var difference = compared.At("differences").EnumerateArray().Single(d => d.Text("part") == "parameter");
        Assert.Equal(("numLeaves", "31", "4"), (difference.Text("key"), difference.Text("values", 0), difference.Text("values", 1)));
        Assert.DoesNotContain(compared.At("differences").EnumerateArray(), d => d.Text("part") is "data" or "split");
        Assert.Equal(8, compared.At("importance").GetArrayLength());
        Assert.All(compared.At("curves").EnumerateArray(), c => Assert.True(c.At("roc").GetArrayLength() > 10));
        Assert.Equal("BAD_VERSIONS", (await ada.TryAsync(HttpMethod.Get, $"models/{model}/compare?versions=one")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.TryAsync(HttpMethod.Get, $"models/{model}/compare?versions=1,3")).Status);
    }

    private static async Task AssertDownloadedAsync(HubClient ada, string model)
    {
        using var zip = new ZipArchive(new MemoryStream(await ada.Http.GetByteArrayAsync($"models/{model}/versions/2/download")));
        var manifest = JsonDocument.Parse(new StreamReader(zip.GetEntry("manifest.json")!.Open()).ReadToEnd()).RootElement;
        Assert.Equal(("lightgbm", 4d), (manifest.Text("algorithm"), manifest.Number("parameters", "numLeaves")));
        Assert.Contains("How to use it", new StreamReader(zip.GetEntry("README.txt")!.Open()).ReadToEnd(), StringComparison.Ordinal);
    }

    private static async Task AssertBatchAsync(HubClient ada, string dataset, string model)
    {
        var accepted = await ada.PostAsync($"models/{model}/batch-predict", new { datasetId = dataset, version = 1, alias = "champion" }, HttpStatusCode.Accepted);
        var result = accepted.Text("dataset", "id");
        await ada.WaitForJobAsync(accepted.Text("job", "id"));

        var made = await ada.GetAsync($"datasets/{result}/versions/1");
        Assert.Equal(("ready", "prediction", 768d, 13d), (made.Text("state"), made.Text("cause"), made.Number("rowCount"), made.Number("columnCount")));
        var rows = await ada.GetAsync($"datasets/{result}/versions/1/rows?offset=0&limit=5");
        var names = rows.At("columns").EnumerateArray().Select(c => c.Text("name")).ToList();
        Assert.Equal(["prediction", "score", "probability_neg", "probability_pos"], names[9..]);
        // The first person of the file, asked about alone, gets the same answer.
        var alone = await ada.PostAsync($"models/{model}/predict", new { rows = new[] { _row } }, HttpStatusCode.OK);
        Assert.Equal(alone.Number("predictions", 0, "probabilities", "pos"), rows.Number("rows", 0, 12), 1e-9);

        var uses = (await ada.GetAsync($"datasets/{result}/versions/1/uses")).At("items").EnumerateArray().ToList();
        Assert.Contains(uses, u => u.Text("kind") == "predictedBy" && u.Text("id") == model);
        Assert.Contains(uses, u => u.Text("kind") == "source" && u.Text("id") == dataset && u.Number("version") == 1);
        Assert.Contains((await ada.GetAsync($"datasets/{dataset}/versions/1/uses")).At("items").EnumerateArray(), u => u.Text("kind") == "predictions" && u.Text("id") == result);

        var batches = await ada.GetAsync($"models/{model}/batches");
        var batch = batches.At("items").EnumerateArray().Single();
        Assert.Equal((1d, "ready", dataset, "PimaIndiansDiabetes2"), (batch.Number("modelVersion"), batch.Text("state"), batch.Text("source", "id"), batch.Text("source", "name")));
    }

    private static async Task AddVersionAsync(HubClient ada, string dataset, string model, object parameters)
    {
        var experiment = await ada.CreateExperimentAsync($"experiment {Guid.NewGuid():N}");
        var started = await ada.PostAsync(
            $"experiments/{experiment}/train",
            new { datasetId = dataset, datasetVersion = 1, task = "binary", target = "diabetes", positiveClass = "pos", algorithm = "lightgbm", parameters },
            HttpStatusCode.Accepted);
        await ada.WaitForJobAsync(started.Text("job", "id"), 180);
        await ada.PostAsync($"models/{model}/versions", new { runId = started.Text("run", "id") }, HttpStatusCode.Created);
    }
}
