using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Jobs;
using MLHub.Tests.Accounts;
using MLHub.Tests.Api;
using MLHub.Tests.Support;
using MLHub.Tests.Workspaces;

namespace MLHub.Tests.Audit;

/// <summary>
/// Every write leaves a line in the audit log. Each writing route of the API is called with what it takes to succeed, and the log is counted
/// around the call; a new route is missed here until somebody calls it or says why it leaves no line.
/// </summary>
[Trait(Category.Trait, Category.Slow)]
public sealed class AuditCoverageTests : IAsyncLifetime
{
    private const string Table = "a,b\n1,2\n";

    /// <summary>Routes that write by their method only, and such as a line would tell nothing.</summary>
    private static readonly Dictionary<string, string> Unaudited = new(StringComparer.Ordinal)
    {
        ["PATCH /api/v1/uploads/{uploadId:guid}"] = "Bytes on their way. Opening, ending and importing an upload are told of.",
        ["POST /api/v1/uploads/{uploadId:guid}/preview"] = "Changes nothing.",
        ["POST /api/v1/datasets/{datasetId:guid}/versions/{number:int}/preview-import"] = "Changes nothing.",
        ["POST /api/v1/datasets/{datasetId:guid}/versions/{number:int}/preview"] = "Changes nothing.",
        ["POST /api/v1/experiments/{experimentId:guid}/runs/search"] = "Changes nothing.",
        ["POST /api/v1/models/{modelId:guid}/predict"] = "Changes nothing; how often a model is asked is counted.",
        ["POST /api/v1/runs/{runId:guid}/metrics"] = "What a program reports while it runs. That the run was begun and how it ended are told of.",
        ["POST /api/v1/runs/{runId:guid}/heartbeat"] = "What a program reports while it runs.",
        ["POST /api/v1/auth/refresh"] = "Goes on with a session whose beginning was told of.",
        ["POST /api/v1/users/me/confirm"] = "Changes nothing that lasts; what is done with it is told of.",
        ["POST /api/v1/worker/hello"] = "A worker's own protocol: the job keeps who computed it and how it ended.",
        ["POST /api/v1/worker/jobs"] = "A worker's own protocol.",
        ["PUT /api/v1/worker/jobs/{jobId:guid}/outputs/{name}"] = "A worker's own protocol.",
        ["POST /api/v1/worker/jobs/{jobId:guid}/beat"] = "A worker's own protocol.",
        ["POST /api/v1/worker/jobs/{jobId:guid}/finish"] = "A worker's own protocol.",
        ["POST /api/v1/worker/jobs/{jobId:guid}/fail"] = "A worker's own protocol.",
        ["POST /api/v1/worker/jobs/{jobId:guid}/release"] = "A worker's own protocol.",
    };

    private readonly DeedRecorder _recorder = new();
    private SceneHub _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await SceneHub.StartAsync(builder => builder.Services.AddSingleton<IStartupFilter>(_recorder));

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task Every_write_leaves_a_line_in_the_audit_log()
    {
        await WorkspacesAsync();
        await DatasetsAsync();
        await UploadsAsync();
        await RecipesAsync();
        await ExperimentsAsync();
        await RunsAsync();
        await ModelsAsync();
        await SharingAsync();
        await WorkersAsync();
        await AccountAsync();

        var writes = ((IEndpointRouteBuilder)_stage.Hub.App).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith("api/v1/", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} /{e.RoutePattern.RawText!.TrimStart('/')}"))
            .Where(r => r[..r.IndexOf(' ', StringComparison.Ordinal)] is "POST" or "PUT" or "PATCH" or "DELETE").ToHashSet(StringComparer.Ordinal);
        var told = _recorder.Deeds.Where(d => d.Status is >= 200 and < 300 && d.Entries > 0).Select(d => d.Route).ToHashSet(StringComparer.Ordinal);
        Assert.True(writes.Count > 60, "The routes of the API were not found.");
        var wrong = Unaudited.Keys.Except(writes).Select(r => $"{r} is no route that writes")
            .Concat(_recorder.Deeds.Where(d => writes.Contains(d.Route) && !Unaudited.ContainsKey(d.Route) && d.Status is >= 200 and < 300 && d.Entries == 0).Select(d => $"{d.Route} left no line"))
            .Concat(writes.Except(told).Except(Unaudited.Keys).Select(r => $"{r} was not called here"));
        Assert.Equal("", string.Join('\n', wrong));
    }

