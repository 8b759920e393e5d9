using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Tests.Api;
using MLHub.Tests.Support;
using MLHub.Web.Accounts;
using MLHub.Web.Api;

namespace MLHub.Tests.Accounts;

/// <summary>Browsers and programs that are signed in: seen, ended, and then refused.</summary>
public sealed partial class OpenSessionsTests : IAsyncLifetime
{
    private ApiHost _host = null!;
    private Member _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync();
        _ada = await _host.JoinAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Each_sign_in_is_listed_with_what_it_is_and_only_to_its_owner()
    {
        using var browser = await SignedInBrowserAsync("Mozilla/5.0 (X11) Firefox/140.0");
        var eve = await _host.JoinAsync("Eve");

        var mine = await _ada.Http.ReadAsync("users/me/sessions");
        var hers = await eve.Http.ReadAsync("users/me/sessions");
        var taken = await eve.Http.RemoveAsync($"users/me/sessions/{mine.Body.At("items", 0).Text("id")}");

        var rows = mine.Body.At("items").EnumerateArray().ToList();
        Assert.Equal(["browser", "program"], rows.Select(r => r.Text("kind")).Order());
        Assert.Contains("Firefox", rows.Single(r => r.Text("kind") == "browser").Text("client"));
        Assert.True(rows.Single(r => r.Text("kind") == "program").At("isThisOne").GetBoolean());
        Assert.Equal(1, hers.Body.At("items").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, taken.Status);
    }

