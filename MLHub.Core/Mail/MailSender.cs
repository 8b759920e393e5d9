using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;

namespace MLHub.Core.Mail;

/// <summary>
/// Empties the outbox. A mail is claimed for some minutes by one statement, handed over, then removed: after a crash in between it
/// is sent twice rather than never. What cannot be handed over is tried again, ever more rarely, and given up after a day.
/// </summary>
internal sealed partial class MailSender(
    IDbContextFactory<HubDbContext> contexts,
    Outbox outbox,
    SmtpPost post,
    IEnumerable<IMailWriter> writers,
    IOptions<MailOptions> options,
    TimeProvider time,
    ILogger<MailSender> logger) : BackgroundService
{
    private const int AtOnce = 20;

    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(5);

    /// <summary>Tries all mails that are due.</summary>
    /// <returns>How many were handed over.</returns>
    internal async Task<int> DeliverDueAsync(CancellationToken cancellationToken)
    {
        var sent = 0;
        while (true)
        {
            var now = Now;
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var due = await db.Set<OutgoingMail>().AsNoTracking().Where(m => m.DueAt <= now).OrderBy(m => m.DueAt).Take(AtOnce).ToListAsync(cancellationToken);
            foreach (var mail in due)
            {
                var until = now + Claim;
                if (await db.Set<OutgoingMail>().Where(m => m.Id == mail.Id && m.DueAt == mail.DueAt && m.Attempts == mail.Attempts)
                    .ExecuteUpdateAsync(s => s.SetProperty(m => m.DueAt, until).SetProperty(m => m.Attempts, m => m.Attempts + 1), cancellationToken) == 1)
                {
                    sent += await DeliverAsync(db, mail, cancellationToken) ? 1 : 0;
                }
            }

            if (due.Count < AtOnce)
            {
                return sent;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!outbox.IsReady)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await DeliverDueAsync(stoppingToken);
            }
            catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, failed);
            }

            await outbox.WaitAsync(LooksEvery, stoppingToken);
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task<bool> DeliverAsync(HubDbContext db, OutgoingMail mail, CancellationToken cancellationToken)
    {
        var rows = db.Set<OutgoingMail>().Where(m => m.Id == mail.Id);
        try
        {
            if (mail.Content is { } content)
            {
                await post.SendAsync(mail.Id, mail.To, outbox.TextOf(content), cancellationToken);
                Log.Sent(logger, mail.Id);
            }
            else
            {
                await WriteAndSendAsync(writers.Single(w => w.Kind == mail.Kind), mail, cancellationToken);
            }

            await rows.ExecuteDeleteAsync(cancellationToken);
            return true;
        }
        catch (MailRefusedException refused)
        {
            Log.GivenUp(logger, mail.Id, refused.Message);
            await rows.ExecuteDeleteAsync(cancellationToken);
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            var now = Now;
            if (now - mail.CreatedAt >= TimeSpan.FromHours(options.Value.RetryHours))
            {
                Log.GivenUp(logger, mail.Id, failed.Message);
                await rows.ExecuteDeleteAsync(cancellationToken);
                return false;
            }

            var next = now + Pause(mail.Attempts);
            Log.Later(logger, mail.Id, next, failed.Message);
            await rows.ExecuteUpdateAsync(s => s.SetProperty(m => m.DueAt, next), cancellationToken);
        }

        return false;
    }

    private async Task WriteAndSendAsync(IMailWriter writer, OutgoingMail mail, CancellationToken cancellationToken)
    {
        if (await writer.WriteAsync(mail.To, cancellationToken) is not { } written)
        {
            return;
        }

        var isSent = false;
        try
        {
            await post.SendAsync(mail.Id, written.To, written.Text, cancellationToken);
            isSent = true;
            Log.Sent(logger, mail.Id);
        }
        finally
        {
            if (!isSent)
            {
                await writer.TakeBackAsync(written, CancellationToken.None);
            }
        }
    }

    /// <summary>1, 2, 4 … minutes, at most an hour.</summary>
    private static TimeSpan Pause(int attempts) => TimeSpan.FromMinutes(Math.Min(60, Math.Pow(2, Math.Min(attempts, 10))));

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Mail {Mail} was handed to the mail server")]
        public static partial void Sent(ILogger logger, Guid mail);

        [LoggerMessage(LogLevel.Warning, "Mail {Mail} could not be sent and is tried again at {Next}: {Reason}")]
        public static partial void Later(ILogger logger, Guid mail, DateTime next, string reason);

        [LoggerMessage(LogLevel.Error, "Mail {Mail} was given up: {Reason}")]
        public static partial void GivenUp(ILogger logger, Guid mail, string reason);

        [LoggerMessage(LogLevel.Error, "Sending mail failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