    private async Task WorkspacesAsync()
    {
        var (ada, adaMail) = await RegisterAsync("ada");
        var made = (await DoAsync("POST", "workspaces", new { name = "Churn" })).Text("id");
        await DoAsync("PATCH", $"workspaces/{made}", new { description = "Who leaves" });
        var member = await DoAsync("PUT", $"workspaces/{made}/members", new { email = adaMail, role = "reader" });
        await DoAsync("DELETE", $"workspaces/{made}/members/{member.Text("userId")}");
        var link = await DoAsync("POST", $"workspaces/{made}/invitations", new { role = "reader", maxUses = 2 });
        var renewed = await DoAsync("POST", $"workspaces/{made}/invitations/{link.Text("id")}/renew");
        await DoAsync("POST", $"invitations/{renewed.Text("link").Split('/')[^1]}/accept", token: ada);
        await DoAsync("DELETE", $"workspaces/{made}/invitations/{link.Text("id")}");
        foreach (var answer in new[] { "decline", "accept" })
        {
            var (bob, bobMail) = await RegisterAsync($"bob-{answer}");
            await ConfirmAsync(bobMail);
            var invitation = await DoAsync("POST", $"workspaces/{made}/invitations", new { role = "reader", email = bobMail });
            await DoAsync("POST", $"users/me/invitations/{invitation.Text("id")}/{answer}", token: bob);
        }

        await DoAsync("DELETE", $"workspaces/{made}");
    }

    private async Task DatasetsAsync()
    {
        var things = await _stage.Scene.FreshAsync(ThingState.Private);
        var (workspace, dataset) = ($"workspaces/{things.WorkspaceId:N}", $"datasets/{things.DatasetId:N}");
        var uploaded = await UploadAsync($"{workspace}/datasets");
        await DoAsync("POST", $"datasets/{uploaded.Text("dataset", "id")}/versions/1/reimport", new { message = "Again" });
        await DoAsync("PATCH", dataset, new { description = "Ones" });
        await UploadAsync($"{dataset}/versions");
        await DoAsync("POST", $"{dataset}/versions/1/prepare", new { steps = new[] { new { step = "drop_duplicates", parameters = new { } } } });
        await DoAsync("PATCH", $"{dataset}/versions/1", new { tags = new[] { "golden" } });
        await DoAsync("POST", $"{dataset}/restore", new { version = 1 });
        await DoAsync("POST", $"{dataset}/versions/1/query", new { sql = "SELECT a FROM dataset" });
        await DoAsync("POST", $"{dataset}/versions/1/query/save", new { sql = "SELECT a FROM dataset", name = "Asked" });
        var twice = $"datasets/{(await _stage.Scene.FreshAsync(ThingState.Private)).DatasetId:N}";
        await DoAsync("POST", $"{twice}/restore", new { version = 1 });
        await DoAsync("DELETE", $"{twice}/versions/1");
        var item = (await DoAsync("GET", $"{workspace}/trash")).At("items", 0).Text("id");
        await DoAsync("POST", $"{workspace}/trash/{item}/restore", new { });
        await DoAsync("DELETE", dataset);
        await DoAsync("DELETE", $"{workspace}/trash/{(await DoAsync("GET", $"{workspace}/trash")).At("items", 0).Text("id")}");
        await DoAsync("DELETE", $"datasets/{(await _stage.Scene.FreshAsync(ThingState.Private)).DatasetId:N}");
        await DoAsync("DELETE", $"{workspace}/trash");
    }

    private async Task UploadsAsync()
    {
        var workspace = (await _stage.Scene.FreshAsync(ThingState.Private)).WorkspaceId.ToString("N");
        var aborted = await OpenAsync(workspace, hold: false);
        await DoAsync("DELETE", aborted);
        var held = await OpenAsync(workspace, hold: true);
        using var bytes = new ByteArrayContent(Encoding.UTF8.GetBytes(Table)) { Headers = { ContentType = new("application/offset+octet-stream") } };
        await SendAsync("PATCH", held, bytes, null, ("Tus-Resumable", "1.0.0"), ("Upload-Offset", "0"));
        await DoAsync("POST", $"{held}/import", new { name = "Held" });
    }

