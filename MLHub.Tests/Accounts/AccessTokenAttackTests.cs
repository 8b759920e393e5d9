using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using MLHub.Core.Accounts;
using MLHub.Core.Data;
using MLHub.Tests.Api;
using MLHub.Tests.Support;
using MLHub.Web.Accounts;

namespace MLHub.Tests.Accounts;

/// <summary>Forged, stretched and stale JWTs.</summary>
public sealed class AccessTokenAttackTests : IAsyncLifetime
{
    private ApiHost _host = null!;
    private Member _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync();
        _ada = await _host.JoinAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public static TheoryData<string> Forgeries =>
        ["alg none", "alg None", "no signature", "own key", "other audience", "other issuer", "id token type", "no type", "expired", "not yet", "no expiry", "hs512", "huge"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_forged_token_is_refused(string forgery)
    {
        var answer = await _host.Client(Forge(forgery)).ReadAsync("users/me");

        Assert.True(answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.RequestHeaderFieldsTooLarge, $"{forgery}: {answer.Status}");
    }

    [Fact]
    public async Task A_token_made_the_same_way_without_a_flaw_is_taken()
    {
        var answer = await _host.Client(Sign(Claims(), _host.Get<SigningKey>().Value)).ReadAsync("users/me");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task An_access_token_ends_after_its_quarter_of_an_hour()
    {
        _host.Time.Advance(TimeSpan.FromMinutes(14));
        var before = await _ada.Http.ReadAsync("users/me");
        _host.Time.Advance(TimeSpan.FromMinutes(3));
        var after = await _ada.Http.ReadAsync("users/me");

        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, after.Status);
    }

    [Fact]
    public async Task Changing_the_password_ends_older_sessions_but_not_access_tokens()
    {
        var pat = await _ada.Http.SendAsync("users/me/tokens", new { name = "job", scopes = new[] { "read" }, expiresInDays = 1 });

        await _host.Get<AccountService>().ChangePasswordAsync(_ada.Actor, ApiHost.Password, "another four unlike words", CancellationToken.None);

        Assert.Equal(HttpStatusCode.Unauthorized, (await _ada.Http.ReadAsync("users/me")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _host.Client().SendAsync("auth/refresh", new { refreshToken = _ada.Session.Text("refreshToken") })).Status);
        Assert.Equal(HttpStatusCode.OK, (await _host.Client(pat.Body.Text("token")).ReadAsync("users/me")).Status);
    }

    [Fact]
    public async Task A_stamp_changed_by_another_server_ends_the_session_within_half_a_minute()
    {
        await using (var db = await _host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync())
        {
            await db.Set<HubUser>().ExecuteUpdateAsync(s => s.SetProperty(u => u.SecurityStamp, "changed elsewhere"));
        }

        _host.Time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(HttpStatusCode.Unauthorized, (await _ada.Http.ReadAsync("users/me")).Status);
    }

    [Fact]
    public async Task The_signing_key_is_readable_by_its_owner_alone()
    {
        Assert.Equal(HttpStatusCode.OK, (await _ada.Http.ReadAsync("users/me")).Status);

        var mode = File.GetUnixFileMode(Path.Combine(_host.DataPath, "keys", "access-token.key"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
    }

    private string Forge(string forgery)
    {
        var real = _host.Get<SigningKey>().Value;
        var now = _host.Time.GetUtcNow().UtcDateTime;
        var parts = _ada.Session.Text("accessToken").Split('.');
        return forgery switch
        {
            "alg none" => $"{Encode("""{"alg":"none","typ":"at+jwt"}""")}.{parts[1]}.",
            "alg None" => $"{Encode("""{"alg":"None","typ":"at+jwt"}""")}.{parts[1]}.{parts[2]}",
            "no signature" => $"{parts[0]}.{parts[1]}.",
            "own key" => Sign(Claims(), new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(64)) { KeyId = real.KeyId }),
            "other audience" => Sign(Claims() with { Audience = "elsewhere" }, real),
            "other issuer" => Sign(Claims() with { Issuer = "elsewhere" }, real),
            "id token type" => Sign(Claims() with { Type = "JWT" }, real),
            "no type" => Sign(Claims() with { Type = "" }, real),
            "expired" => Sign(Claims() with { From = now.AddHours(-1), Until = now.AddMinutes(-2) }, real),
            "not yet" => Sign(Claims() with { From = now.AddMinutes(5) }, real),
            "no expiry" => Sign(Claims() with { Until = null }, real),
            "hs512" => Sign(Claims() with { Algorithm = SecurityAlgorithms.HmacSha512 }, real),
            _ => parts[0] + "." + new string('A', 1 << 20) + "." + parts[2],
        };
    }

    private Forged Claims() => new(AccessTokens.Issuer, AccessTokens.Audience, AccessTokens.TokenType, SecurityAlgorithms.HmacSha256,
        _host.Time.GetUtcNow().UtcDateTime, _host.Time.GetUtcNow().UtcDateTime.AddMinutes(10));

    private string Sign(Forged forged, SymmetricSecurityKey key)
    {
        var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(_ada.Session.Text("accessToken").Split('.')[1])).RootElement;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = forged.Type,
            Issuer = forged.Issuer,
            Audience = forged.Audience,
            NotBefore = forged.From,
            Expires = forged.Until,
            Claims = new Dictionary<string, object> { ["sub"] = payload.Text("sub"), ["sid"] = payload.Text("sid"), ["stamp"] = payload.Text("stamp") },
            SigningCredentials = new SigningCredentials(key, forged.Algorithm),
        });
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private sealed record Forged(string Issuer, string Audience, string Type, string Algorithm, DateTime From, DateTime? Until);
}
