using System.Net;
using System.Text.RegularExpressions;
using MLHub.Core.Accounts;
using MLHub.Tests.Api;
using MLHub.Tests.Support;
using MLHub.Web.Accounts;

namespace MLHub.Tests.Accounts;

/// <summary>The whole way to a real provider and back, as a browser goes it.</summary>
[Trait(Category.Trait, Category.Oidc)]
public sealed partial class ProviderFlowTests : IAsyncLifetime
{
    private ApiHost _host = null!;
    private Member _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync(OidcPeople.Settings());
        // The provider's tokens are checked against the real clock, and cookies expire by it.
        _host.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
        _admin = await _host.JoinAsync("Ada");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("Google")]
    [InlineData("GitHub")]
    [InlineData("Oidc")]
    public async Task A_newcomer_comes_in_and_goes_on_where_they_wanted_and_is_the_same_person_next_time(string scheme)
    {
        var grace = await OidcPeople.AddAsync("Grace");
        var browser = _host.Browser();

        var to = await ThroughAsync(browser, $"/account/external/{scheme}?returnUrl=%2Fdatasets%3Ftab%3Drows", grace);
        await OidcPeople.SaveAsync(grace with { Email = $"moved-{grace.Email}" }, "Grace", isVerified: true);
        await ThroughAsync(_host.Browser(), $"/account/external/{scheme}", grace);

        Assert.Equal("/datasets?tab=rows", to.PathAndQuery);
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/account/login")).StatusCode);
        var people = await _host.Get<ServerPeopleService>().ListAsync(_admin.Actor with { IsAdministrator = true }, null, new(50, null), CancellationToken.None);
        Assert.Equal([_admin.Email, grace.Email], people.Items.Select(p => p.Email).Order().OrderBy(e => e != _admin.Email));
        Assert.True(people.Items.Single(p => p.Email == grace.Email).IsConfirmed);
    }

    [Theory]
    [InlineData("Google")]
    [InlineData("GitHub")]
    [InlineData("Oidc")]
    public async Task An_address_that_the_provider_did_not_check_opens_nothing_not_even_the_administrators_account(string scheme)
    {
        var eve = await OidcPeople.AddAsync("Eve", _admin.Email, isVerified: false);
        var browser = _host.Browser();

        var to = await ThroughAsync(browser, $"/account/external/{scheme}", eve);

        Assert.Equal("/account/login?external=external-unverified", to.PathAndQuery);
        Assert.Contains("has not checked that your e-mail address is yours", await browser.GetStringAsync(to));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account/login")).StatusCode);
    }

    [Theory]
    [InlineData("Google")]
    [InlineData("GitHub")]
    [InlineData("Oidc")]
    public async Task Cancelling_there_is_told_kindly(string scheme)
    {
        var browser = _host.Browser();

        var to = await ThroughAsync(browser, $"/account/external/{scheme}?returnUrl=%2Fdatasets", null);

        Assert.Equal("/account/login?external=cancelled&returnUrl=%2Fdatasets", to.PathAndQuery);
        Assert.Contains("You cancelled", await browser.GetStringAsync(to));
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/%09/evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("https:evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("\t//evil.example")]
    [InlineData("@evil.example")]
    [InlineData("/ok\r\nLocation: //evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/account/external/Google")]
    public async Task No_address_leads_out_of_the_server_after_signing_in_elsewhere(string returnUrl)
    {
        var grace = await OidcPeople.AddAsync("Grace");

        var to = await ThroughAsync(_host.Browser(), $"/account/external/Google?returnUrl={Uri.EscapeDataString(returnUrl)}", grace);

        // "%09" is three harmless letters by the time it is an address of ours.
        Assert.Equal(_host.Address.Authority, to.Authority);
        Assert.Equal(returnUrl == "/%09/evil.example" ? returnUrl : "/", to.PathAndQuery);
    }

    [Fact]
    public async Task A_way_back_that_this_browser_did_not_begin_signs_nobody_in()
    {
        var mallory = await OidcPeople.AddAsync("Mallory");
        var callback = await CallbackAsync(_host.Browser(), "/account/external/Google", mallory);
        var victim = _host.Browser();

        var stolen = await victim.GetAsync(callback);
        var invented = await victim.GetAsync("/signin-google?code=x&state=y");
        var bare = await victim.GetAsync("/account/external-done");

        Assert.All([stolen, invented, bare], answer => Assert.EndsWith("/account/login?external=failed", answer.Headers.Location!.ToString()));
        Assert.Equal(HttpStatusCode.OK, (await victim.GetAsync("/account/login")).StatusCode);
    }

    [Fact]
    public async Task Linking_begins_with_a_ticket_and_ends_with_the_one_who_began()
    {
        var provider = _host.Get<ExternalProviders>().Find("GitHub")!;
        var grace = await OidcPeople.AddAsync("Grace");
        var bob = await _host.JoinAsync("Bob");
        var cookies = new CookieContainer();
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = _host.Address };
        await LoginAsync(browser, cookies, bob.Email);
        var ticket = Uri.EscapeDataString(_host.Get<LinkTickets>().Issue(bob.Actor, provider));

        var forged = await browser.GetAsync("/account/external/GitHub/link?ticket=forged");
        var callback = await CallbackAsync(browser, $"/account/external/GitHub/link?ticket={ticket}", grace);
        await LoginAsync(browser, cookies, _admin.Email);
        var swapped = await FollowAsync(browser, callback);
        await LoginAsync(browser, cookies, bob.Email);
        var linked = await ThroughAsync(browser, $"/account/external/GitHub/link?ticket={ticket}", grace);

        Assert.EndsWith("/account?link=stale", forged.Headers.Location!.ToString());
        Assert.Equal("/account?link=stale", swapped.PathAndQuery);
        Assert.Equal("/account?link=done", linked.PathAndQuery);
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/account/login")).StatusCode);
        Assert.Equal("GitHub", Assert.Single((await _host.Get<ExternalSignInService>().ListAsync(bob.Actor, CancellationToken.None)).Linked).Provider.Split(' ')[0]);
        Assert.Empty((await _host.Get<ExternalSignInService>().ListAsync(_admin.Actor, CancellationToken.None)).Linked);
    }

    [Fact]
    public async Task Whoever_has_a_second_factor_is_asked_for_it_after_coming_from_elsewhere_too()
    {
        var grace = await OidcPeople.AddAsync("Grace");
        var bob = await _host.JoinAsync("Bob");
        var provider = _host.Get<ExternalProviders>().Find("GitHub")!;
        await _host.Get<ExternalSignInService>().LinkAsync(bob.Actor, new(provider.Key, $"{grace.Number}", grace.Email, true, "Grace"), CancellationToken.None);
        var twoFactor = _host.Get<TwoFactorService>();
        var app = new AuthenticatorApp((await twoFactor.BeginAsync(bob.Actor, ApiHost.Password, CancellationToken.None)).Secret, _host.Time);
        await twoFactor.TurnOnAsync(bob.Actor, app.Next(), CancellationToken.None);
        var browser = _host.Browser();

        var to = await ThroughAsync(browser, "/account/external/GitHub?returnUrl=%2Fdatasets", grace);
        var half = await browser.IsSignedInAsync();
        var wrong = await browser.SubmitAsync(to.PathAndQuery, "two-factor", ("Input.Code", "000000"));
        var right = await browser.SubmitAsync(to.PathAndQuery, "two-factor", ("Input.Code", app.Next()));

        Assert.Equal("/account/two-factor?returnUrl=%2Fdatasets", to.PathAndQuery);
        Assert.False(half);
        Assert.Equal(HttpStatusCode.OK, wrong.StatusCode);
        Assert.EndsWith("/datasets", right.Headers.Location!.ToString());
        Assert.True(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task No_link_puts_words_into_our_mouth()
    {
        var html = await _host.Browser().GetStringAsync("/account/login?external=Your+password+leaked,+call+us");

        Assert.DoesNotContain("role=\"alert\"", html);
        Assert.DoesNotContain(">Your", html);
    }

    /// <summary>Somebody else sits down at the same browser.</summary>
    private async Task LoginAsync(HttpClient browser, CookieContainer cookies, string email)
    {
        foreach (var cookie in cookies.GetCookies(_host.Address).Where(c => c.Name == "mlhub"))
        {
            cookie.Expired = true;
        }

        var answer = await browser.SubmitAsync("/account/login", "login", ("Input.Email", email), ("Input.Password", ApiHost.Password));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
    }

    /// <summary>Signs in there, and stops before coming back.</summary>
    private Task<Uri> CallbackAsync(HttpClient browser, string begin, OidcPerson person) => WalkAsync(browser, new Uri(_host.Address, begin), person, at => at.AbsolutePath.StartsWith("/signin-", StringComparison.Ordinal));

    /// <param name="person">Who signs in there; <c>null</c> cancels.</param>
    private Task<Uri> ThroughAsync(HttpClient browser, string begin, OidcPerson? person) => WalkAsync(browser, new Uri(_host.Address, begin), person, _ => false);

    private Task<Uri> FollowAsync(HttpClient browser, Uri at) => WalkAsync(browser, at, null, _ => false);

    private async Task<Uri> WalkAsync(HttpClient browser, Uri at, OidcPerson? person, Func<Uri, bool> stopsAt)
    {
        var answer = await browser.GetAsync(at);
        for (var step = 0; step < 20; step++)
        {
            if (answer.Headers.Location is { } location)
            {
                at = new Uri(at, location);
                var isOurs = at.Authority == _host.Address.Authority;
                var isOnTheWay = at.AbsolutePath.StartsWith("/signin-", StringComparison.Ordinal) || at.AbsolutePath == "/account/external-done";
                if (stopsAt(at) || (isOurs && !isOnTheWay) || (!isOurs && at.Authority != new Uri(Need.Oidc).Authority))
                {
                    return at;
                }

                answer = await browser.GetAsync(at);
                continue;
            }

            var html = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.OK && html.Contains("Test identity provider", StringComparison.Ordinal), $"{at} answered {(int)answer.StatusCode}: {html}");
            at = new Uri(at, Action().Match(html).Groups[1].Value);
            answer = await browser.PostAsync(at, BrowserForms.Form(("login", person?.Login ?? ""), ("password", OidcPerson.Password), ("do", person is null ? "deny" : "ok")));
        }

        throw new InvalidOperationException("The way did not end.");
    }

    [GeneratedRegex("action=\"([^\"]+)\"")]
    private static partial Regex Action();
}
