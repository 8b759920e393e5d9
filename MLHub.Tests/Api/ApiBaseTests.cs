using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLHub.Tests.Support;
using MLHub.Web.Api;

namespace MLHub.Tests.Api;

/// <summary>What every route answers when something is wrong, and what every answer says about itself.</summary>
public sealed partial class ApiBaseTests : IAsyncLifetime
{
    private ApiHost _host = null!;
    private Member _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync(map: api => api.MapGet("/broken", string () => throw new InvalidOperationException("secret detail")).NeedsSignIn().WithSummary("Fails").WithName("broken"));
        _ada = await _host.JoinAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("POST", "workspaces", """{"name":"x","ownerId":"1"}""", 400, "UNKNOWN_FIELD")]
    [InlineData("POST", "workspaces", """{"name":"x","name":"y"}""", 400, "BAD_JSON")]
    [InlineData("POST", "workspaces", """{"name":""", 400, "BAD_JSON")]
    [InlineData("POST", "workspaces", """{"name":5}""", 400, "BAD_JSON")]
    [InlineData("POST", "workspaces", """{"name":"x","visibility":"secret"}""", 400, "BAD_JSON")]
    [InlineData("POST", "workspaces", """{"name":"   "}""", 422, "BAD_NAME")]
    [InlineData("POST", "workspaces", "{}", 422, "BAD_NAME")]
    [InlineData("GET", "workspaces/not-an-id", null, 404, "NOT_FOUND")]
    [InlineData("GET", "nothing/here", null, 404, "NOT_FOUND")]
    [InlineData("DELETE", "workspaces", null, 405, "METHOD_NOT_ALLOWED")]
    [InlineData("GET", "workspaces?pageToken=zzz", null, 400, "BAD_PAGE_TOKEN")]
    [InlineData("GET", "workspaces?pageSize=many", null, 400, "INVALID")]
    [InlineData("GET", "broken", null, 500, "INTERNAL_ERROR")]
    public async Task A_refusal_is_a_problem_document(string method, string path, string? body, int status, string code)
    {
        var answer = await _ada.Http.CallAsync(new HttpMethod(method), path, body);

        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(code, answer.Code);
        Assert.StartsWith("application/problem+json", answer.Headers["Content-Type"]);
        Assert.Equal(status, answer.Body.At("status").GetInt32());
        Assert.NotEmpty(answer.Body.Text("title"));
        Assert.NotEmpty(answer.Body.Text("detail"));
        Assert.NotEmpty(answer.Body.Text("traceId"));
        Assert.DoesNotContain("secret detail", answer.Text);
    }

    [Fact]
    public async Task A_body_of_another_type_is_named_as_unsupported()
    {
        var answer = await _ada.Http.CallAsync(HttpMethod.Post, "workspaces", "name=x", contentType: "text/plain");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Equal("TYPE_UNSUPPORTED", answer.Code);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        // As careful clients do: ask before sending so much.
        using var patient = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) };
        using var client = new HttpClient(patient) { BaseAddress = _ada.Http.BaseAddress };
        client.DefaultRequestHeaders.Authorization = _ada.Http.DefaultRequestHeaders.Authorization;
        client.DefaultRequestHeaders.ExpectContinue = true;
        var answer = await client.SendAsync("workspaces", $$"""{"name":"{{new string('x', 17 << 20)}}"}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Equal("TOO_LARGE", answer.Code);
    }

    [Fact]
    public async Task Without_a_credential_the_answer_is_a_problem_too()
    {
        var answer = await _host.Client().ReadAsync("workspaces");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("UNAUTHENTICATED", answer.Code);
        Assert.Equal("Bearer", answer.Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task Too_many_requests_are_told_when_to_come_back()
    {
        await using var host = await ApiHost.StartAsync(new() { ["MLHub:RateLimits:UserBurst"] = "3", ["MLHub:RateLimits:UserPerSecond"] = "1" });
        var ada = await host.JoinAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => ada.Http.ReadAsync("workspaces")));

        var refused = Assert.Single(answers.Where(a => a.Status == HttpStatusCode.TooManyRequests).Take(1));
        Assert.Equal("TOO_MANY_REQUESTS", refused.Code);
        Assert.True(int.Parse(refused.Headers["Retry-After"]) >= 1);
    }

    [Theory]
    [InlineData("/api/v1/users/me")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/account/login")]
    [InlineData("/docs")]
    [InlineData("/openapi/v1.json")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        var answer = await _host.Client().ReadAsync(path);

        Assert.Contains("default-src 'none'", answer.Headers["Content-Security-Policy"]);
        Assert.DoesNotContain("unsafe-eval", answer.Headers["Content-Security-Policy"]);
        Assert.DoesNotContain("script-src 'self' 'unsafe-inline'", answer.Headers["Content-Security-Policy"]);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("same-origin", answer.Headers["Cross-Origin-Opener-Policy"]);
        Assert.Contains("frame-ancestors 'none'", answer.Headers["Content-Security-Policy"]);
        Assert.False(answer.Headers.ContainsKey("Server"));
    }

    [Fact]
    public async Task The_api_is_described_with_summaries_ids_refusals_and_credentials()
    {
        var description = (await _host.Client().ReadAsync("/openapi/v1.json")).Body;
        var operations = description.At("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Where(o => o.Value.ValueKind == JsonValueKind.Object)).ToList();

        Assert.NotEmpty(operations);
        Assert.All(operations, o => Assert.NotEmpty(o.Value.Text("summary")));
        Assert.Equal(operations.Count, operations.Select(o => o.Value.Text("operationId")).Distinct().Count());
        Assert.All(operations, o => Assert.True(o.Value.At("responses", "401").Has("content")));
        var create = description.At("paths", "/api/v1/workspaces", "post");
        Assert.Equal("Churn team", create.Text("requestBody", "content", "application/json", "example", "name"));
        Assert.Contains(create.At("parameters").EnumerateArray(), p => p.Text("name") == "Idempotency-Key");
        Assert.Equal("bearer", description.Text("components", "securitySchemes", "bearer", "scheme"));
        Assert.Equal(2, create.At("security").GetArrayLength());
        Assert.False(description.At("paths", "/api/v1/auth/login", "post").Has("security"));
        Assert.True(description.At("components", "schemas").Has("ApiProblem"));
    }

    [Fact]
    public async Task The_documentation_loads_nothing_from_elsewhere()
    {
        var page = await _host.Client().ReadAsync("/docs/");
        var scripts = ScriptSource().Matches(page.Text).Select(m => m.Groups[1].Value).ToList();

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("https://", page.Text);
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            Assert.Equal(HttpStatusCode.OK, (await _host.Client().ReadAsync(new Uri(new Uri(_host.Address, "/docs/"), script).ToString())).Status);
        }
    }

    [GeneratedRegex("<script[^>]* src=\"([^\"]+)\"")]
    private static partial Regex ScriptSource();
}
