using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Data;
using MLHub.Tests.Api;
using MLHub.Tests.Support;

namespace MLHub.Tests.Accounts;

/// <summary>The second factor as a program meets it, and as somebody who stole the first one tries to get by.</summary>
public sealed class TwoFactorTests : IAsyncLifetime
{
    private ApiHost _host = null!;
    private Member _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync();
        _ada = await _host.JoinAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>RFC 6238, appendix B: the last six of its eight digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code, Totp.CodeAt("12345678901234567890"u8.ToArray(), Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    /// <summary>RFC 4648, chapter 10.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Secrets_are_written_in_base_32(string text, string expected) => Assert.Equal(expected, Totp.ToBase32(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public async Task With_it_on_the_password_alone_does_not_sign_in()
    {
        var app = await TurnOnAsync();

        var without = await LoginAsync(null);
        var wrong = await LoginAsync("000000");
        var with = await LoginAsync(app.Next());

        Assert.Equal((HttpStatusCode.Unauthorized, "TWO_FACTOR_REQUIRED"), (without.Status, without.Code));
        Assert.Equal((HttpStatusCode.Unauthorized, "INVALID_TWO_FACTOR_CODE"), (wrong.Status, wrong.Code));
        Assert.Equal(HttpStatusCode.OK, with.Status);
    }

    [Fact]
    public async Task A_code_is_good_once_even_for_many_at_the_same_moment()
    {
        var app = await TurnOnAsync();
        var code = app.Next();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LoginAsync(code)));
        var later = await LoginAsync(code);