    private async Task RecipesAsync()
    {
        var recipes = $"workspaces/{(await _stage.Scene.FreshAsync(ThingState.Private)).WorkspaceId:N}/recipes";
        var steps = new[] { new { step = "drop_duplicates", parameters = new { } } };
        var kept = (await DoAsync("POST", recipes, new { name = "Once", steps })).Text("id");
        await DoAsync("PATCH", $"{recipes}/{kept}", new { description = "No row twice" });
        await DoAsync("DELETE", $"{recipes}/{kept}");
    }

    private async Task ExperimentsAsync()
    {
        var things = await _stage.Scene.FreshAsync(ThingState.Private);
        var made = $"experiments/{(await DoAsync("POST", $"workspaces/{things.WorkspaceId:N}/experiments", new { name = "Groups" })).Text("id")}";
        await DoAsync("PATCH", made, new { description = "Which are alike" });
        await DoAsync("POST", $"{made}/train", new { datasetId = things.DatasetId, task = "clustering", algorithm = "k-means" });
        await DoAsync("POST", $"{made}/search", new { datasetId = things.DatasetId, task = "regression", target = "a", algorithms = new[] { "lightgbm", "fast-tree" } });
        await DoAsync("DELETE", $"experiments/{things.ExperimentId:N}");
    }

    private async Task RunsAsync()
    {
        var things = await _stage.Scene.FreshAsync(ThingState.Private);
        var run = $"runs/{things.RunId:N}";
        await DoAsync("PATCH", run, new { note = "Good" });
        await DoAsync("POST", $"{run}/tags", new { tags = new { baseline = "" } });
        await DoAsync("DELETE", $"{run}/tags/baseline");
        await DoAsync("POST", $"{run}/archive");
        await DoAsync("POST", $"{run}/unarchive");
        var again = await DoAsync("POST", $"{run}/rerun");
        await StartAsync(Guid.Parse(again.Text("job", "id")));
        await DoAsync("POST", $"runs/{again.Text("run", "id")}/finish");
        await DoAsync("POST", $"jobs/{again.Text("job", "id")}/cancel");
        await DoAsync("DELETE", run);
        await DoAsync("POST", $"{run}/restore");

        var outside = $"runs/{(await DoAsync("POST", $"experiments/{things.ExperimentId:N}/runs", new { name = "Outside" })).Text("id")}";
        await DoAsync("POST", $"{outside}/parameters", new { parameters = new { rate = 0.1 } });
        using var file = new StringContent("hello");
        await SendAsync("PUT", $"{outside}/artifacts/notes/a.txt", file, null);
        await DoAsync("DELETE", $"{outside}/artifacts/notes/a.txt");
        await DoAsync("POST", $"{outside}/cancel");
    }

    private async Task ModelsAsync()
    {
        var things = await _stage.Scene.FreshAsync(ThingState.Private);
        var model = $"models/{(await DoAsync("POST", $"workspaces/{things.WorkspaceId:N}/models", new { name = "Leavers", task = "binary" })).Text("id")}";
        await DoAsync("PATCH", model, new { description = "Who leaves" });
        await DoAsync("POST", $"{model}/versions", new { runId = things.RunId });
        await DoAsync("PUT", $"{model}/aliases/challenger", new { version = 1 });
        await DoAsync("DELETE", $"{model}/aliases/challenger");
        await DoAsync("POST", $"models/{things.ModelId:N}/batch-predict", new { datasetId = things.DatasetId });
        await DoAsync("DELETE", model);
    }

    private async Task SharingAsync()
    {
        var things = await _stage.Scene.FreshAsync(ThingState.Private);
        var (_, mail) = await RegisterAsync("carol");
        foreach (var thing in new[] { $"datasets/{things.DatasetId:N}", $"models/{things.ModelId:N}" })
        {
            await DoAsync("PUT", $"{thing}/visibility", new { visibility = "public" });
            var grant = await DoAsync("PUT", $"{thing}/collaborators", new { email = mail, role = "reader" });
            await DoAsync("DELETE", $"{thing}/collaborators/{grant.Text("userId")}");
        }
    }

    private async Task WorkersAsync()
    {
        var administrator = _stage.TokenOf("administrator");
        var worker = $"workers/{(await DoAsync("POST", "workers", new { name = "gpu-1" }, administrator)).Text("id")}";
        await DoAsync("PATCH", worker, new { isDraining = true }, administrator);
        await DoAsync("DELETE", worker, token: administrator);
    }

