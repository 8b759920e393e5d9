using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MLHub.Tests.Api;
using MLHub.Tests.Support;

namespace MLHub.Tests.Accounts;

public sealed class AuthApiTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Signing_up_gives_a_session_and_a_personal_workspace()
    {
        var ada = await _host.JoinAsync("Ada");

        var me = await ada.Http.ReadAsync("users/me");
        var workspaces = await ada.Http.ReadAsync("workspaces");

        Assert.Equal("Bearer", ada.Session.Text("tokenType"));
        Assert.Equal(900, ada.Session.At("expiresIn").GetInt32());
        Assert.Equal(ada.Email, me.Body.Text("email"));
        Assert.Equal(0, me.Body.At("counts", "runs").GetInt32());
        Assert.Equal(1, workspaces.Body.At("items").GetArrayLength());
        Assert.Equal("owner", workspaces.Body.At("items", 0).Text("myRole"));
        Assert.Matches("^[0-9a-f]{32}$", me.Body.Text("id"));
        Assert.EndsWith("Z", me.Body.Text("createdAt"));
    }

    [Fact]
    public async Task The_first_account_is_administrator_and_no_other()
    {
        var first = await _host.JoinAsync("First");
        var second = await _host.JoinAsync("Second");

        Assert.True((await first.Http.ReadAsync("users/me")).Body.At("isAdministrator").GetBoolean());
        Assert.False((await second.Http.ReadAsync("users/me")).Body.At("isAdministrator").GetBoolean());
    }

    [Fact]
    public async Task Of_many_first_sign_ups_at_once_exactly_one_becomes_administrator()
    {
        var joined = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => _host.JoinAsync($"User{i}")));

        var administrators = await Task.WhenAll(joined.Select(async m => (await m.Http.ReadAsync("users/me")).Body.At("isAdministrator").GetBoolean()));

        Assert.Equal(1, administrators.Count(yes => yes));
    }

    [Fact]
    public async Task A_forwarded_first_sign_up_needs_the_code_of_the_start()
    {
        var stranger = _host.Client();
        stranger.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        var code = _host.Get<MLHub.Core.Accounts.SetupCode>().Text;
        var body = new { email = "eve@example.org", password = ApiHost.Password, displayName = "Eve" };

        var without = await stranger.SendAsync("auth/register", body);
        var wrong = await stranger.SendAsync("auth/register", new { body.email, body.password, body.displayName, setupCode = "AAAA-BBBB-CCCC" });
        var right = await stranger.SendAsync("auth/register", new { body.email, body.password, body.displayName, setupCode = code.ToLowerInvariant() });
        var afterwards = await stranger.SendAsync("auth/register", new { email = "bob@example.org", body.password, displayName = "Bob" });

        Assert.Equal("SETUP_CODE_NEEDED", without.Code);
        Assert.Equal("SETUP_CODE_WRONG", wrong.Code);
        Assert.Equal(HttpStatusCode.Created, right.Status);
        Assert.Equal(HttpStatusCode.Created, afterwards.Status);
    }

    [Fact]
    public async Task Guessing_the_set_up_code_ends_after_five_tries()
    {
        var stranger = _host.Client();
        stranger.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        var guess = new { email = "eve@example.org", password = ApiHost.Password, displayName = "Eve", setupCode = "AAAA-BBBB-CCCC" };

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("SETUP_CODE_WRONG", (await stranger.SendAsync("auth/register", guess)).Code);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.SendAsync("auth/register", guess)).Status);
    }

    [Theory]
    [InlineData("short", "WEAK_PASSWORD")]
    [InlineData("password2026!", "WEAK_PASSWORD")]
    [InlineData("1234567890", "WEAK_PASSWORD")]
    [InlineData("ada@example.org", "WEAK_PASSWORD")]
    [InlineData("aaaaaaaaaaaa", "WEAK_PASSWORD")]
    public async Task A_password_that_others_would_try_is_refused(string password, string code)
    {
        var answer = await _host.Client().SendAsync("auth/register", new { email = "ada@example.org", password, displayName = "Ada" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(code, answer.Code);
        Assert.True(answer.Body.At("errors", "password").GetArrayLength() > 0);
    }

    [Fact]
    public async Task The_same_email_in_another_case_is_taken()
    {
        var ada = await _host.JoinAsync();

        var again = await _host.Client().SendAsync("auth/register", new { email = ada.Email.ToUpperInvariant(), password = ApiHost.Password, displayName = "Ada" });

        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Equal("EMAIL_TAKEN", again.Code);
    }

    [Fact]
    public async Task Closed_registration_lets_only_the_first_account_in()
    {
        await using var host = await ApiHost.StartAsync(new() { ["MLHub:Accounts:AllowRegistration"] = "false" });
        await host.JoinAsync();

        var second = await host.Client().SendAsync("auth/register", new { email = "b@example.org", password = ApiHost.Password, displayName = "B" });

        Assert.Equal(HttpStatusCode.Forbidden, second.Status);
        Assert.Equal("REGISTRATION_CLOSED", second.Code);
    }

    [Fact]
    public async Task Wrong_password_and_unknown_email_get_the_same_answer()
    {
        var ada = await _host.JoinAsync();

        var wrong = await _host.Client().SendAsync("auth/login", new { email = ada.Email, password = "not the password" });
        var unknown = await _host.Client().SendAsync("auth/login", new { email = "nobody@example.org", password = "not the password" });

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.Equal("INVALID_CREDENTIALS", wrong.Code);
        Assert.Equal(Problems.WithoutTrace(wrong), Problems.WithoutTrace(unknown));
    }

    [Fact]
    public async Task After_five_wrong_passwords_known_and_unknown_accounts_rest_alike()
    {
        var ada = await _host.JoinAsync();
        var client = _host.Client();

        async Task<HubAnswer[]> Guess(string email)
        {
            var answers = new List<HubAnswer>();
            for (var i = 0; i < 6; i++)
            {
                answers.Add(await client.SendAsync("auth/login", new { email, password = "not the password" }));
            }

            return [.. answers];
        }

        var known = await Guess(ada.Email);
        var unknown = await Guess("nobody@example.org");
        var right = await client.SendAsync("auth/login", new { email = ada.Email, password = ApiHost.Password });
        _host.Time.Advance(TimeSpan.FromMinutes(16));
        var later = await client.SendAsync("auth/login", new { email = ada.Email, password = ApiHost.Password });

        Assert.Equal(known.Select(a => a.Code), unknown.Select(a => a.Code));
        Assert.Equal("TOO_MANY_SIGN_INS", known[5].Code);
        Assert.True(int.Parse(known[5].Headers["Retry-After"]) > 0);
        Assert.Equal(HttpStatusCode.TooManyRequests, right.Status);
        // Identity's own lockout reads the real clock; it is looked at in another test.
        Assert.NotEqual(HttpStatusCode.TooManyRequests, later.Status);
    }

    [Fact]
    public async Task A_refresh_token_works_once_and_reusing_it_ends_the_session()
    {
        var ada = await _host.JoinAsync();
        var client = _host.Client();
        var first = ada.Session.Text("refreshToken");

        var second = await client.SendAsync("auth/refresh", new { refreshToken = first });
        var reused = await client.SendAsync("auth/refresh", new { refreshToken = first });
        var next = await client.SendAsync("auth/refresh", new { refreshToken = second.Body.Text("refreshToken") });
        var access = await _host.Client(second.Body.Text("accessToken")).ReadAsync("users/me");

        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.NotEqual(first, second.Body.Text("refreshToken"));
        Assert.Equal("INVALID_REFRESH_TOKEN", reused.Code);
        Assert.Equal(HttpStatusCode.Unauthorized, next.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, access.Status);
    }

    [Fact]
    public async Task Of_parallel_refreshes_with_one_token_at_most_one_wins()
    {
        var ada = await _host.JoinAsync();
        var client = _host.Client();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => client.SendAsync("auth/refresh", new { refreshToken = ada.Session.Text("refreshToken") })));

        Assert.Equal(1, answers.Count(a => a.Status == HttpStatusCode.OK));
    }

    [Fact]
    public async Task A_refresh_token_dies_when_it_is_not_used()
    {
        var ada = await _host.JoinAsync();

        _host.Time.Advance(TimeSpan.FromDays(31));
        var answer = await _host.Client().SendAsync("auth/refresh", new { refreshToken = ada.Session.Text("refreshToken") });

        Assert.Equal("INVALID_REFRESH_TOKEN", answer.Code);
    }

    [Fact]
    public async Task Signing_out_ends_access_and_refresh_token()
    {
        var ada = await _host.JoinAsync();

        var loggedOut = await _host.Client().SendAsync("auth/logout", new { refreshToken = ada.Session.Text("refreshToken") });

        Assert.Equal(HttpStatusCode.NoContent, loggedOut.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ada.Http.ReadAsync("users/me")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _host.Client().SendAsync("auth/refresh", new { refreshToken = ada.Session.Text("refreshToken") })).Status);
    }

    [Fact]
    public async Task Signing_out_works_with_the_access_token_alone_and_not_with_nothing()
    {
        var ada = await _host.JoinAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await ada.Http.SendAsync("auth/logout", null)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ada.Http.ReadAsync("users/me")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _host.Client().SendAsync("auth/logout", null)).Status);
    }

    [Fact]
    public async Task A_profile_can_be_changed_in_part()
    {
        var ada = await _host.JoinAsync();

        await ada.Http.ChangeAsync("users/me", new { bio = "Numbers and engines." });
        var renamed = await ada.Http.ChangeAsync("users/me", new { displayName = "Ada Lovelace" });
        var hidden = await ada.Http.ChangeAsync("users/me", new { displayName = "Ada\u202Egro" });

        Assert.Equal("Ada Lovelace", renamed.Body.Text("displayName"));
        Assert.Equal("Numbers and engines.", renamed.Body.Text("bio"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, hidden.Status);
    }

    [Fact]
    public async Task A_cookie_is_not_a_credential_for_the_api()
    {
        var client = _host.Client();
        client.DefaultRequestHeaders.Add("Cookie", "mlhub=anything");

        var answer = await client.ReadAsync("users/me");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("UNAUTHENTICATED", answer.Code);
        Assert.False(answer.Headers.ContainsKey("Location"));
    }

    [Fact]
    public async Task A_token_is_the_password_of_http_basic()
    {
        var ada = await _host.JoinAsync();
        var made = await ada.Http.SendAsync("users/me/tokens", new { name = "pandas", scopes = new[] { "read" }, expiresInDays = 7 });
        var client = _host.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("x:" + made.Body.Text("token"))));

        var answer = await client.ReadAsync("users/me");

        Assert.Equal(ada.Email, answer.Body.Text("email"));
    }
}
