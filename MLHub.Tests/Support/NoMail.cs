using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;
using MLHub.Core.Mail;

namespace MLHub.Tests.Support;

/// <summary>The outbox of a server without a mail server.</summary>
internal static class NoMail
{
    public static Outbox Outbox(TimeProvider time) => new(new EphemeralDataProtectionProvider(), Options.Create(new MailOptions()), Options.Create(new HubOptions()), time);
}
