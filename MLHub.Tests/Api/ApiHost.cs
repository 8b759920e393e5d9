using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Idempotency;
using MLHub.Core.Usage;
using MLHub.Core.Workspaces;
using MLHub.Tests.Support;
using MLHub.Web.Accounts;
using MLHub.Web.Api;
using MLHub.Web.Workspaces;

namespace MLHub.Tests.Api;

/// <summary>Accounts and workspaces on a real server with a real database, in the process of the test so that it can move the clock.</summary>
public sealed class ApiHost : IAsyncDisposable
{
    public const string Password = "four unrelated words";

    private readonly TestFolder _folder = new();
    private readonly List<HttpClient> _clients = [];

    private ApiHost()
    {
    }

    public FakeTimeProvider Time { get; } = FakeTime.Create();

    public WebApplication App { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public string DataPath => _folder.Path;

    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    public static async Task<ApiHost> StartAsync(Dictionary<string, string?>? settings = null, Action<RouteGroupBuilder>? map = null)
    {
        var host = new ApiHost();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["MLHub:DataPath"] = host._folder.Path });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var services = builder.Services;
        services.AddRoutingCore();
        services.AddData(builder.Configuration).AddAccounts(builder.Configuration).AddWorkspaces().AddUsage().AddIdempotency().AddHubApi(builder.Configuration);
        services.AddSingleton<MLHub.Core.Storage.StorageQuota>();
        services.AddRazorComponents();
        services.AddSignIn(builder.Configuration);
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(host.Time));

        var app = host.App = builder.Build();
        app.UseHubApi();
        var api = app.MapHubApi();
        api.MapAccounts();
        api.MapWorkspaces();
        api.MapInvitations();
        map?.Invoke(api);
        app.MapAccountForms();
        app.MapRazorComponents<StaticPages>().AddAdditionalAssemblies(typeof(AccountForms).Assembly);
        await using (var db = await host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync())
        {
            await db.Database.EnsureCreatedAsync();
        }

        await app.StartAsync();
        host.Address = new Uri(app.Urls.Single());
        return host;
    }

    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(Address, "/api/v1/") };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        _clients.Add(client);
        return client;
    }

    /// <summary>A browser without scripts: keeps cookies, follows nothing by itself.</summary>
    public HttpClient Browser(bool follows = false)
    {
        var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = follows, CookieContainer = new() }) { BaseAddress = Address };
        _clients.Add(browser);
        return browser;
    }

    /// <summary>A new account, signed in.</summary>
    public async Task<Member> JoinAsync(string name = "Ada")
    {
        var client = Client();
        var email = $"{name.ToLowerInvariant()}-{Guid.NewGuid():N}@example.org";
        var answer = await client.SendAsync("auth/register", new { email, password = Password, displayName = name });
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.Body.Text("accessToken"));
        var id = Guid.Parse(answer.Body.Text("user", "id"));
        return new(id, email, client, answer.Body, new Actor(id, name, ActorKind.Browser));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        await App.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }
}

/// <param name="Session">What signing up answered.</param>
public sealed record Member(Guid Id, string Email, HttpClient Http, JsonElement Session, Actor Actor);

internal static class ApiCalls
{
    public static Task<HubAnswer> ReadAsync(this HttpClient client, string path) => client.CallAsync(HttpMethod.Get, path, null);

    public static Task<HubAnswer> SendAsync(this HttpClient client, string path, object? body, string? idempotencyKey = null) => client.CallAsync(HttpMethod.Post, path, body, idempotencyKey);

    public static Task<HubAnswer> ChangeAsync(this HttpClient client, string path, object body) => client.CallAsync(HttpMethod.Patch, path, body);

    public static Task<HubAnswer> ReplaceAsync(this HttpClient client, string path, object body) => client.CallAsync(HttpMethod.Put, path, body);

    public static Task<HubAnswer> RemoveAsync(this HttpClient client, string path) => client.CallAsync(HttpMethod.Delete, path, null);

    /// <param name="body">An object is written as JSON; a text is sent as it is.</param>
    public static async Task<HubAnswer> CallAsync(this HttpClient client, HttpMethod method, string path, object? body, string? idempotencyKey = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body, HubJson.Options), Encoding.UTF8, contentType);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true && text.Length > 0;
        return new(response.StatusCode, isJson ? JsonDocument.Parse(text).RootElement : default, text, headers);
    }
}
