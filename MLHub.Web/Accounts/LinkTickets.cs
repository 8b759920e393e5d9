using Microsoft.AspNetCore.DataProtection;
using MLHub.Core.Common;

namespace MLHub.Web.Accounts;

/// <summary>
/// Says for some minutes that its owner just gave the password, so that the way to another service can begin. A page of another site can
/// neither make one nor use one: it works only for the person it was made for.
/// </summary>
public sealed class LinkTickets(IDataProtectionProvider protection)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("MLHub.LinkTicket.v1").ToTimeLimitedDataProtector();

    public string Issue(Actor actor, ExternalProvider provider) => _protector.Protect($"{actor.UserId:N} {provider.Key}", GoodFor);

    public bool IsFor(string? ticket, Actor actor, ExternalProvider provider)
    {
        try
        {
            return ticket is { Length: > 0 and < 2000 } && _protector.Unprotect(ticket) == $"{actor.UserId:N} {provider.Key}";
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return false;
        }
    }
}
