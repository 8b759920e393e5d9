using System.Text;
using System.Text.Encodings.Web;

namespace MLHub.Core.Mail;

/// <summary>What a mail says; becomes plain text and HTML.</summary>
/// <param name="Lines">Paragraphs above the link.</param>
/// <param name="Action">What stands on the link; <c>null</c> without one.</param>
/// <param name="After">Paragraphs below the link.</param>
public sealed record MailText(string Subject, IReadOnlyList<string> Lines, string? Action = null, string? Link = null, IReadOnlyList<string>? After = null)
{
    public string ToPlainText()
    {
        var text = new StringBuilder();
        foreach (var line in Lines)
        {
            text.Append(line).Append("\n\n");
        }

        if (Link is not null)
        {
            text.Append(Action).Append(":\n").Append(Link).Append("\n\n");
        }

        foreach (var line in After ?? [])
        {
            text.Append(line).Append("\n\n");
        }

        return text.Append("-- \nMLHub\n").ToString();
    }

    public string ToHtml()
    {
        var html = new StringBuilder("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>").Append(Encoded(Subject)).Append(
            "</title></head><body style=\"margin:0;padding:24px;background:#f4f6fa;color:#1d2433;font-family:system-ui,sans-serif;font-size:16px;line-height:1.5\">" +
            "<div style=\"max-width:34rem;margin:0 auto;padding:24px;background:#ffffff;border-radius:12px\">");
        html.Append("<h1 style=\"margin:0 0 16px;font-size:20px\">").Append(Encoded(Subject)).Append("</h1>");
        Paragraphs(html, Lines);
        if (Link is not null)
        {
            html.Append("<p style=\"margin:20px 0\"><a href=\"").Append(Encoded(Link)).Append(
                "\" style=\"display:inline-block;padding:12px 20px;border-radius:8px;background:#2f5bea;color:#ffffff;font-weight:600;text-decoration:none\">").Append(Encoded(Action ?? Link)).Append("</a></p>");
            html.Append("<p style=\"margin:0 0 12px;color:#5a6478;font-size:14px;word-break:break-all\">").Append(Encoded(Link)).Append("</p>");
        }

        Paragraphs(html, After ?? []);
        return html.Append("</div></body></html>").ToString();
    }

    private static void Paragraphs(StringBuilder html, IReadOnlyList<string> lines)
    {
        foreach (var line in lines)
        {
            html.Append("<p style=\"margin:0 0 12px\">").Append(Encoded(line).Replace("\n", "<br>", StringComparison.Ordinal)).Append("</p>");
        }
    }

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text).Replace("&#xA;", "\n", StringComparison.Ordinal);
}
