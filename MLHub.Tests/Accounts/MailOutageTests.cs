using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Data;
using MLHub.Core.Mail;
using MLHub.Tests.Api;
using MLHub.Tests.Support;

namespace MLHub.Tests.Accounts;

/// <summary>A mail server that cannot be reached: nobody listens on its port.</summary>
public sealed class MailOutageTests
{
    [Fact]
    public async Task A_mail_for_a_forgotten_password_waits_however_often_it_could_not_be_sent()
    {
        await using var host = await ApiHost.StartAsync(new()
        {
            ["MLHub:PublicBaseUrl"] = "https://hub.example.org",
            ["MLHub:Mail:Host"] = "127.0.0.1",
            ["MLHub:Mail:Port"] = "9",
            ["MLHub:Mail:From"] = "mlhub@example.org",
        });
        var ada = await host.JoinAsync();

        await host.Get<RecoveryService>().RequestAsync(ada.Email, CancellationToken.None);
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            await FailedAsync(host, attempt);
            host.Time.Advance(TimeSpan.FromMinutes(10));
            host.Get<Outbox>().Wake();
        }

        await using var db = await host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();
        Assert.False(await db.Set<AccountLink>().AnyAsync(l => l.Purpose == AccountLinkPurpose.ResetPassword));
    }

    /// <summary>Waits until the attempt has failed and the next one is planned: 1, 2, 4 … minutes later.</summary>
    private static async Task FailedAsync(ApiHost host, int attempt)
    {
        var due = host.Time.GetUtcNow().UtcDateTime.AddMinutes(1 << (attempt - 1));
        var until = Environment.TickCount64 + (long)(20_000 * Patience.Factor);
        OutgoingMail mail;
        do
        {
            Assert.True(Environment.TickCount64 < until, "The attempt did not fail as it should.");
            await Task.Delay(50);
            await using var db = await host.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();
            mail = Assert.Single(await db.Set<OutgoingMail>().AsNoTracking().Where(m => m.Kind == "reset").ToListAsync());
        }
        while (mail.Attempts != attempt || mail.DueAt != due);
    }
}
