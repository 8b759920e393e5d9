using System.Net;
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
