using System.Text.Json;
using System.Text.RegularExpressions;
using MimeKit;

namespace MLHub.Tests.Support;

/// <summary>The mail server of the test run: hand its settings to a hub, then look into mailboxes. Addresses are to be a test's own.</summary>
internal static partial class MailCatcher
{
    private static string Folder => Environment.GetEnvironmentVariable("MLHUB_TEST_SMTP_MAIL")!;

    public static Dictionary<string, string?> Settings(string publicAddress = "https://hub.example.org") => new()
    {
        ["MLHub:PublicBaseUrl"] = publicAddress,
        ["MLHub:Mail:Host"] = "127.0.0.1",
        ["MLHub:Mail:Port"] = Need.Smtp,
        ["MLHub:Mail:User"] = "mlhub",
        ["MLHub:Mail:Password"] = "mail-secret",
        ["MLHub:Mail:From"] = "mlhub@example.org",
        ["MLHub:Mail:CertificatePath"] = Environment.GetEnvironmentVariable("MLHUB_TEST_SMTP_CERT"),
    };

    /// <summary>Waits for a mail and returns the newest.</summary>
    public static async Task<MimeMessage> ReceiveAsync(string to, string subject, int count = 1)
    {
        var until = Environment.TickCount64 + (long)(20_000 * Patience.Factor);
        while (true)
        {
            var found = Mailbox(to).Where(m => m.Subject == subject).ToList();
            if (found.Count >= count)
            {
                return found[^1];
            }

            Assert.True(Environment.TickCount64 < until, $"No mail '{subject}' came to {to}.");
            await Task.Delay(50);
        }
    }

    /// <summary>All mail that came to an address, oldest first.</summary>
    public static List<MimeMessage> Mailbox(string to) =>
    [
        .. Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal)
            .Where(f => JsonDocument.Parse(File.ReadAllText(f)).RootElement.GetProperty("to").EnumerateArray().Any(t => t.GetString() == to))
            .Select(f => MimeMessage.Load(Path.ChangeExtension(f, ".eml"))),
    ];

    /// <summary>The page that a mail leads to, without the host.</summary>
    public static string LinkIn(MimeMessage mail) => new Uri(Link().Match(mail.TextBody ?? "").Value).PathAndQuery;

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Link();
}
