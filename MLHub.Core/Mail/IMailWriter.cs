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
}

public sealed record WrittenMail(string To, MailText Text);
