using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MLHub.Core.Datasets;
using MLHub.Tests.Datasets;
using MLHub.Tests.Support;

namespace MLHub.Tests.Journeys;

/// <summary>Every format as a program imports it: send, look, change an option, import, read; on both ways of keeping state.</summary>
[Trait(Category.Trait, Category.Slow)]
public sealed class FormatJourneyTests
{
    public static TheoryData<HubBackend> Backends => [HubBackend.SqliteAndDisk, HubBackend.PostgresAndS3];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Each_format_is_looked_at_and_imported_with_a_changed_option(HubBackend backend)
    {
        await using var server = await HubServer.StartAsync(backend);
        using var ada = server.CreateClient();
        await ada.RegisterAsync();

        await ImportAsync(ada, "days.csv", "day;n\n01/02/2024;1,5\n03/04/2024;2,5\n"u8.ToArray(), "dateOrder", new { dateOrder = "dayFirst" }, "day:date n:number", "2024-02-01");
        await ImportAsync(ada, "days.tsv.gz", ImportTests.Gzip("day\tn\n01/02/2024\t1\n03/04/2024\t2\n"), "dateOrder", new { dateOrder = "monthFirst" }, "day:date n:integer", "2024-01-02");
        await ImportAsync(ada, "columns.json", "{\"a\":[1,2],\"b\":[\"x\",\"y\"]}"u8.ToArray(), "layout", new { layout = "columns", types = new { a = "number" } }, "a:number b:text", "1");
        await ImportAsync(ada, "lines.ndjson", "{\"a\":{\"b\":1}}\n{\"a\":{\"b\":2}}\n"u8.ToArray(), null, new { flattenDepth = 0 }, "a:text", "{\"b\":1}");
        await ImportAsync(ada, "book.xlsx", new TestWorkbook().Sheet("one", [["a"], [1]]).Sheet("two", [["b"], ["7"]]).Bytes(), "sheet", new { sheet = "two" }, "b:integer", "7");
        await ImportAsync(ada, "old.xls", await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Datasets", "files", "dates1904.xls")), null, new { exclude = new[] { "moment", "clock", "n", "word" } }, "day:date", "2024-02-29");
        await ImportAsync(ada, "table.parquet", Parquet(), null, new { types = new { a = "text" } }, "a:text", "5");
    }

    [Fact]
    public async Task What_is_open_is_refused_by_name_and_a_failed_import_is_repeated_without_sending_the_file_again()
    {
        await using var server = await HubServer.StartAsync();
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        using var eve = server.CreateClient();
        await eve.RegisterAsync();
        var ragged = Encoding.UTF8.GetBytes("a,b,c\n1,2,3\n4,5\n6,7,8\n");

        var refused = await SendFormAsync(ada, "ragged.csv", ragged, null);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "RAGGED_ROWS"), (refused.Status, refused.Code));
        Assert.True(refused.Body.At("errors").Has("options.ragged"));
        var accepted = await SendFormAsync(ada, "ragged.csv", ragged, "{\"acceptDefaults\":true}");
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        Assert.Equal("failed", (await ada.WaitForEndAsync(accepted.Body.Text("job", "id"))).Text("state"));
        var dataset = accepted.Body.Text("dataset", "id");

