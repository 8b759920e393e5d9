using System.Net;
using System.Text.Json;
using MLHub.Tests.Support;

namespace MLHub.Tests.Journeys;

/// <summary>The main job as a program does it, by the contract of <c>/api/v1</c> alone, on both ways of keeping state.</summary>
[Trait(Category.Trait, Category.Slow)]
public sealed class RestJourneyTests
{
    public static TheoryData<HubBackend> Backends => [HubBackend.SqliteAndDisk, HubBackend.PostgresAndS3];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Diabetes_data_becomes_a_classifier_that_predicts(HubBackend backend)
    {
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        await AssertHasLightGbmAsync(ada);

        var dataset = await ada.ImportAsync(TestData.Path("PimaIndiansDiabetes2.csv"));
        await AssertDescribedAsync(ada, dataset, rows: 768, columns: 9);
        var rows = await ada.GetAsync($"datasets/{dataset}/versions/1/rows?offset=0&limit=10&sort=glucose:desc");
        Assert.Equal(768, rows.Number("totalRows"));
        Assert.Equal(199, rows.Number("rows", 0, ColumnIndex(rows, "glucose")));
        var profile = await ada.GetAsync($"datasets/{dataset}/versions/1/profile");
        var insulin = profile.At("columns").EnumerateArray().Single(c => c.Text("name") == "insulin");
        Assert.Equal(374, insulin.Number("missing"));

        var run = await TrainAsync(ada, dataset, new { task = "binary", target = "diabetes", positiveClass = "pos" });
        Assert.True(run.Number("metrics", "auc", "last") >= 0.78, $"AUC {run.Number("metrics", "auc", "last")}");
        var evaluation = await ada.GetAsync($"runs/{run.Text("id")}/evaluation");
        Assert.Equal("pos", evaluation.Text("positiveClass"));
        Assert.True(evaluation.At("roc").GetArrayLength() > 10);
        Assert.True(evaluation.At("precisionRecall").GetArrayLength() > 10);
        var counts = evaluation.At("confusionMatrix", "counts").EnumerateArray().SelectMany(r => r.EnumerateArray()).Sum(c => c.GetInt64());
        Assert.InRange(counts, 150, 157);
        Assert.Equal(8, evaluation.At("featureImportance").GetArrayLength());
        Assert.True(evaluation.Has("baseline"));
        await AssertPlotsAsync(ada, run.Text("id"), "roc", "precision-recall", "confusion-matrix", "importance");
        await AssertCurveAndLogAsync(ada, run.Text("id"));

        var predictions = await RegisterAndPredictAsync(ada, run.Text("id"), "diabetes", new
        {
            pregnant = 6,
            glucose = 148,
            pressure = 72,
            triceps = 35,
            insulin = (double?)null,
            mass = 33.6,
            pedigree = 0.627,
            age = 50,
        });
        Assert.Contains(predictions.Text(0, "prediction"), new[] { "pos", "neg" });
        Assert.InRange(predictions.Number(0, "probabilities", "pos"), 0, 1);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Iris_data_becomes_a_classifier_of_three(HubBackend backend)
    {
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        await ada.RegisterAsync();

        var dataset = await ada.ImportAsync(TestData.Path("iris.csv"));
        var run = await TrainAsync(ada, dataset, new { task = "multiclass", target = "Species" });
        var evaluation = await ada.GetAsync($"runs/{run.Text("id")}/evaluation");

        Assert.True(run.Number("metrics", "accuracy", "last") >= 0.90);
        Assert.Equal(3, evaluation.At("perClass").GetArrayLength());
        var predictions = await RegisterAndPredictAsync(ada, run.Text("id"), "iris", new Dictionary<string, object>
        {
            ["Sepal.Length"] = 5.1,
            ["Sepal.Width"] = 3.5,
            ["Petal.Length"] = 1.4,
            ["Petal.Width"] = 0.2,
        });
        Assert.Equal("setosa", predictions.Text(0, "prediction"));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Diamond_prices_become_a_regression(HubBackend backend)
    {
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        await ada.RegisterAsync();

        var dataset = await ada.ImportAsync(TestData.Path("diamonds.csv"));
        await AssertDescribedAsync(ada, dataset, rows: 53_940, columns: 10);
        var run = await TrainAsync(ada, dataset, new { task = "regression", target = "price" });
        var evaluation = await ada.GetAsync($"runs/{run.Text("id")}/evaluation");

        Assert.True(run.Number("metrics", "r2", "last") >= 0.97);
        Assert.True(evaluation.Has("predictedVsActual"));
        Assert.True(evaluation.Has("residualHistogram"));
        await AssertPlotsAsync(ada, run.Text("id"), "residuals", "importance");
        var predictions = await RegisterAndPredictAsync(ada, run.Text("id"), "diamonds", new
        {
            carat = 0.23,
            cut = "Ideal",
            color = "E",
            clarity = "SI2",
            depth = 61.5,
            table = 55,
            x = 3.95,
            y = 3.98,
            z = 2.43,
        });
        Assert.InRange(predictions.Number(0, "prediction"), 200, 600);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Rows_without_a_target_become_groups_and_unusual_rows(HubBackend backend)
    {
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("iris.csv"));
        string[] lengths = ["Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width"];
        var setosa = new Dictionary<string, object> { ["Sepal.Length"] = 5.1, ["Sepal.Width"] = 3.5, ["Petal.Length"] = 1.4, ["Petal.Width"] = 0.2 };
        var monster = new Dictionary<string, object> { ["Sepal.Length"] = 9, ["Sepal.Width"] = 0.1, ["Petal.Length"] = 9, ["Petal.Width"] = 9 };

        var groups = await TrainAsync(ada, dataset, new { task = "clustering", features = lengths, parameters = new { clusters = 3 } }, "k-means");
        Assert.InRange(groups.Number("metrics", "silhouette", "last"), 0.3, 1);
        Assert.True(groups.Number("metrics", "davies_bouldin", "last") > 0 && groups.Number("metrics", "avg_distance", "last") > 0);
        var clusters = (await ada.GetAsync($"runs/{groups.Text("id")}/evaluation")).At("clusters");
        Assert.Equal(3, clusters.GetArrayLength());
        await AssertPlotsAsync(ada, groups.Text("id"), "map", "importance");
        var assigned = await RegisterAndPredictAsync(ada, groups.Text("id"), "kinds", setosa);
        Assert.InRange(assigned.Number(0, "prediction"), 1, 3);
        var own = await ada.GetAsync($"runs/{groups.Text("id")}/predictions?predicted={assigned.Number(0, "prediction")}&limit=5");
        Assert.InRange(own.Number("matchedRows"), 1, own.Number("totalRows") - 1);

        var unusual = await TrainAsync(ada, dataset, new { task = "anomaly", features = lengths }, "isolation-forest");
        var anomalies = (await ada.GetAsync($"runs/{unusual.Text("id")}/evaluation")).At("anomalies");
        Assert.True(anomalies.At("top").GetArrayLength() > 10);
        await AssertPlotsAsync(ada, unusual.Text("id"), "scores", "importance");
        Assert.False((await RegisterAndPredictAsync(ada, unusual.Text("id"), "odd", setosa)).At(0, "prediction").GetBoolean());
        var model = (await ada.GetAsync($"workspaces/{ada.WorkspaceId}/models")).At("items").EnumerateArray().Single(m => m.Text("name") == "odd").Text("id");
        var odd = await ada.PostAsync($"models/{model}/predict", new { rows = new[] { monster } }, HttpStatusCode.OK);
        Assert.True(odd.At("predictions", 0, "prediction").GetBoolean());

        var refused = await ada.TryAsync(HttpMethod.Post, $"experiments/{await ada.CreateExperimentAsync("no folds")}/train", new { datasetId = dataset, task = "clustering", algorithm = "k-means", target = "Species", split = new { kind = "kfold" } });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(["split.kind", "target"], refused.Body.At("errors").EnumerateObject().Select(e => e.Name).Order());
    }

    [Fact]
    public async Task A_threshold_that_is_saved_with_a_version_decides()
    {
        await using var server = await HubServer.StartAsync();
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("PimaIndiansDiabetes2.csv"));
        var run = (await TrainAsync(ada, dataset, new { task = "binary", target = "diabetes", positiveClass = "pos" }, "lbfgs-logistic")).Text("id");
        var model = (await ada.PostAsync($"workspaces/{ada.WorkspaceId}/models", new { name = "careful", task = "binary" }, HttpStatusCode.Created)).Text("id");
        var wrong = await ada.TryAsync(HttpMethod.Post, $"models/{model}/versions", new { runId = run, threshold = 1.5 });
        await ada.PostAsync($"models/{model}/versions", new { runId = run, threshold = 0.001 }, HttpStatusCode.Created);
        var healthy = new { pregnant = 1, glucose = 85, pressure = 66, triceps = 29, insulin = (double?)null, mass = 26.6, pedigree = 0.351, age = 31 };

        var answer = await ada.PostAsync($"models/{model}/predict", new { rows = new[] { healthy } }, HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.InRange(answer.Number("predictions", 0, "score"), 0.001, 0.499);
        Assert.Equal("pos", answer.Text("predictions", 0, "prediction"));
        var all = await ada.GetAsync($"runs/{run}/predictions?threshold=0.001&predicted=neg");
        Assert.Equal(0, all.Number("matchedRows"));
        var sure = await ada.GetAsync($"runs/{run}/predictions?filter=confident-wrong");
        Assert.InRange(sure.Number("matchedRows"), 0, 40);
        Assert.Equal(HttpStatusCode.BadRequest, (await ada.TryAsync(HttpMethod.Get, $"runs/{run}/predictions?filter=odd")).Status);
    }

    [Fact]
    public async Task To_a_stranger_nothing_exists()
    {
        await using var server = await HubServer.StartAsync();
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("iris.csv"));
        var experiment = await ada.CreateExperimentAsync("mine");
        using var eve = server.CreateClient();
        await eve.RegisterAsync();
        using var nobody = server.CreateClient();

        foreach (var path in new[] { $"datasets/{dataset}", $"datasets/{dataset}/versions/1", $"datasets/{dataset}/versions/1/rows", $"experiments/{experiment}", $"workspaces/{ada.WorkspaceId}/datasets" })
        {
            var foreign = await eve.TryAsync(HttpMethod.Get, path);
            var missing = await eve.TryAsync(HttpMethod.Get, path.Replace(dataset, Guid.NewGuid().ToString("N"), StringComparison.Ordinal)
                .Replace(experiment, Guid.NewGuid().ToString("N"), StringComparison.Ordinal)
                .Replace(ada.WorkspaceId, Guid.NewGuid().ToString("N"), StringComparison.Ordinal));
            Assert.Equal(HttpStatusCode.NotFound, foreign.Status);
            Assert.Equal((foreign.Status, foreign.Code, foreign.Body.Text("detail")), (missing.Status, missing.Code, missing.Body.Text("detail")));
            Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.TryAsync(HttpMethod.Get, path)).Status);
        }
    }

    [Fact]
    public async Task Rows_that_do_not_fit_the_model_are_refused_by_name()
    {
        await using var server = await HubServer.StartAsync();
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("iris.csv"));
        var run = await TrainAsync(ada, dataset, new { task = "multiclass", target = "Species" });
        var model = await RegisterAsync(ada, run.Text("id"), "iris");

        var answer = await ada.TryAsync(HttpMethod.Post, $"models/{model}/predict?alias=champion", new
        {
            rows = new[] { new Dictionary<string, object> { ["Sepal.Length"] = "very long", ["Sepal.Width"] = 3.5, ["Petal.Length"] = 1.4, ["Petal.Width"] = 0.2 } },
        });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains(answer.Body.At("errors").EnumerateObject(), e => e.Name.Contains("rows[0]", StringComparison.Ordinal) && e.Name.Contains("Sepal.Length", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_training_that_cannot_be_is_refused_before_it_starts()
    {
        await using var server = await HubServer.StartAsync();
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("iris.csv"));
        var experiment = await ada.CreateExperimentAsync("impossible");

        var answer = await ada.TryAsync(HttpMethod.Post, $"experiments/{experiment}/train", new
        {
            datasetId = dataset,
            datasetVersion = 1,
            task = "regression",
            target = "Species",
            algorithm = "lightgbm",
        });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.True(answer.Body.Has("errors"), answer.Text);
    }

    private static async Task AssertHasLightGbmAsync(HubClient ada)
    {
        var algorithms = await ada.GetAsync("algorithms?task=binary");
        var list = algorithms.ValueKind == JsonValueKind.Array ? algorithms : algorithms.At("items");
        var lightgbm = list.EnumerateArray().Single(a => a.Text("name") == "lightgbm");
        Assert.Equal("live", lightgbm.Text("curve"));
        Assert.True(lightgbm.At("parameters").GetArrayLength() > 3);
    }

    private static async Task AssertDescribedAsync(HubClient ada, string dataset, int rows, int columns)
    {
        var version = await ada.GetAsync($"datasets/{dataset}/versions/1");
        Assert.Equal("ready", version.Text("state"));
        Assert.Equal(rows, version.Number("rowCount"));
        Assert.Equal(columns, version.At("columns").GetArrayLength());
    }

    private static async Task<JsonElement> TrainAsync(HubClient ada, string dataset, object what, string algorithm = "lightgbm")
    {
        var experiment = await ada.CreateExperimentAsync($"experiment {Guid.NewGuid():N}");
        var body = JsonSerializer.SerializeToNode(what)!.AsObject();
        body["datasetId"] = dataset;
        body["datasetVersion"] = 1;
        body["algorithm"] = algorithm;
        var started = await ada.PostAsync($"experiments/{experiment}/train", body, HttpStatusCode.Accepted);
        await ada.WaitForJobAsync(started.Text("job", "id"), 180);
        var run = await ada.GetAsync($"runs/{started.Text("run", "id")}");
        Assert.Equal("finished", run.Text("state"));
        return run;
    }

    private static async Task AssertPlotsAsync(HubClient ada, string run, params string[] plots)
    {
        foreach (var plot in plots)
        {
            var svg = await ada.TryAsync(HttpMethod.Get, $"runs/{run}/plots/{plot}.svg");
            Assert.True(svg.Status == HttpStatusCode.OK, $"{plot}.svg answered {(int)svg.Status}: {svg.Text}");
            Assert.Contains("<svg", svg.Text, StringComparison.Ordinal);
            var png = await ada.Http.GetByteArrayAsync($"runs/{run}/plots/{plot}.png");
            Assert.Equal([0x89, 0x50, 0x4E, 0x47], png[..4]);
        }
    }

    private static async Task AssertCurveAndLogAsync(HubClient ada, string run)
    {
        var described = await ada.GetAsync($"runs/{run}");
        var key = described.At("metrics").EnumerateObject().Select(m => m.Name).First(n => n.StartsWith("train_", StringComparison.Ordinal) && n.Contains("loss", StringComparison.Ordinal));
        var points = await ada.GetAsync($"runs/{run}/metrics/{key}?maxPoints=50");
        Assert.NotEmpty(points.GetRawText());
        var log = await ada.TryAsync(HttpMethod.Get, $"runs/{run}/log");
        Assert.Equal(HttpStatusCode.OK, log.Status);
        Assert.NotEmpty(log.Text);
    }

    private static async Task<string> RegisterAsync(HubClient ada, string run, string name)
    {
        var task = (await ada.GetAsync($"runs/{run}")).Text("task");
        var model = (await ada.PostAsync($"workspaces/{ada.WorkspaceId}/models", new { name, task }, HttpStatusCode.Created)).Text("id");
        var version = await ada.PostAsync($"models/{model}/versions", new { runId = run, description = "first" }, HttpStatusCode.Created);
        Assert.Equal(1, version.Number("number"));
        await ada.PutAsync($"models/{model}/aliases/champion", new { version = 1, reason = "the only one" });
        return model;
    }

    private static async Task<JsonElement> RegisterAndPredictAsync(HubClient ada, string run, string name, object row)
    {
        var model = await RegisterAsync(ada, run, name);
        Assert.Equal(1, (await ada.GetAsync($"models/{model}")).Number("aliases", "champion"));
        var answer = await ada.PostAsync($"models/{model}/predict?alias=champion", new { rows = new[] { row } }, HttpStatusCode.OK);
        Assert.Equal(1, answer.Number("version"));
        return answer.At("predictions");
    }

    private static int ColumnIndex(JsonElement rows, string name) =>
        rows.At("columns").EnumerateArray().Select((c, i) => (Name: c.Text("name"), Index: i)).Single(c => c.Name == name).Index;
}
