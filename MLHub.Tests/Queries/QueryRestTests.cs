using System.Net;
using MLHub.Tests.Support;

namespace MLHub.Tests.Queries;

/// <summary>SQL over REST against the real program, on both ways of keeping state.</summary>
[Trait(Category.Trait, Category.Slow)]
public sealed class QueryRestTests
{
    public static TheoryData<HubBackend> Backends => [HubBackend.SqliteAndDisk, HubBackend.PostgresAndS3];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_dataset_is_asked_by_SQL_and_an_answer_is_saved(HubBackend backend)
    {
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var dataset = await ada.ImportAsync(TestData.Path("PimaIndiansDiabetes2.csv"));
        var query = $"datasets/{dataset}/versions/1/query";

        var rows = await ada.PostAsync(query, new { sql = "SELECT diabetes, count(*) AS n, round(avg(glucose), 3) AS mean FROM dataset GROUP BY ALL ORDER BY 1" }, HttpStatusCode.OK);
        Assert.Equal("neg 500 110.644, pos 268 142.32", string.Join(", ", rows.At("rows").EnumerateArray().Select(r => $"{r[0]} {r[1]} {r[2]}")));
        Assert.Equal(2, rows.Number("totalRows"));
        var some = await ada.PostAsync(query, new { sql = "FROM dataset", limit = 5 }, HttpStatusCode.OK);
        Assert.Equal(5, some.At("rows").GetArrayLength());
        Assert.True(some.At("hasMore").GetBoolean());

        await RefusedAsync(ada, query, "SELECT * FROM read_text('/etc/passwd')", "SQL_REFUSED");
        await RefusedAsync(ada, query, "SELECT nothing FROM dataset", "SQL_ERROR");
        var unknown = await ada.TryAsync(HttpMethod.Post, query, new { sql = "SELECT 1", more = 1 });
        Assert.Equal("UNKNOWN_FIELD", unknown.Code);

        var saved = await ada.PostAsync(query + "/save", new { sql = "SELECT * FROM dataset WHERE diabetes = 'pos'", message = "Only the ill" }, HttpStatusCode.Accepted);
        Assert.Equal(2, saved.Number("version"));
        Assert.Equal("succeeded", (await ada.WaitForJobAsync(saved.Text("job", "id"))).Text("state"));
        var version = await ada.GetAsync($"datasets/{dataset}/versions/2");
        Assert.Equal("query 1 268 ready Only the ill", $"{version.Text("cause")} {version.Number("parent")} {version.Number("rowCount")} {version.Text("state")} {version.Text("message")}");
        Assert.Equal(268, (await ada.GetAsync($"datasets/{dataset}/versions/2/profile")).Number("rowCount"));

        var across = await ada.PostAsync(query, new { sql = "SELECT count(*) FROM dataset ANTI JOIN v2 USING (pregnant, glucose, age, pedigree, diabetes)" }, HttpStatusCode.OK);
        Assert.True(across.Number("rows", 0, 0) >= 495, across.ToString());
        var other = await ada.PostAsync(query + "/save", new { sql = "SELECT age, count(*) AS n FROM v2 GROUP BY age", name = "Ages of the ill" }, HttpStatusCode.Accepted);
        await ada.WaitForJobAsync(other.Text("job", "id"));
        Assert.Equal("Ages of the ill", (await ada.GetAsync($"datasets/{other.Text("datasetId")}")).Text("name"));

        Assert.Equal("source PimaIndiansDiabetes2 2, source PimaIndiansDiabetes2 1", await UsesAsync(ada, other.Text("datasetId"), 1));
        Assert.Equal("dataset Ages of the ill 1", await UsesAsync(ada, dataset, 1));
        Assert.Equal("dataset Ages of the ill 1", await UsesAsync(ada, dataset, 2));

        var heavy = await ada.PostAsync(query + "/save", new { sql = "SELECT count(*) AS n FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 3", name = "Takes a day" }, HttpStatusCode.Accepted);
        await ada.PostAsync($"jobs/{heavy.Text("job", "id")}/cancel", new { }, HttpStatusCode.Accepted);
        await RefusedAsync(ada, query + "/save", "SELECT nothing FROM dataset", "SQL_ERROR");

        using var eve = server.CreateClient();
        await eve.RegisterAsync();
        var stranger = await eve.TryAsync(HttpMethod.Post, query, new { sql = "SELECT 1" });
        Assert.Equal(HttpStatusCode.NotFound, stranger.Status);
        var save = await eve.TryAsync(HttpMethod.Post, query + "/save", new { sql = "SELECT 1", name = "Mine" });
        Assert.Equal(HttpStatusCode.NotFound, save.Status);
        var audit = await ada.GetAsync($"workspaces/{ada.WorkspaceId}/audit?pageSize=100");
        Assert.Contains(audit.At("items").EnumerateArray(), e => e.Text("action") == "dataset.query" && e.Text("detail").Contains("SQL_REFUSED", StringComparison.Ordinal));
    }

    private static async Task<string> UsesAsync(HubClient client, string dataset, int version) => string.Join(
        ", ", (await client.GetAsync($"datasets/{dataset}/versions/{version}/uses")).At("items").EnumerateArray().Select(u => $"{u.Text("kind")} {u.Text("name")} {u.Number("version")}"));

    private static async Task RefusedAsync(HubClient client, string path, string sql, string code)
    {
        var answer = await client.TryAsync(HttpMethod.Post, path, new { sql });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(code, answer.Code);
    }
}