        Assert.Equal(ragged, await ada.Http.GetByteArrayAsync(new Uri($"datasets/{dataset}/versions/1/download?format=original", UriKind.Relative)));
        var preview = await ada.PostAsync($"datasets/{dataset}/versions/1/preview-import", new { options = new { ragged = "pad" } }, HttpStatusCode.OK);
        Assert.Equal(3, preview.At("rows").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, (await eve.TryAsync(HttpMethod.Post, $"datasets/{dataset}/versions/1/preview-import", new { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await eve.TryAsync(HttpMethod.Post, $"datasets/{dataset}/versions/1/reimport", new { })).Status);
        Assert.Equal("UNKNOWN_FIELD", (await ada.TryAsync(HttpMethod.Post, $"datasets/{dataset}/versions/1/reimport", new { options = new { raged = "pad" } })).Code);
        var again = await ada.PostAsync($"datasets/{dataset}/versions/1/reimport", new { options = new { ragged = "pad" }, message = "filled up" }, HttpStatusCode.Accepted);
        await ada.WaitForJobAsync(again.Text("job", "id"));

        var version = await ada.GetAsync($"datasets/{dataset}/versions/2");
        Assert.Equal(("ready", 1, "upload", "filled up"), (version.Text("state"), version.Number("parent"), version.Text("cause"), version.Text("message")));
        Assert.Equal(3, version.Number("rowCount"));
    }

    [Fact]
    public async Task A_parquet_file_that_breaks_the_reader_does_not_break_the_server()
    {
        await using var server = await HubServer.StartAsync();
        using var ada = server.CreateClient();
        await ada.RegisterAsync();
        var good = Parquet();
        var random = new Random(3);

        for (var i = 0; i < 3; i++)
        {
            var bytes = good.ToArray();
            bytes[random.Next(4, bytes.Length - 8)] ^= 0xFF;
            var accepted = await SendFormAsync(ada, "t.parquet", bytes, "{\"acceptDefaults\":true}");
            await ada.WaitForEndAsync(accepted.Body.Text("job", "id"));
        }

        Assert.Equal(HttpStatusCode.OK, (await ada.TryAsync(HttpMethod.Get, "users/me")).Status);
    }

    private static async Task ImportAsync(HubClient client, string name, byte[] content, string? asked, object options, string schema, string firstCell)
    {
        var upload = await HoldAsync(client, name, content);
        var before = await client.PostAsync($"uploads/{upload}/preview", new { }, HttpStatusCode.OK);
        Assert.Equal(asked is null ? [] : [asked], before.At("questions").EnumerateArray().Select(q => q.Text("option")));
        if (asked is not null)
        {
            var refused = await client.TryAsync(HttpMethod.Post, $"uploads/{upload}/import", new { });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.True(refused.Body.At("errors").Has($"options.{asked}"), refused.Text);
        }

        var preview = await client.PostAsync($"uploads/{upload}/preview", new { options }, HttpStatusCode.OK);
        Assert.Equal(0, preview.At("questions").GetArrayLength());
        var accepted = await client.PostAsync($"uploads/{upload}/import", new { name, options }, HttpStatusCode.Accepted);
        var again = await client.PostAsync($"uploads/{upload}/import", new { name, options }, HttpStatusCode.Accepted);
        await client.WaitForJobAsync(accepted.Text("job", "id"));

        Assert.Equal(accepted.Text("dataset", "id"), again.Text("dataset", "id"));
        var version = await client.GetAsync($"datasets/{accepted.Text("dataset", "id")}/versions/1");
        Assert.Equal((name, schema), (name, string.Join(' ', version.At("columns").EnumerateArray().Select(c => $"{c.Text("name")}:{c.Text("type")}"))));
        var rows = await client.GetAsync($"datasets/{accepted.Text("dataset", "id")}/versions/1/rows?limit=1");
        Assert.Equal((name, firstCell), (name, rows.At("rows", 0, 0).ToString()));
        Assert.Equal("imported", (await client.GetAsync($"uploads/{upload}")).Text("state"));
    }

    private static async Task<string> HoldAsync(HubClient client, string name, byte[] content)
    {
        using var open = new HttpRequestMessage(HttpMethod.Post, "uploads");
        open.Headers.Add("Tus-Resumable", "1.0.0");
        open.Headers.Add("Upload-Length", content.Length.ToString(CultureInfo.InvariantCulture));
        open.Headers.Add("Upload-Metadata", $"filename {Encode(name)},workspaceId {Encode(client.WorkspaceId)},hold {Encode("1")}");
        var opened = await client.TryAsync(open);
        Assert.Equal(HttpStatusCode.Created, opened.Status);
        var id = opened.Body.Text("id");
        using var send = new HttpRequestMessage(HttpMethod.Patch, $"uploads/{id}") { Content = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } } };
        send.Headers.Add("Tus-Resumable", "1.0.0");
        send.Headers.Add("Upload-Offset", "0");
        Assert.Equal(HttpStatusCode.NoContent, (await client.TryAsync(send)).Status);
        Assert.Equal("held", (await client.GetAsync($"uploads/{id}")).Text("state"));
        return id;
    }

    private static async Task<HubAnswer> SendFormAsync(HubClient client, string name, byte[] content, string? options)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", name } };
        if (options is not null)
        {
            form.Add(new StringContent(options), "options");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"workspaces/{client.WorkspaceId}/datasets") { Content = form };
        return await client.TryAsync(request);
    }

    private static byte[] Parquet()
    {
        using var folder = new TestFolder();
        using var connection = Sql.Open(null, folder.Path, 1, 512L * 1024 * 1024);
        connection.Run($"COPY (SELECT i + 5 AS a FROM range(2000) t(i)) TO {Sql.Text(folder.File("t.parquet"))} (FORMAT parquet)");
        return File.ReadAllBytes(folder.File("t.parquet"));
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
