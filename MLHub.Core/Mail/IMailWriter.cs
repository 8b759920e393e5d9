namespace MLHub.Core.Mail;

/// <summary>A mail that is written when it is sent and not when it is asked for: who asked cannot tell from the time whether there is anybody.</summary>
public interface IMailWriter
{
    /// <summary>Name of this kind of mail in the outbox.</summary>
    string Kind { get; }

    /// <param name="asked">The address as somebody typed it. The mail goes to the one that is returned, never to this.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns><c>null</c> when no mail is to be sent.</returns>
    Task<WrittenMail?> WriteAsync(string asked, CancellationToken cancellationToken);

    /// <summary>Takes back what a mail opens that could not be handed over: it is written anew with the next attempt, and must not count as sent.</summary>
    Task TakeBackAsync(WrittenMail mail, CancellationToken cancellationToken);
}

/// <param name="To">The mailbox.</param>
/// <param name="Text">What it says.</param>
/// <param name="OpensId">The link in it; <c>null</c> when it opens nothing.</param>
public sealed record WrittenMail(string To, MailText Text, Guid? OpensId = null);
