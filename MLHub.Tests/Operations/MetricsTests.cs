using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLHub.Tests.Support;
using MLHub.Web.Operations;

namespace MLHub.Tests.Operations;

/// <summary>Who gets the figures, and what is in them.</summary>
public sealed class MetricsTests : IAsyncLifetime
{
    private const string PrometheusThree =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });
    private InProcessHub _hub = null!;
    private Uri _main = null!;
    private Uri _own = null!;

    public async ValueTask InitializeAsync()
    {
        (_main, _own) = (new($"http://127.0.0.1:{HubServer.FreePort()}"), new($"http://127.0.0.1:{HubServer.FreePort()}"));
        _hub = await InProcessHub.StartAsync(
            builder => builder.Logging.ClearProviders(),
            app => app.ListenForMetrics(),
            $"--MLHub:Metrics:Url={_own.GetLeftPart(UriPartial.Authority)}", $"--urls={_main.GetLeftPart(UriPartial.Authority)}");
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task At_their_own_address_they_answer_at_once_and_nothing_else_does()
    {
        using var ada = new HubClient(_main);
        await ada.RegisterAsync();

        var answer = await _http.GetAsync(new Uri(_own, "/metrics"));
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, Figure(text, "mlhub_content", "kind=\"people\""));
        Assert.Equal(1, Figure(text, "mlhub_content", "kind=\"workspaces\""));
        Assert.Equal(0, Figure(text, "mlhub_jobs_slots"));
        Assert.Equal(0, Figure(text, "mlhub_jobs", "kind=\"run.train\",state=\"queued\""));
        Assert.True(Figure(text, "mlhub_disk_free_bytes") > 1e6);
        Assert.True(Figure(text, "mlhub_db_command_duration_seconds_count", "outcome=\"done\"") > 5);
        Assert.True(Figure(text, "http_server_request_duration_seconds_count", "http_response_status_code=\"201\"") >= 1);
        foreach (var path in new[] { "/", "/health/live", "/api/v1/workspaces", "/account/login", "/metrics/x" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(new Uri(_own, path))).StatusCode);
        }
    }

    [Fact]
    public async Task At_the_address_of_the_pages_they_need_an_administrators_token()
    {
        using var admin = new HubClient(_main);
        await admin.RegisterAsync();
        using var other = new HubClient(_main);
        await other.RegisterAsync();

        var nobody = await _http.GetAsync(new Uri(_main, "/metrics"));
        using var spoofed = new HttpRequestMessage(HttpMethod.Get, new Uri(_main, "/metrics"));
        spoofed.Headers.Host = _own.Authority;
        var stranger = await _http.SendAsync(spoofed);
        var member = await other.Http.GetAsync(new Uri(_main, "/metrics"));
        var allowed = await admin.Http.GetAsync(new Uri(_main, "/metrics"));
        using var basic = new HttpRequestMessage(HttpMethod.Get, new Uri(_main, "/metrics"));
        basic.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(admin, only: admin.WorkspaceId));
        var narrow = await _http.SendAsync(basic);

        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, member.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, narrow.StatusCode);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Contains("mlhub_content", await allowed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_and_new_Prometheus_get_the_same_names()
    {
        var old = await NamesAsync("text/plain;version=0.0.4");
        var three = await NamesAsync(PrometheusThree);

        Assert.Contains("mlhub_jobs_slots", old);
        Assert.Contains("mlhub_jobs_slots", three);
        Assert.DoesNotContain(three, n => n.Contains('.', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("9464")]
    [InlineData("https://127.0.0.1:9464")]
    [InlineData("http://127.0.0.1:9464/metrics")]
    public void An_address_that_cannot_be_is_refused_at_the_start(string url)
    {
        var services = new ServiceCollection();
        services.AddMetrics(new Microsoft.Extensions.Configuration.ConfigurationManager { ["MLHub:Metrics:Url"] = url });

        Assert.Throws<OptionsValidationException>(() => services.BuildServiceProvider().GetRequiredService<IOptions<MetricsOptions>>().Value);
    }

    private static async Task<string> TokenAsync(HubClient user, string only) =>
        (await user.PostAsync("users/me/tokens", new { name = "t", scopes = new[] { "read", "write" }, expiresInDays = 1, workspaceId = only }, HttpStatusCode.Created)).Text("token");

    private async Task<HashSet<string>> NamesAsync(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_own, "/metrics"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await _http.SendAsync(request);
        return (await answer.Content.ReadAsStringAsync()).Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l[..l.IndexOfAny(['{', ' '])].Trim('"')).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The sum of the series of a name whose labels hold a text.</summary>
    private static double Figure(string text, string name, string label = "") => text.Split('\n')
        .Where(l => (l.StartsWith(name + "{", StringComparison.Ordinal) || l.StartsWith(name + " ", StringComparison.Ordinal)) && l.Contains(label, StringComparison.Ordinal))
        .Select(l => double.Parse(l[(l.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], System.Globalization.CultureInfo.InvariantCulture))
        .DefaultIfEmpty(double.NaN).Sum();
}
