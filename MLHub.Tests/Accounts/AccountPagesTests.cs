using System.Net;
using MLHub.Core.Accounts;
using MLHub.Tests.Api;
using MLHub.Web.Accounts;

namespace MLHub.Tests.Accounts;

/// <summary>Forms without a circuit, as a browser sends them.</summary>
public sealed partial class AccountPagesTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Signing_up_signs_in_and_leads_only_to_our_own_pages()
    {
        using var browser = _host.Browser();

        var up = await browser.SubmitAsync("/account/register", "register", ("Input.DisplayName", "Ada"), ("Input.Email", "ada@example.org"), ("Input.Password", ApiHost.Password));
        var inside = await browser.GetAsync("/account/login?returnUrl=%2Fdatasets");
        var elsewhere = await browser.GetAsync("/account/login?returnUrl=%2F%2Fevil");

        Assert.Equal(HttpStatusCode.Found, up.StatusCode);
        Assert.Contains(up.Headers.GetValues("Set-Cookie"), c => c.StartsWith("mlhub=", StringComparison.Ordinal) && c.Contains("httponly") && c.Contains("samesite=lax"));
        Assert.Equal("/datasets", PathOf(inside));
        Assert.Equal("/", PathOf(elsewhere));
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_not_sent_back()
    {
        var ada = await _host.JoinAsync();
        using var browser = _host.Browser();

        var answer = await browser.SubmitAsync("/account/login", "login", ("Input.Email", ada.Email), ("Input.Password", "not the password"));
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Contains("role=\"alert\"", html);
        Assert.Contains(ada.Email, html);
        Assert.DoesNotContain("not the password", html);
        Assert.DoesNotContain(answer.Headers, h => h.Key == "Set-Cookie" && h.Value.Any(c => c.StartsWith("mlhub=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_form_without_the_antiforgery_token_is_refused()
    {
        var ada = await _host.JoinAsync();
        using var browser = _host.Browser();

        var login = await browser.PostAsync("/account/login", BrowserForms.Form([("_handler", "login"), ("Input.Email", ada.Email), ("Input.Password", ApiHost.Password)]));
        var logout = await browser.PostAsync("/account/logout", BrowserForms.Form([("returnUrl", "/")]));

        Assert.Equal(HttpStatusCode.BadRequest, login.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, logout.StatusCode);
    }

    [Fact]
    public async Task A_password_changed_elsewhere_ends_the_cookie()
    {
        var ada = await _host.JoinAsync();
        using var browser = _host.Browser();
        await browser.SubmitAsync("/account/login", "login", ("Input.Email", ada.Email), ("Input.Password", ApiHost.Password));
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/account/login")).StatusCode);

        await _host.Get<AccountService>().ChangePasswordAsync(ada.Actor, ApiHost.Password, "another four unlike words", CancellationToken.None);

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account/login")).StatusCode);
    }

    [Fact]
    public async Task The_first_visitor_is_led_to_setting_up_and_a_forwarded_one_is_asked_for_the_code()
    {
        using var browser = _host.Browser();

        var local = await browser.GetAsync("/account/login");
        var atHome = await browser.GetStringAsync("/account/register");
        browser.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        var away = await browser.GetStringAsync("/account/register");

        Assert.Equal(HttpStatusCode.Found, local.StatusCode);
        Assert.DoesNotContain("Set-up code", atHome);
        Assert.Contains("Set-up code", away);
    }

    [Theory]
    [InlineData("/datasets?tab=rows", "/datasets?tab=rows")]
    [InlineData("/", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("\t//evil.example", "/")]
    [InlineData("/\n/evil.example", "/")]
    [InlineData("https:evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("@evil.example", "/")]
    [InlineData("evil.example", "/")]
    [InlineData("\\\\evil.example", "/")]
    [InlineData("/a\\..\\\\evil", "/")]
    [InlineData("/ok\r\nSet-Cookie: x=1", "/")]
    [InlineData("/account/logout", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void Only_addresses_of_this_server_are_followed(string? returnUrl, string expected) => Assert.Equal(expected, LocalAddress.Or(returnUrl));

    [Fact]
    public void An_endless_address_is_not_followed() => Assert.Equal("/", LocalAddress.Or("/" + new string('a', 2000)));

    private string? PathOf(HttpResponseMessage answer) => new Uri(_host.Address, answer.Headers.Location!).AbsolutePath;
}
