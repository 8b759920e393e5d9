using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Mail;

/// <summary>Where mail waits. Adding never talks to the mail server, and a mail that was added is not lost by a crash.</summary>
public sealed class Outbox(IDataProtectionProvider protection, IOptions<MailOptions> options, IOptions<HubOptions> hub, TimeProvider time) : IDisposable
{
    private readonly IDataProtector _protector = protection.CreateProtector("MLHub.Mail.v1");
    private readonly SemaphoreSlim _awake = new(0, 1);

    /// <summary>Whether this server can send mail at all.</summary>
    public bool IsReady => options.Value.IsConfigured;

    /// <summary>Refuses what cannot be done without mail.</summary>
    public void RequireReady()
    {
        if (!IsReady)
        {
            throw HubException.Conflict("This server sends no mail. Ask its administrator for a link.", "NO_MAIL");
        }
    }

    /// <summary>A page of this server as people reach it.</summary>
    public string LinkTo(string path) => $"{hub.Value.PublicBaseUrl.TrimEnd('/')}/{path.TrimStart('/')}";

    /// <summary>Adds a mail to the context; it is saved with the change that it tells of. Without a mail server nothing is added.</summary>
    public void Add(HubDbContext db, string to, MailText text)
    {
        if (IsReady)
        {
            db.Add(OutgoingMail.Create(to, null, _protector.Protect(JsonSerializer.Serialize(text)), time.GetUtcNow().UtcDateTime));
        }
    }

    /// <summary>Adds a mail that the writer of that kind makes when it is sent.</summary>
    public void AddLate(HubDbContext db, string asked, string kind) => db.Add(OutgoingMail.Create(asked, kind, null, time.GetUtcNow().UtcDateTime));

    /// <summary>Call it after saving: the sender looks now instead of soon.</summary>
    public void Wake()
    {
        try
        {
            _awake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    public void Dispose() => _awake.Dispose();

    internal Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _awake.WaitAsync(longest, cancellationToken);

    internal MailText TextOf(string content) => JsonSerializer.Deserialize<MailText>(_protector.Unprotect(content)) ?? throw new JsonException("A mail in the outbox is empty.");
}
