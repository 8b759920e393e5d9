using System.ComponentModel.DataAnnotations;

namespace MLHub.Core.Mail;

public enum MailSecurity
{
    /// <summary>TLS from the first byte on port 465, STARTTLS on every other.</summary>
    Auto,
    StartTls,
    Tls,

    /// <summary>Readable on the way. Only for a relay on this machine.</summary>
    None,
}

/// <summary>Section <c>MLHub:Mail</c>: the server that takes our mail. Without a host MLHub sends none and says so where it would.</summary>
public sealed class MailOptions : IValidatableObject
{
    public const string Section = "MLHub:Mail";

    public string Host { get; set; } = "";

    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    public MailSecurity Security { get; set; } = MailSecurity.Auto;

    /// <summary>Empty for a relay that asks for no name.</summary>
    public string User { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>Sender of all mail, such as <c>mlhub@example.org</c>.</summary>
    public string From { get; set; } = "";

    public string FromName { get; set; } = "MLHub";

    /// <summary>PEM file of the one certificate that is trusted besides those of known authorities, for a mail server of one's own.</summary>
    public string CertificatePath { get; set; } = "";

    /// <summary>How long a mail that cannot be handed over is tried again.</summary>
    [Range(1, 240)]
    public int RetryHours { get; set; } = 24;

    public bool IsConfigured => Host.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsConfigured && !new EmailAddressAttribute().IsValid(From))
        {
            yield return new ValidationResult($"{Section}:From is to be the address that mail comes from, such as mlhub@example.org.", [nameof(From)]);
        }

        if (CertificatePath.Length > 0 && !File.Exists(CertificatePath))
        {
            yield return new ValidationResult($"{Section}:CertificatePath names no file.", [nameof(CertificatePath)]);
        }
    }
}
