using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Jobs;
using MLHub.Tests.Api;
using MLHub.Tests.Support;

namespace MLHub.Tests.Workers;

/// <summary>What the routes of workers let through, and what not: tokens, leases, names of files, bytes.</summary>
public sealed class WorkerDoorTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly List<HttpClient> _clients = [];
    private InProcessHub _hub = null!;
    private HubClient _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await InProcessHub.StartAsync();
        _ada = new HubClient(_hub.Address);
        await _ada.RegisterAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _ada.Dispose();
        _clients.ForEach(c => c.Dispose());
        await _hub.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("mlh_wrk_0123456789_01234567890123456789012345678901_00000000")]
    public async Task Garbage_is_no_token(string? token)
    {
        using var nobody = Client(token);

        foreach (var path in new[] { "worker/hello", "worker/jobs", $"worker/jobs/{Guid.NewGuid():N}/beat", $"worker/jobs/{Guid.NewGuid():N}/finish" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.SendAsync(path, new { })).Status);
        }
    }

    [Fact]
    public async Task A_token_with_another_secret_is_refused_and_one_of_a_person_opens_nothing_here()
    {
        var token = await EnrolAsync("w1");
        var pat = (await _ada.PostAsync("users/me/tokens", new { name = "script", scopes = new[] { "read", "write" } }, HttpStatusCode.Created)).Text("token");

        Assert.Equal(HttpStatusCode.OK, (await _ada.TryAsync(HttpMethod.Get, "users/me")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await AskAsync(Client(token))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(Client(Forged(token)))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(Client(pat))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _ada.TryAsync(HttpMethod.Post, "worker/jobs", new { instance = "a", version = ProgramVersion.Text })).Status);
    }

    [Fact]
    public async Task The_token_of_a_worker_opens_nothing_but_the_routes_of_workers()
    {
        var worker = Client(await EnrolAsync("w1"));
        var (dataset, _) = await UploadAsync();

        foreach (var path in new[] { "users/me", "workspaces", $"datasets/{dataset}", $"datasets/{dataset}/versions/1/download?format=original", "workers" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await worker.ReadAsync(path)).Status);
        }
    }

    [Fact]
    public async Task Only_administrators_let_workers_in_and_what_they_do_is_written_down()
    {
        using var bob = new HubClient(_hub.Address);
        await bob.RegisterAsync();
        var pat = Client((await _ada.PostAsync("users/me/tokens", new { name = "script", scopes = new[] { "read", "write" } }, HttpStatusCode.Created)).Text("token"));
        var made = await _ada.PostAsync("workers", new { name = "w1" }, HttpStatusCode.Created);
        var worker = Client(made.Text("token"));
        var id = made.Text("id");

        Assert.Equal(HttpStatusCode.Forbidden, (await bob.TryAsync(HttpMethod.Get, "workers")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await bob.TryAsync(HttpMethod.Post, "workers", new { name = "mine" })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await bob.TryAsync(HttpMethod.Patch, $"workers/{id}", new { isDraining = true })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await bob.TryAsync(HttpMethod.Delete, $"workers/{id}")).Status);
        Assert.Equal("SIGN_IN_NEEDED", (await pat.SendAsync("workers", new { name = "from a script" })).Code);
        Assert.Equal(HttpStatusCode.Conflict, (await _ada.TryAsync(HttpMethod.Post, "workers", new { name = "w1" })).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _ada.TryAsync(HttpMethod.Post, "workers", new { name = " " })).Status);

        var listed = await _ada.TryAsync(HttpMethod.Get, "workers");
        Assert.DoesNotContain(made.Text("token"), listed.Text, StringComparison.Ordinal);

        await UploadAsync();
        await _ada.SendAsync(HttpMethod.Patch, $"workers/{id}", new { isDraining = true }, HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.NoContent, (await AskAsync(worker)).Status);
        await _ada.SendAsync(HttpMethod.Patch, $"workers/{id}", new { isDraining = false }, HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(worker)).Status);
        await _ada.SendAsync(HttpMethod.Delete, $"workers/{id}", null, HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(worker)).Status);

        await using var db = await _hub.Contexts.CreateDbContextAsync();
        var entries = await db.Set<AuditEntry>().Where(e => e.SubjectId == Guid.Parse(id)).OrderBy(e => e.Id).Select(e => e.Action).ToListAsync();
        Assert.Equal(["worker.create", "worker.drain", "worker.resume", "worker.remove"], entries);
    }

    [Fact]
    public async Task A_worker_of_another_version_gets_no_jobs_and_is_told_why()
    {
        var worker = Client(await EnrolAsync("old"));
        await UploadAsync();
        var facts = new { version = "0.1", machine = "cellar", labels = new[] { "gpu" }, slots = 1, cores = 4, memoryMegabytes = 4096 };

        Assert.Equal("OTHER_VERSION", (await worker.SendAsync("worker/hello", new { instance = "a", facts })).Code);
        Assert.Equal("OTHER_VERSION", (await worker.SendAsync("worker/jobs", new { instance = "a", version = "0.1" })).Code);

        var shown = (await _ada.GetAsync("workers")).At("items", 0);
        Assert.True(shown.At("isOutdated").GetBoolean());
        Assert.Equal(("cellar", "gpu"), (shown.Text("facts", "machine"), shown.Text("facts", "labels", 0)));
    }

    [Fact]
    public async Task A_lease_opens_its_own_job_to_its_own_worker_and_only_the_files_that_were_planned()
    {
        var (w1, w2) = (Client(await EnrolAsync("w1")), Client(await EnrolAsync("w2")));
        var (_, secret) = await UploadAsync("secret");
        await UploadAsync("plain");
        var first = (await AskAsync(w1)).Body;
        var second = (await AskAsync(w2)).Body;
        var (job, lease) = ($"worker/jobs/{first.Text("id")}", first.Text("leaseToken"));
        var (other, otherLease) = ($"worker/jobs/{second.Text("id")}", second.Text("leaseToken"));

        var input = first.At("inputs").EnumerateObject().Single();
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(w1, HttpMethod.Get, $"{job}/inputs/{input.Name}", lease)).Status);
        Assert.Equal("NO_LEASE", (await CallAsync(w1, HttpMethod.Get, $"{job}/inputs/{input.Name}", null)).Code);
        foreach (var (client, path, token) in new[] { (w1, job, otherLease), (w1, other, lease), (w1, other, otherLease), (w2, job, lease), (w1, job, new string('0', 32)) })
        {
            Assert.Equal(JobLease.Lost, (await CallAsync(client, HttpMethod.Get, $"{path}/inputs/{input.Name}", token)).Code);
            Assert.Equal(JobLease.Lost, (await CallAsync(client, HttpMethod.Post, $"{path}/beat", token, Report)).Code);
            Assert.Equal(JobLease.Lost, (await CallAsync(client, HttpMethod.Post, $"{path}/finish", token, new { result = new { } })).Code);
            Assert.Equal(JobLease.Lost, (await CallAsync(client, HttpMethod.Post, $"{path}/fail", token, new { state = "failed", code = "X", message = "x" })).Code);
            Assert.Equal(JobLease.Lost, (await CallAsync(client, HttpMethod.Post, $"{path}/release", token, new { countsAsAttempt = false })).Code);
            Assert.Equal(JobLease.Lost, (await PutAsync(client, $"{path}/outputs/rows.parquet", token, "x"u8.ToArray())).Code);
        }

        foreach (var name in new[] { "..%2f..%2fmlhub.db", "%2e%2e%2fkeys", secret, "%2fetc%2fpasswd", "rows.parquet%20", "mlhub.db" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await CallAsync(w1, HttpMethod.Get, $"{job}/inputs/{name}", lease)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await PutAsync(w1, $"{job}/outputs/{name}", lease, "x"u8.ToArray())).Status);
        }
    }

    [Fact]
    public async Task Outputs_are_what_their_hash_says_and_only_what_was_sent_is_taken_over()
    {
        var worker = Client(await EnrolAsync("w1"));
        var (dataset, _) = await UploadAsync();
        var job = (await AskAsync(worker)).Body;
        var (path, lease) = ($"worker/jobs/{job.Text("id")}", job.Text("leaseToken"));
        var output = job.Text("outputs", 0);
        var bytes = "not what was said"u8.ToArray();

        Assert.Equal("HASH_MISMATCH", (await PutAsync(worker, $"{path}/outputs/{output}", lease, bytes, new string('a', 64))).Code);
        Assert.Equal("BAD_HASH", (await PutAsync(worker, $"{path}/outputs/{output}", lease, bytes, "../../etc/passwd")).Code);
        Assert.Equal(HttpStatusCode.Created, (await PutAsync(worker, $"{path}/outputs/{output}", lease, bytes)).Status);

        // A result without its files, and one that names files itself, change nothing: the job is still held.
        var columns = new { columns = Array.Empty<object>(), rowCount = 1, report = new { format = "csv" } };
        foreach (var (result, code) in new (object, string)[]
        {
            (new { outputs = new { rows = new string('a', 64) } }, "BAD_RESULT"), (new { columns = (object?)null, rowCount = 1, report = new { } }, "BAD_RESULT"), ("done", "BAD_RESULT"), (columns, "OUTPUT_MISSING"),
        })
        {
            Assert.Equal(code, (await CallAsync(worker, HttpMethod.Post, $"{path}/finish", lease, new { result })).Code);
        }

        Assert.Equal("importing", (await _ada.GetAsync($"datasets/{dataset}/versions/1")).Text("state"));
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(worker, HttpMethod.Post, $"{path}/beat", lease, Report)).Status);

        // Failed by its worker: the version says so, and nothing more can be said about it.
        Assert.Equal("BAD_STATE", (await CallAsync(worker, HttpMethod.Post, $"{path}/fail", lease, new { state = "succeeded", code = "X", message = "x" })).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync(worker, HttpMethod.Post, $"{path}/fail", lease, new { state = "failed", code = "BROKEN", message = "It broke." })).Status);
        Assert.Equal("failed", (await _ada.GetAsync($"datasets/{dataset}/versions/1")).Text("state"));
        Assert.Equal(JobLease.Lost, (await CallAsync(worker, HttpMethod.Post, $"{path}/fail", lease, new { state = "failed", code = "BROKEN", message = "It broke." })).Code);
    }

    [Fact]
    public async Task A_report_that_comes_twice_is_written_once_and_a_cancel_rides_on_its_answer()
    {
        var worker = Client(await EnrolAsync("w1"));
        await UploadAsync();
        var job = (await AskAsync(worker)).Body;
        var (id, lease) = (job.Text("id"), job.Text("leaseToken"));
        var report = new { number = 1, progress = 0.5, stage = "reading", message = "half", lines = new[] { new { level = "information", text = "hello" } }, points = Array.Empty<object>() };

        var first = await CallAsync(worker, HttpMethod.Post, $"worker/jobs/{id}/beat", lease, report);
        await CallAsync(worker, HttpMethod.Post, $"worker/jobs/{id}/beat", lease, report);
        await _ada.PostAsync($"jobs/{id}/cancel", null, HttpStatusCode.Accepted);
        var told = await CallAsync(worker, HttpMethod.Post, $"worker/jobs/{id}/beat", lease, Report);

        Assert.False(first.Body.At("cancel").GetBoolean());
        Assert.True(told.Body.At("cancel").GetBoolean());
        await using var db = await _hub.Contexts.CreateDbContextAsync();
        Assert.Equal("hello", (await db.Set<JobLogLine>().Where(l => l.JobId == Guid.Parse(id)).SingleAsync()).Text);
    }

    [Fact]
    public async Task A_worker_that_begins_again_frees_the_jobs_of_its_former_life_and_of_no_other()
    {
        var (w1, w2) = (Client(await EnrolAsync("w1")), Client(await EnrolAsync("w2")));
        await UploadAsync("one");
        var before = (await AskAsync(w1)).Body;

        await HelloAsync(w2);
        Assert.Equal(HttpStatusCode.NoContent, (await AskAsync(w2)).Status);
        await HelloAsync(w1);
        var again = (await AskAsync(w1)).Body;

        Assert.Equal(before.Text("id"), again.Text("id"));
        Assert.Equal(2, again.Number("attempt"));
        Assert.Equal(JobLease.Lost, (await CallAsync(w1, HttpMethod.Post, $"worker/jobs/{before.Text("id")}/beat", before.Text("leaseToken"), Report)).Code);
    }

    private static object Report => new { number = 9, progress = 0.1, stage = "reading", message = (string?)null, lines = Array.Empty<object>(), points = Array.Empty<object>() };

    private async Task<string> EnrolAsync(string name) => (await _ada.PostAsync("workers", new { name }, HttpStatusCode.Created)).Text("token");

    private HttpClient Client(string? token)
    {
        var client = new HttpClient { BaseAddress = new Uri(_hub.Address, "/api/v1/") };
        if (token is not null)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        _clients.Add(client);
        return client;
    }

    private static Task<HubAnswer> AskAsync(HttpClient worker) => worker.SendAsync("worker/jobs", new { instance = "a1", version = ProgramVersion.Text });

    private static async Task HelloAsync(HttpClient worker)
    {
        var facts = new { version = ProgramVersion.Text, machine = "m", labels = Array.Empty<string>(), slots = 1, cores = 1, memoryMegabytes = 1024 };
        Assert.Equal(HttpStatusCode.NoContent, (await worker.SendAsync("worker/hello", new { instance = "a1", facts })).Status);
    }

    /// <returns>The dataset, and the hash of the bytes that were uploaded.</returns>
    private async Task<(string Dataset, string Hash)> UploadAsync(string name = "rows")
    {
        var file = _folder.File($"{name}-{Guid.NewGuid():N}.csv");
        var text = $"a,b\n1,{name}\n2,x\n";
        await File.WriteAllTextAsync(file, text);
        return ((await _ada.UploadAsync(file)).Text("dataset", "id"), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    private static Task<HubAnswer> CallAsync(HttpClient client, HttpMethod method, string path, string? lease, object? body = null) =>
        SendAsync(client, method, path, lease, body is null ? null : new StringContent(JsonSerializer.Serialize(body, HubJson.Options), Encoding.UTF8, "application/json"), null);

    private static Task<HubAnswer> PutAsync(HttpClient client, string path, string lease, byte[] bytes, string? hash = null) =>
        SendAsync(client, HttpMethod.Put, path, lease, new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } }, hash ?? Convert.ToHexStringLower(SHA256.HashData(bytes)));

    private static async Task<HubAnswer> SendAsync(HttpClient client, HttpMethod method, string path, string? lease, HttpContent? content, string? hash)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (lease is not null)
        {
            request.Headers.Add("MLHub-Lease", lease);
        }

        if (hash is not null)
        {
            request.Headers.Add("MLHub-SHA256", hash);
        }

        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true && text.Length > 0;
        return new(response.StatusCode, isJson ? JsonDocument.Parse(text).RootElement : default, text, new Dictionary<string, string>());
    }

    /// <summary>The same public part with another secret and a right check sum.</summary>
    private static string Forged(string token)
    {
        var body = token[..^9];
        var forged = body[..^1] + (body[^1] == 'a' ? 'b' : 'a');
        var crc = uint.MaxValue;
        foreach (var c in forged)
        {
            crc ^= c;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320u;
            }
        }

        return $"{forged}_{~crc:x8}";
    }
}