    [Fact]
    public async Task The_cookie_of_an_ended_session_is_refused_at_once()
    {
        using var browser = await SignedInBrowserAsync();
        var id = await BrowserSessionAsync();
        Assert.True(await browser.IsSignedInAsync());

        var ended = await _ada.Http.RemoveAsync($"users/me/sessions/{id}");

        Assert.Equal(HttpStatusCode.NoContent, ended.Status);
        Assert.False(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task A_copied_cookie_dies_with_signing_out_and_with_a_new_password()
    {
        var (browser, cookie) = await SignedInWithCookieAsync();
        using var _ = browser;
        Assert.True(await Thief(cookie).IsSignedInAsync());

        var left = await SignOutAsync(cookie);
        var afterLogout = await Thief(cookie).IsSignedInAsync();
        var (again, second) = await SignedInWithCookieAsync();
        again.Dispose();
        await _host.Get<AccountService>().ChangePasswordAsync(_ada.Actor, ApiHost.Password, "another four unlike words", CancellationToken.None);

        Assert.Equal(HttpStatusCode.Found, left.StatusCode);
        Assert.False(afterLogout);
        Assert.False(await Thief(second).IsSignedInAsync());
    }

    [Fact]
    public async Task Ending_all_others_leaves_the_one_that_asks()
    {
        using var browser = await SignedInBrowserAsync();
        await _host.Client().SendAsync("auth/login", new { email = _ada.Email, password = ApiHost.Password });

        var ended = await _ada.Http.RemoveAsync("users/me/sessions");

        Assert.Equal(2, ended.Body.At("ended").GetInt32());
        Assert.False(await browser.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.OK, (await _ada.Http.ReadAsync("users/me")).Status);
    }

    [Fact]
    public async Task A_browser_signs_in_again_after_a_week_however_busy_it_was()
    {
        using var browser = await SignedInBrowserAsync();
        for (var day = 0; day < 28; day++)
        {
            _host.Time.Advance(TimeSpan.FromHours(5.9));
            Assert.True(await browser.IsSignedInAsync(), $"after {day} steps");
        }

        _host.Time.Advance(TimeSpan.FromHours(5.9));
        Assert.False(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task With_two_factors_the_password_leads_to_the_code_and_the_code_in()
    {
        var setup = await _host.Get<TwoFactorService>().BeginAsync(_ada.Actor, ApiHost.Password, CancellationToken.None);
        var app = new AuthenticatorApp(setup.Secret, _host.Time);
        await _host.Get<TwoFactorService>().TurnOnAsync(_ada.Actor, app.Next(), CancellationToken.None);
        using var browser = _host.Browser();

        var password = await browser.SubmitAsync("/account/login?returnUrl=%2Fdatasets", "login", ("Input.Email", _ada.Email), ("Input.Password", ApiHost.Password));
        var half = await browser.IsSignedInAsync();
        var wrong = await browser.SubmitAsync("/account/two-factor?returnUrl=%2F%2Fevil", "two-factor", ("Input.Code", "000000"));
        var right = await browser.SubmitAsync("/account/two-factor?returnUrl=%2F%2Fevil", "two-factor", ("Input.Code", app.Next()));
        using var stranger = _host.Browser();
        var without = await stranger.GetAsync("/account/two-factor");

        Assert.Equal("/account/two-factor?returnUrl=%2Fdatasets", PathOf(password));
        Assert.False(half);
        Assert.Contains("not right", await wrong.Content.ReadAsStringAsync());
        Assert.Equal("/", PathOf(right));
        Assert.True(await browser.IsSignedInAsync());
        Assert.Equal("/account/login", PathOf(without));
    }

    [Fact]
    public async Task An_open_page_hears_that_its_session_ended()
    {
        using var browser = await SignedInBrowserAsync();
        var session = Guid.Parse(await BrowserSessionAsync());
        using var circuit = new HubAuthenticationStateProvider(NullLoggerFactory.Instance, _host.Get<UserStates>(), _host.Get<News>(), _host.Get<IOptions<IdentityOptions>>());
        circuit.SetAuthenticationState(Task.FromResult(new AuthenticationState(await PrincipalAsync(session))));
        Assert.NotNull(Caller.ActorOf((await circuit.GetAuthenticationStateAsync()).User));
        var left = new TaskCompletionSource();
        circuit.AuthenticationStateChanged += _ => left.TrySetResult();

        await _host.Get<OpenSessionsService>().EndAsync(_ada.Actor, session, CancellationToken.None);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(20) * Patience.Factor);

        Assert.Null(Caller.ActorOf((await circuit.GetAuthenticationStateAsync()).User));
    }

    [Fact]
    public async Task A_session_that_another_server_ended_is_heard_of_soon()
    {
        using var browser = await SignedInBrowserAsync();
        var session = Guid.Parse(await BrowserSessionAsync());
        var states = _host.Get<UserStates>();
        Assert.True(await states.IsSessionAliveAsync(session, CancellationToken.None));
        var heard = new TaskCompletionSource();
        using var listening = _host.Get<News>().Subscribe(Topic.Account(_ada.Id), () => heard.TrySetResult());

        await using (var db = await _host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync())
        {
            var now = _host.Time.GetUtcNow().UtcDateTime;
            await db.Set<UserSession>().Where(s => s.Id == session).ExecuteUpdateAsync(s => s.SetProperty(x => x.RevokedAt, now));
        }

        for (var i = 0; i < 50 * 20 * Patience.Factor && !heard.Task.IsCompleted; i++)
        {
            _host.Time.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Delay(20);
        }

        Assert.True(heard.Task.IsCompleted);
        Assert.False(await states.IsSessionAliveAsync(session, CancellationToken.None));
    }

    private async Task<ClaimsPrincipal> PrincipalAsync(Guid session)
    {
        await using var scope = _host.App.Services.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<UserManager<HubUser>>().FindByIdAsync(_ada.Id.ToString());
        var principal = await scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<HubUser>>().CreateAsync(user!);
        principal.Identities.First().AddClaim(new(Caller.Claims.Credential, session.ToString("N")));
        return principal;
    }

    /// <summary>The form that stands on every page, with the token of a page that this user was shown.</summary>
    private async Task<HttpResponseMessage> SignOutAsync(string cookie)
    {
        await using var scope = _host.App.Services.CreateAsyncScope();
        var page = new DefaultHttpContext { RequestServices = scope.ServiceProvider, User = await PrincipalAsync(Guid.Parse(await BrowserSessionAsync())) };
        var tokens = _host.Get<IAntiforgery>().GetTokens(page);
        using var browser = Thief($"{cookie}; mlhub-form={tokens.CookieToken}");
        return await browser.PostAsync("/account/logout", BrowserForms.Form(("__RequestVerificationToken", tokens.RequestToken!)));
    }

    private async Task<string> BrowserSessionAsync() =>
        (await _ada.Http.ReadAsync("users/me/sessions")).Body.At("items").EnumerateArray().Single(r => r.Text("kind") == "browser").Text("id");

    private async Task<HttpClient> SignedInBrowserAsync(string? agent = null)
    {
        var browser = _host.Browser();
        if (agent is not null)
        {
            browser.DefaultRequestHeaders.UserAgent.ParseAdd(agent);
        }

        await browser.SubmitAsync("/account/login", "login", ("Input.Email", _ada.Email), ("Input.Password", ApiHost.Password));
        return browser;
    }

    private async Task<(HttpClient Browser, string Cookie)> SignedInWithCookieAsync()
    {
        var browser = _host.Browser();
        var answer = await browser.SubmitAsync("/account/login", "login", ("Input.Email", _ada.Email), ("Input.Password", ApiHost.Password));
        return (browser, answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("mlhub=", StringComparison.Ordinal)).Split(';')[0]);
    }

    private HttpClient Thief(string cookie)
    {
        var thief = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _host.Address };
        thief.DefaultRequestHeaders.Add("Cookie", cookie);
        return thief;
    }

    private string? PathOf(HttpResponseMessage answer) => new Uri(_host.Address, answer.Headers.Location!).PathAndQuery;
}
