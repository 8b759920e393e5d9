using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using MLHub.Core.Accounts;
using MLHub.Core.Common;

namespace MLHub.Web.Accounts;

/// <summary>
/// Short-lived JWTs. They carry who and which sign-in, nothing else: name and rights are looked up when one is used, so a
/// change holds within 30 s.
/// </summary>
public sealed class AccessTokens(SigningKey key, IOptions<AccountOptions> options, TimeProvider time)
{
    public const string Issuer = "mlhub";
    public const string Audience = "mlhub-api";
    public const string TokenType = "at+jwt";
    public const string StampClaim = "stamp";

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    public int LifetimeSeconds => options.Value.AccessTokenMinutes * 60;

    public string Issue(SignedIn signedIn)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = TokenType,
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddSeconds(LifetimeSeconds),
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = signedIn.Account.Id.ToString("N"),
                [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("N"),
                [JwtRegisteredClaimNames.Sid] = signedIn.SessionId.ToString("N"),
                [StampClaim] = signedIn.StampHash,
            },
            SigningCredentials = new SigningCredentials(key.Value, SecurityAlgorithms.HmacSha256),
        });
    }

    public void Configure(JwtBearerOptions bearer)
    {
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidTypes = [TokenType],
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            IssuerSigningKey = key.Value,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = ClockSkew,
            LifetimeValidator = (from, until, _, _) => IsAlive(from, until),
        };
        bearer.Events = new JwtBearerEvents { OnTokenValidated = CheckAsync };
    }

    private bool IsAlive(DateTime? from, DateTime? until)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return until is { } end && now < end + ClockSkew && (from is not { } start || start - ClockSkew <= now);
    }

    /// <summary>The signature is right; but is the person still there, and was the sign-in not ended since?</summary>
    private static async Task CheckAsync(TokenValidatedContext context)
    {
        var states = context.HttpContext.RequestServices.GetRequiredService<UserStates>();
        var cancelled = context.HttpContext.RequestAborted;
        var principal = context.Principal!;
        if (!Guid.TryParse(principal.FindFirstValue(JwtRegisteredClaimNames.Sub), out var userId)
            || !Guid.TryParse(principal.FindFirstValue(JwtRegisteredClaimNames.Sid), out var sessionId)
            || await states.FindAsync(userId, cancelled) is not { } user
            || user.StampHash != principal.FindFirstValue(StampClaim)
            || !await states.IsSessionAliveAsync(sessionId, cancelled))
        {
            context.Fail("The sign-in has ended.");
            return;
        }

        var actor = new Actor(userId, user.DisplayName, ActorKind.Session) { IsAdministrator = user.IsAdministrator, CredentialId = sessionId };
        context.Principal = ActorClaims.PrincipalOf(actor, JwtBearerDefaults.AuthenticationScheme);
    }
}