    private async Task AccountAsync()
    {
        var (token, mail) = await RegisterAsync("dora");
        var other = await DoAsync("POST", "auth/login", new { email = mail, password = ApiHost.Password });
        await DoAsync("POST", "auth/logout", new { refreshToken = other.Text("refreshToken") });
        await DoAsync("POST", "auth/login", new { email = mail, password = ApiHost.Password });
        var sessions = await DoAsync("GET", "users/me/sessions", token: token);
        var open = sessions.At("items").EnumerateArray().First(s => !s.At("isThisOne").GetBoolean()).Text("id");
        await DoAsync("DELETE", $"users/me/sessions/{open}", token: token);
        await DoAsync("POST", "auth/login", new { email = mail, password = ApiHost.Password });
        await DoAsync("DELETE", "users/me/sessions", token: token);
        await DoAsync("PATCH", "users/me", new { bio = "Numbers" }, token);
        var access = await DoAsync("POST", "users/me/tokens", new { name = "job", scopes = new[] { "read" }, expiresInDays = 1 }, token);
        await DoAsync("DELETE", $"users/me/tokens/{access.Text("id")}", token: token);

        var begun = await DoAsync("POST", "users/me/two-factor", new { password = ApiHost.Password }, token);
        var app = new AuthenticatorApp(begun.Text("secret"), TimeProvider.System);
        await DoAsync("POST", "users/me/two-factor/on", new { twoFactorCode = app.Next() }, token);
        await DoAsync("POST", "users/me/confirm", new { twoFactorCode = app.Next() }, token);
        var renewed = await DoAsync("POST", "users/me/two-factor/recovery-codes", token: token);
        await DoAsync("POST", "users/me/two-factor/off", new { password = ApiHost.Password, twoFactorCode = renewed.At("recoveryCodes", 0).GetString() }, token);
        await DoAsync("POST", "users/me/delete", new { password = ApiHost.Password }, token);
    }

    private async Task<(string Token, string Email)> RegisterAsync(string name)
    {
        var email = $"{name}@example.org";
        var answer = await DoAsync("POST", "auth/register", new { email, password = ApiHost.Password, displayName = name }, "");
        return (answer.Text("accessToken"), email);
    }

    private async Task ConfirmAsync(string email)
    {
        await using var db = await _stage.Hub.Contexts.CreateDbContextAsync();
        await db.Set<HubUser>().Where(u => u.Email == email).ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, true));
    }

    /// <summary>As if a worker had taken the job.</summary>
    private async Task StartAsync(Guid jobId)
    {
        await using var db = await _stage.Hub.Contexts.CreateDbContextAsync();
        await db.Set<Job>().Where(j => j.Id == jobId).ExecuteUpdateAsync(set => set.SetProperty(j => j.State, JobState.Running));
    }

    private async Task<JsonElement> UploadAsync(string path)
    {
        using var form = new MultipartFormDataContent { { new StringContent(Table), "file", "small.csv" } };
        return await SendAsync("POST", path, form, null);
    }

    private async Task<string> OpenAsync(string workspace, bool hold)
    {
        var metadata = $"filename {Encode("small.csv")},workspaceId {Encode(workspace)}{(hold ? $",hold {Encode("1")}" : "")}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/uploads");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _stage.TokenOf("owner"));
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", $"{Table.Length}");
        request.Headers.Add("Upload-Metadata", metadata);
        using var answer = await _stage.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return new Uri(_stage.Hub.Address, answer.Headers.Location!).AbsolutePath["/api/v1/".Length..];

        static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }

    private async Task<JsonElement> DoAsync(string method, string path, object? body = null, string? token = null)
    {
        using var content = body is null ? null : JsonContent.Create(body, options: HubJson.Options);
        return await SendAsync(method, path, content, token);
    }

    /// <param name="token">Absent: the owner's. Empty: nobody's.</param>
    private async Task<JsonElement> SendAsync(string method, string path, HttpContent? content, string? token, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"api/v1/{path}") { Content = content };
        request.Headers.Authorization = token == "" ? null : new AuthenticationHeaderValue("Bearer", token ?? _stage.TokenOf("owner"));
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var answer = await _stage.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path} answered {(int)answer.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
