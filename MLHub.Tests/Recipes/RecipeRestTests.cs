using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Tests.Support;

namespace MLHub.Tests.Recipes;

/// <summary>Recipes as a program makes them, by the contract of <c>/api/v1</c> alone, on both ways of keeping state.</summary>
[Trait(Category.Trait, Category.Slow)]
public sealed class RecipeRestTests
{
    private static readonly object[] _steps =
    [
        new { step = "drop_duplicates", parameters = new { columns = new[] { "Id" } } },
        new { step = "fill_missing", parameters = new { columns = new[] { "Bare.nuclei" }, method = "median" } },
        new { step = "derive_column", parameters = new { name = "size", expression = "\"Cell.size\" + \"Cell.shape\"" } },
        new { step = "drop_columns", parameters = new { columns = new[] { "Id" } } },
    ];

    public static TheoryData<HubBackend> Backends => [HubBackend.SqliteAndDisk, HubBackend.PostgresAndS3];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_messy_file_is_tried_on_a_sample_and_becomes_the_next_version(HubBackend backend)
    {
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("BreastCancer.csv"));
        var version = $"datasets/{dataset}/versions/1";

        var catalog = await ada.GetAsync("recipe-steps");
        Assert.Contains(catalog.At("items").EnumerateArray(), s => s.Text("name") == "fill_missing" && s.At("fitted").GetBoolean() && s.At("parameters").GetArrayLength() > 2);

        var preview = await ada.PostAsync($"{version}/preview", new { steps = _steps, sampleRows = 1000 }, HttpStatusCode.OK);
        Assert.Equal([54d, 0d, 0d, 0d], preview.At("steps").EnumerateArray().Select(s => s.Number("rowsRemoved")));
        Assert.True(preview.Number("steps", 1, "cellsChanged") > 0);
        Assert.Equal([0d, 0d, 1d, 0d], preview.At("steps").EnumerateArray().Select(s => s.Number("columnsAdded")));
        Assert.Equal(645, preview.At("rows").GetArrayLength());

        var broken = await ada.PostAsync($"{version}/preview", new { steps = new[] { new { step = "drop_columns", parameters = new { columns = new[] { "class" } } } } }, HttpStatusCode.OK);
        Assert.Equal(("UNKNOWN_COLUMN", "columns", "Class"), (broken.Text("steps", 0, "error", "code"), broken.Text("steps", 0, "error", "parameter"), broken.Text("steps", 0, "error", "suggestion")));

        var accepted = await ada.PostAsync($"{version}/prepare", new { steps = _steps, message = "One row per case" }, HttpStatusCode.Accepted);
        await ada.WaitForJobAsync(accepted.Text("job", "id"));
        var made = await ada.GetAsync($"datasets/{dataset}/versions/2");
        Assert.Equal(("ready", "recipe", "One row per case"), (made.Text("state"), made.Text("cause"), made.Text("message")));
        Assert.Equal((645d, 11d, 1d), (made.Number("rowCount"), made.Number("columnCount"), made.Number("parent")));
        Assert.Equal(4, made.At("recipe", "steps").GetArrayLength());
        Assert.Equal(54, made.Number("recipe", "effects", 0, "rowsRemoved"));
        var rows = await ada.GetAsync($"datasets/{dataset}/versions/2/rows?limit=5&sort=size:desc");
        Assert.Equal((645d, 20d), (rows.Number("totalRows"), rows.Number("rows", 0, 10)));
        Assert.Equal(0, (await ada.GetAsync($"datasets/{dataset}/versions/2/profile")).At("columns").EnumerateArray().Single(c => c.Text("name") == "Bare.nuclei").Number("missing"));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task What_cannot_be_done_is_refused_and_strangers_find_nothing(HubBackend backend)
    {
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        using var eve = server.CreateClient();
        await ada.RegisterAsync();
        await eve.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("airquality.csv"));
        var version = $"datasets/{dataset}/versions/1";

