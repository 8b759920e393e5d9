using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLHub.Tests.Support;
using MLHub.Web.Api;

namespace MLHub.Tests.Api;

/// <summary>Who is believed about where a visitor comes from, and who is not.</summary>
public sealed class TrustedProxyTests
{
    private const string Visitor = "203.0.113.9";

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.0/8, 127.0.0.0/8")]
    [InlineData("127.0.0.0/8,198.51.100.7")]
    public async Task The_proxy_says_that_a_visitor_comes_by_https_and_from_where(string networks)
    {
        await using var hub = await InProcessHub.StartAsync(settings: $"--MLHub:Proxy:Networks={networks}");
        await SignUpAsync(hub);

        var (secure, address) = await LoginAsync(hub, $"192.0.2.1, {Visitor}");

        Assert.True(secure);
        Assert.Equal(Visitor, address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.0/8")]
    public async Task Nobody_else_is_believed(string networks)
    {
        await using var hub = await InProcessHub.StartAsync(settings: $"--MLHub:Proxy:Networks={networks}");
        await SignUpAsync(hub);

        var (secure, address) = await LoginAsync(hub, Visitor);

        Assert.False(secure);
        Assert.Equal("127.0.0.1", address);
    }

    [Fact]
    public async Task What_a_visitor_wrote_into_the_header_is_not_believed_beyond_the_proxy()
    {
        await using var hub = await InProcessHub.StartAsync(settings: "--MLHub:Proxy:Networks=127.0.0.1,198.51.100.0/24");
        await SignUpAsync(hub);

        var (_, address) = await LoginAsync(hub, $"127.0.0.1, {Visitor}, 198.51.100.7");

        Assert.Equal(Visitor, address);
    }

    [Theory]
    [InlineData(Visitor)]
    [InlineData("127.0.0.1")]
    public async Task Whoever_comes_through_a_proxy_is_never_at_the_machine_itself(string saidToBe)
    {
        await using var hub = await InProcessHub.StartAsync(settings: "--MLHub:Proxy:Networks=127.0.0.1");
        using var http = Browser(hub, saidToBe);

        var page = await http.GetStringAsync("/account/register");

        Assert.Contains("set-up code", page, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("proxy.example.org")]
    [InlineData("10.0.0.0/33")]
    [InlineData("127.0.0.1;10.0.0.1")]
    public void A_list_that_cannot_be_is_refused_at_the_start(string networks)
    {
        var services = new ServiceCollection();
        services.AddTrustedProxies(new ConfigurationManager { ["MLHub:Proxy:Networks"] = networks });

        Assert.Throws<OptionsValidationException>(() => services.BuildServiceProvider().GetRequiredService<IOptions<ProxyOptions>>().Value);
    }

    private static async Task SignUpAsync(InProcessHub hub)
    {
        using var browser = Browser(hub, null);
        var answer = await browser.SubmitAsync("/account/register", "register", ("Input.DisplayName", "Ada"), ("Input.Email", "ada@example.org"), ("Input.Password", ApiHost.Password));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
    }

    /// <returns>Whether the answer took the visitor for one by https, and the address beside the session.</returns>
    private static async Task<(bool IsSecure, string? Address)> LoginAsync(InProcessHub hub, string forwardedFor)
    {
        using var http = Browser(hub, forwardedFor);
        var answer = await http.SendAsync("api/v1/auth/login", new { email = "ada@example.org", password = ApiHost.Password });
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        http.DefaultRequestHeaders.Authorization = new("Bearer", answer.Body.Text("accessToken"));
        var sessions = (await http.ReadAsync("api/v1/users/me/sessions")).Body.At("items");
        return (answer.Headers.ContainsKey("Strict-Transport-Security"), sessions.EnumerateArray().Single(s => s.At("isThisOne").GetBoolean()).Text("address"));
    }

    private static HttpClient Browser(InProcessHub hub, string? forwardedFor)
    {
        var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = hub.Address };
        if (forwardedFor is not null)
        {
            browser.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
            browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        }

        return browser;
    }
}
