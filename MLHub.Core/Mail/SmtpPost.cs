using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace MLHub.Core.Mail;

/// <summary>Hands one mail to the mail server.</summary>
internal sealed class SmtpPost(IOptions<MailOptions> options)
{
    private const int TimeoutMilliseconds = 30_000;

    /// <exception cref="MailRefusedException">The mail server will never take it.</exception>
    public async Task SendAsync(Guid id, string to, MailText text, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        using var message = new MimeMessage();
        message.MessageId = $"{id:N}@{settings.From.Split('@')[^1]}";
        message.From.Add(new MailboxAddress(settings.FromName, settings.From));
        message.To.Add(new MailboxAddress("", to));
        message.Subject = string.Concat(text.Subject.Where(c => !char.IsControl(c)));
        // Nobody is to answer with "out of office".
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Body = new BodyBuilder { TextBody = text.ToPlainText(), HtmlBody = text.ToHtml() }.ToMessageBody();

        using var client = new SmtpClient { Timeout = TimeoutMilliseconds };
        if (settings.CertificatePath.Length > 0)
        {
            using var trusted = X509CertificateLoader.LoadCertificateFromFile(settings.CertificatePath);
            var digest = trusted.GetCertHash(HashAlgorithmName.SHA256);
            client.ServerCertificateValidationCallback = (_, certificate, _, errors) =>
                errors == System.Net.Security.SslPolicyErrors.None
                || (certificate is not null && CryptographicOperations.FixedTimeEquals(digest, certificate.GetCertHash(HashAlgorithmName.SHA256)));
        }

        try
        {
            await client.ConnectAsync(settings.Host, settings.Port, Security(settings), cancellationToken);
            if (settings.User.Length > 0)
            {
                await client.AuthenticateAsync(settings.User, settings.Password, cancellationToken);
            }

            await client.SendAsync(message, cancellationToken);
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (SmtpCommandException refused) when (refused.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted && (int)refused.StatusCode >= 550)
        {
            throw new MailRefusedException($"The mail server refused it for good: {(int)refused.StatusCode}", refused);
        }
    }

    private static SecureSocketOptions Security(MailOptions settings) => settings.Security switch
    {
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        MailSecurity.StartTls => SecureSocketOptions.StartTls,
        MailSecurity.None => SecureSocketOptions.None,
        // Never "if the server offers it": whoever sits on the line could take the offer away.
        _ => settings.Port == 465 ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls,
    };
}

/// <summary>Trying again would not help.</summary>
internal sealed class MailRefusedException(string message, Exception inner) : Exception(message, inner);