        foreach (var path in new[] { $"{version}/preview", $"{version}/prepare" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await eve.TryAsync(HttpMethod.Post, path, new { steps = _steps })).Status);
        }

        Assert.Equal("UNKNOWN_STEP", (await ada.TryAsync(HttpMethod.Post, $"{version}/prepare", new { steps = new[] { new { step = "nope" } } })).Code);
        Assert.Equal("NO_STEPS", (await ada.TryAsync(HttpMethod.Post, $"{version}/prepare", new { steps = Array.Empty<object>() })).Code);
        Assert.Equal("NO_STEPS", (await ada.TryAsync(HttpMethod.Post, $"{version}/preview", new { })).Code);
        Assert.Equal("UNKNOWN_FIELD", (await ada.TryAsync(HttpMethod.Post, $"{version}/preview", new { steps = _steps, nonsense = 1 })).Code);
        var wrong = await ada.TryAsync(HttpMethod.Post, $"{version}/prepare", new { steps = new[] { new { step = "min_max", parameters = new { columns = new[] { "Ozon" } } } } });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "UNKNOWN_COLUMN", true), (wrong.Status, wrong.Code, wrong.Body.At("errors").Has("steps[0].parameters.columns")));

        var empty = await ada.PostAsync($"{version}/prepare", new { steps = new[] { new { step = "filter_rows", parameters = new { filter = "Temp > 1000" } } } }, HttpStatusCode.Accepted);
        Assert.Equal("NO_ROWS", (await ada.WaitForEndAsync(empty.Text("job", "id"))).Text("errorCode"));
        Assert.Equal("failed", (await ada.GetAsync($"datasets/{dataset}/versions/2")).Text("state"));

        var sql = await ada.PostAsync($"{version}/preview", new { steps = new[] { new { step = "sql", parameters = new { sql = "SELECT * FROM read_csv('/etc/passwd')" } } } }, HttpStatusCode.OK);
        Assert.Equal(("failed", "sql"), (sql.Text("steps", 0, "state"), sql.Text("steps", 0, "error", "parameter")));
        Assert.DoesNotContain("root:", sql.GetRawText(), StringComparison.Ordinal);
    }

    /// <summary>Means of the months as R documents them for this table.</summary>
    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_query_among_the_steps_makes_a_version_once_for_editors_and_stays_out_of_models(HubBackend backend)
    {
        // The first query of a server waits for the walls to be tested.
        await using var server = await HubServer.StartAsync(backend, new Dictionary<string, string> { ["MLHub:Recipes:PreviewSeconds"] = "120" });
        using var ada = server.CreateClient();
        using var eve = server.CreateClient();
        await ada.RegisterAsync();
        await eve.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("airquality.csv"));
        var version = $"datasets/{dataset}/versions/1";
        object[] steps =
        [
            new { step = "drop_columns", parameters = new { columns = new[] { "Ozone" } } },
            new { step = "sql", parameters = new { sql = "SELECT Month, count(*) AS days, avg(Temp) AS Temp FROM dataset GROUP BY Month ORDER BY Month" } },
            new { step = "round", parameters = new { columns = new[] { "Temp" }, digits = 2 } },
        ];

        var preview = await ada.PostAsync($"{version}/preview", new { steps, sampleRows = 1000 }, HttpStatusCode.OK);
        Assert.Equal(["done", "done", "done"], preview.At("steps").EnumerateArray().Select(s => s.Text("state")));
        Assert.Equal("5 31 65.55, 6 30 79.1, 7 31 83.9, 8 31 83.97, 9 30 76.9", Table(preview));
        var blind = await ada.PostAsync($"{version}/preview", new { steps = new[] { steps[0], new { step = "sql", parameters = new { sql = "SELECT Ozone FROM dataset" } } } }, HttpStatusCode.OK);
        Assert.Equal(("failed", "SQL_ERROR"), (blind.Text("steps", 1, "state"), blind.Text("steps", 1, "error", "code")));

        await ada.PutAsync($"workspaces/{ada.WorkspaceId}/members", new { email = eve.Email, role = "reader" });
        Assert.Equal(HttpStatusCode.OK, (await eve.TryAsync(HttpMethod.Post, $"{version}/preview", new { steps })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await eve.TryAsync(HttpMethod.Post, $"{version}/prepare", new { steps })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await eve.TryAsync(HttpMethod.Post, $"datasets/{dataset}/restore", new { version = 1 })).Status);

        var first = await KeyedAsync(ada, $"{version}/prepare", "prepare-1", new { steps, message = "By month" });
        var again = await KeyedAsync(ada, $"{version}/prepare", "prepare-1", new { steps, message = "By month" });
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted, "true"), (first.Status, again.Status, again.Headers["Idempotency-Replayed"]));
        Assert.Equal(first.Body.Text("job", "id"), again.Body.Text("job", "id"));
        await ada.WaitForJobAsync(first.Body.Text("job", "id"));
        Assert.Equal("5 31 65.55, 6 30 79.1, 7 31 83.9, 8 31 83.97, 9 30 76.9", Table(await ada.GetAsync($"datasets/{dataset}/versions/2/rows?limit=10")));

        var restored = await KeyedAsync(ada, $"datasets/{dataset}/restore", "restore-1", new { version = 1 });
        Assert.Equal(restored.Body.Number("version", "number"), (await KeyedAsync(ada, $"datasets/{dataset}/restore", "restore-1", new { version = 1 })).Body.Number("version", "number"));
        var reimported = await KeyedAsync(ada, $"{version}/reimport", "reimport-1", new { });
        Assert.Equal(reimported.Body.Text("job", "id"), (await KeyedAsync(ada, $"{version}/reimport", "reimport-1", new { })).Body.Text("job", "id"));
        await ada.WaitForEndAsync(reimported.Body.Text("job", "id"));
        Assert.Equal([4d, 3d, 2d, 1d], (await ada.GetAsync($"datasets/{dataset}/versions")).At("items").EnumerateArray().Select(v => v.Number("number")));

        var experiment = await ada.CreateExperimentAsync("months");
        var trained = await ada.TryAsync(HttpMethod.Post, $"experiments/{experiment}/train", new { datasetId = dataset, datasetVersion = 1, task = "regression", target = "Wind", algorithm = "lightgbm", steps });
        Assert.Equal("NOT_IN_MODEL", trained.Code);
    }

    private static string Table(JsonElement answer) => string.Join(", ", answer.At("rows").EnumerateArray().Select(r => string.Join(' ', r.EnumerateArray().Select(c => c.GetRawText()))));

    private static async Task<HubAnswer> KeyedAsync(HubClient client, string path, string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: HubJson.Options) };
        request.Headers.Add("Idempotency-Key", key);
        return await client.TryAsync(request);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_workspace_keeps_recipes_under_names(HubBackend backend)
    {
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        using var eve = server.CreateClient();
        await ada.RegisterAsync();
        await eve.RegisterAsync();
        var recipes = $"workspaces/{ada.WorkspaceId}/recipes";

        var made = await ada.PostAsync(recipes, new { name = "Cases", steps = _steps }, HttpStatusCode.Created);
        var path = $"{recipes}/{made.Text("id")}";
        Assert.Equal(HttpStatusCode.Conflict, (await ada.TryAsync(HttpMethod.Post, recipes, new { name = "cases", steps = _steps })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await eve.TryAsync(HttpMethod.Get, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await eve.TryAsync(HttpMethod.Delete, path)).Status);
        await ada.SendAsync(HttpMethod.Patch, path, new { name = "Single cases" }, HttpStatusCode.OK);
        var listed = await ada.GetAsync(recipes);
        Assert.Equal(("Single cases", 4), (listed.Text("items", 0, "name"), listed.At("items", 0, "steps").GetArrayLength()));
        await ada.SendAsync(HttpMethod.Delete, path, null, HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.TryAsync(HttpMethod.Get, path)).Status);
    }
}