        Assert.Equal(1, answers.Count(a => a.Status == HttpStatusCode.OK));
        Assert.NotEqual(HttpStatusCode.OK, later.Status);
    }

    [Fact]
    public async Task The_code_that_turned_it_on_does_not_sign_in()
    {
        var app = await TurnOnAsync();

        var replayed = await LoginAsync(app.Used);

        Assert.Equal("INVALID_TWO_FACTOR_CODE", replayed.Code);
    }

    [Fact]
    public async Task An_old_code_is_refused_and_one_of_the_minute_is_not()
    {
        var app = await TurnOnAsync();
        var code = app.Next();

        _host.Time.Advance(TimeSpan.FromSeconds(30));
        var slow = await LoginAsync(code);
        var next = app.Next();
        _host.Time.Advance(TimeSpan.FromSeconds(95));
        var old = await LoginAsync(next);

        Assert.Equal(HttpStatusCode.OK, slow.Status);
        Assert.Equal("INVALID_TWO_FACTOR_CODE", old.Code);
    }

    [Fact]
    public async Task A_recovery_code_signs_in_once_and_is_kept_as_a_hash()
    {
        var app = await TurnOnAsync();
        await using var db = await _host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();
        var rows = await db.Set<RecoveryCode>().ToListAsync();

        var first = await LoginAsync(app.Recovery[3].ToUpperInvariant());
        var again = await LoginAsync(app.Recovery[3]);
        var other = await LoginAsync(app.Recovery[4].Replace("-", " "));

        Assert.Equal(10, app.Recovery.Distinct().Count());
        Assert.All(rows, r => Assert.Equal(32, r.Hash.Length));
        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal("INVALID_TWO_FACTOR_CODE", again.Code);
        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Equal(8, (await _ada.Http.ReadAsync("users/me/two-factor")).Body.At("recoveryCodesLeft").GetInt32());
    }

    [Fact]
    public async Task Guessing_codes_ends_after_five_tries_and_the_right_password_does_not_help()
    {
        var app = await TurnOnAsync();

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("INVALID_TWO_FACTOR_CODE", (await LoginAsync("123456")).Code);
        }

        var sixth = await LoginAsync(app.Next());
        var inside = await _ada.Http.SendAsync("users/me/confirm", new { twoFactorCode = app.Next() });

        // The account rests in the database, and the codes of this person on this server.
        Assert.Equal("INVALID_CREDENTIALS", sixth.Code);
        Assert.Equal(HttpStatusCode.TooManyRequests, inside.Status);
        Assert.True(int.Parse(inside.Headers["Retry-After"]) > 0);
    }

    [Fact]
    public async Task The_secret_is_not_in_the_database()
    {
        var app = await TurnOnAsync();
        await using var db = await _host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();

        var row = await db.Set<AuthenticatorKey>().SingleAsync();

        Assert.DoesNotContain(app.Secret, row.Secret);
        Assert.DoesNotContain(Convert.ToBase64String(app.Bytes).TrimEnd('='), row.Secret);
    }

    [Fact]
    public async Task Turning_it_on_ends_every_other_session()
    {
        var elsewhere = await _host.Client().SendAsync("auth/login", new { email = _ada.Email, password = ApiHost.Password });

        await TurnOnAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await _host.Client(elsewhere.Body.Text("accessToken")).ReadAsync("users/me")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _ada.Http.ReadAsync("users/me")).Status);
    }

    [Fact]
    public async Task What_would_let_somebody_else_in_asks_for_a_code_again()
    {
        var app = await TurnOnAsync();
        var token = new { name = "t", scopes = new[] { "read" }, expiresInDays = 1 };

        var unconfirmed = await _ada.Http.SendAsync("users/me/tokens", token);
        var renewed = await _ada.Http.SendAsync("users/me/two-factor/recovery-codes", null);
        var wrong = await _ada.Http.SendAsync("users/me/confirm", new { twoFactorCode = "000000" });
        var confirmed = await _ada.Http.SendAsync("users/me/confirm", new { twoFactorCode = app.Next() });
        var now = await _ada.Http.SendAsync("users/me/tokens", token);
        _host.Time.Advance(TimeSpan.FromMinutes(6));
        var late = await _ada.Http.SendAsync("users/me/tokens", token);

        Assert.Equal((HttpStatusCode.Forbidden, "TWO_FACTOR_NEEDED"), (unconfirmed.Status, unconfirmed.Code));
        Assert.Equal("TWO_FACTOR_NEEDED", renewed.Code);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal(HttpStatusCode.NoContent, confirmed.Status);
        Assert.Equal(HttpStatusCode.Created, now.Status);
        Assert.Equal("TWO_FACTOR_NEEDED", late.Code);
    }

    [Fact]
    public async Task Turning_it_off_needs_both_factors()
    {
        var app = await TurnOnAsync();

        var noCode = await _ada.Http.SendAsync("users/me/two-factor/off", new { password = ApiHost.Password, twoFactorCode = "000000" });
        var noPassword = await _ada.Http.SendAsync("users/me/two-factor/off", new { password = "not the password", twoFactorCode = app.Next() });
        var both = await _ada.Http.SendAsync("users/me/two-factor/off", new { password = ApiHost.Password, twoFactorCode = app.Used });
        var login = await LoginAsync(null);

        Assert.Equal("INVALID_TWO_FACTOR_CODE", noCode.Code);
        Assert.Equal("WRONG_PASSWORD", noPassword.Code);
        Assert.Equal(HttpStatusCode.NoContent, both.Status);
        Assert.Equal(HttpStatusCode.OK, login.Status);
    }

    [Fact]
    public async Task An_access_token_changes_nothing_about_signing_in()
    {
        var made = await _ada.Http.SendAsync("users/me/tokens", new { name = "t", scopes = new[] { "read", "write" }, expiresInDays = 1 });
        var client = _host.Client(made.Body.Text("token"));

        var begin = await client.SendAsync("users/me/two-factor", new { password = ApiHost.Password });
        var confirm = await client.SendAsync("users/me/confirm", new { twoFactorCode = "000000" });
        var sessions = await client.ReadAsync("users/me/sessions");

        Assert.All([begin, confirm, sessions], a => Assert.Equal((HttpStatusCode.Forbidden, "SIGN_IN_NEEDED"), (a.Status, a.Code)));
    }

    private Task<HubAnswer> LoginAsync(string? code) => _host.Client().SendAsync("auth/login", new { email = _ada.Email, password = ApiHost.Password, twoFactorCode = code });

    private async Task<AuthenticatorApp> TurnOnAsync()
    {
        var begun = await _ada.Http.SendAsync("users/me/two-factor", new { password = ApiHost.Password });
        var app = new AuthenticatorApp(begun.Body.Text("secret"), _host.Time);
        var on = await _ada.Http.SendAsync("users/me/two-factor/on", new { twoFactorCode = app.Next() });
        Assert.Equal(HttpStatusCode.OK, on.Status);
        app.Recovery = [.. on.Body.At("recoveryCodes").EnumerateArray().Select(c => c.GetString()!)];
        return app;
    }
}
