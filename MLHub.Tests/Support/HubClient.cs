using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Tests.Support;

/// <summary>A program that uses MLHub over REST, as an outside one would: it knows the contract, not our types.</summary>
public sealed class HubClient(Uri address) : IDisposable
{
    public const string Password = "Correct-Horse-7-Battery";

    private static int _users;

    private readonly HttpClient _http = new() { BaseAddress = new Uri(address, "/api/v1/"), Timeout = TimeSpan.FromSeconds(100) * Patience.Factor };

    public HttpClient Http => _http;

    public string Email { get; private set; } = "";

    /// <summary>The signed-in user's own workspace.</summary>
    public string WorkspaceId { get; private set; } = "";

    /// <summary>Makes an account and signs in with it.</summary>
    public async Task<JsonElement> RegisterAsync(string? email = null)
    {
        Email = email ?? $"user{Interlocked.Increment(ref _users)}-{Guid.NewGuid():N}@example.org";
        var answer = await PostAsync("auth/register", new { email = Email, password = Password, displayName = "Ada Example" }, HttpStatusCode.Created);
        await UseAsync(answer);
        return answer;
    }

    public async Task<JsonElement> LoginAsync(string email)
    {
        Email = email;
        var answer = await PostAsync("auth/login", new { email, password = Password }, HttpStatusCode.OK);
        await UseAsync(answer);
        return answer;
    }

    public Task<JsonElement> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, HttpStatusCode.OK);

    public Task<JsonElement> PostAsync(string path, object? body, HttpStatusCode expected) => SendAsync(HttpMethod.Post, path, body, expected);

    public Task<JsonElement> PutAsync(string path, object body, HttpStatusCode expected = HttpStatusCode.OK) => SendAsync(HttpMethod.Put, path, body, expected);

    /// <exception cref="Xunit.Sdk.XunitException">Another status than the expected one came back.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, HttpStatusCode expected)
    {
        var answer = await TryAsync(method, path, body);
        if (answer.Status != expected)
        {
            Assert.Fail($"{method} {path} answered {(int)answer.Status} instead of {(int)expected}: {answer.Text}");
        }

        return answer.Body;
    }

    /// <summary>Whatever comes back, refusals too.</summary>
    public async Task<HubAnswer> TryAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : JsonContent.Create(body, options: HubJson.Options);
        return await TryAsync(request);
    }

    public async Task<HubAnswer> TryAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json";
        var headers = response.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new(response.StatusCode, isJson && text.Length > 0 ? JsonDocument.Parse(text).RootElement : default, text, headers);
    }

    /// <summary>Uploads a file as a new dataset. The answer holds <c>dataset</c>, <c>version</c> and <c>job</c>.</summary>
    public async Task<JsonElement> UploadAsync(string path, string? name = null, string? workspaceId = null)
    {
        await using var file = File.OpenRead(path);
        using var form = new MultipartFormDataContent();
        if (name is not null)
        {
            form.Add(new StringContent(name), "name");
        }

        form.Add(new StreamContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } }, "file", Path.GetFileName(path));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"workspaces/{workspaceId ?? WorkspaceId}/datasets") { Content = form };
        var answer = await TryAsync(request);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"Upload answered {(int)answer.Status}: {answer.Text}");
        return answer.Body;
    }

    /// <summary>Waits until a job is over; fails when it did not succeed.</summary>
    public async Task<JsonElement> WaitForJobAsync(string jobId, int seconds = 120)
    {
        var job = await WaitForEndAsync(jobId, seconds);
        Assert.True(job.Text("state") == "succeeded", $"The job ended as {job.Text("state")}: {job.GetRawText()}");
        return job;
    }

    /// <summary>Waits until a job is over, however it ends.</summary>
    public async Task<JsonElement> WaitForEndAsync(string jobId, int seconds = 120)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds) * Patience.Factor);
        while (true)
        {
            var job = await GetAsync($"jobs/{jobId}");
            if (job.Text("state") is "succeeded" or "failed" or "cancelled")
            {
                return job;
            }

            if (patience.IsCancellationRequested)
            {
                Assert.Fail($"The job was not over after {seconds * Patience.Factor} s: {job.GetRawText()}");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>Uploads a file and waits until its rows can be read.</summary>
    /// <returns>Id of the dataset; the version is 1.</returns>
    public async Task<string> ImportAsync(string path, string? name = null)
    {
        var accepted = await UploadAsync(path, name);
        await WaitForJobAsync(accepted.Text("job", "id"));
        return accepted.Text("dataset", "id");
    }

    /// <summary>Makes an experiment.</summary>
    public async Task<string> CreateExperimentAsync(string name) =>
        (await PostAsync($"workspaces/{WorkspaceId}/experiments", new { name }, HttpStatusCode.Created)).Text("id");

    public void Dispose() => _http.Dispose();

    private async Task UseAsync(JsonElement session)
    {
        Assert.Equal("Bearer", session.Text("tokenType"));
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.Text("accessToken"));
        var workspaces = await GetAsync("workspaces");
        WorkspaceId = workspaces.At("items", 0).Text("id");
    }
}

/// <param name="Body">Undefined when the answer was not JSON.</param>
/// <param name="Headers">Names without regard to case.</param>
public sealed record HubAnswer(HttpStatusCode Status, JsonElement Body, string Text, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The stable code of a refusal.</summary>
    public string Code => Body.Text("code");
}
