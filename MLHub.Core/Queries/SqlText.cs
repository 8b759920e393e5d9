using System.Text;
using System.Text.RegularExpressions;

namespace MLHub.Core.Queries;

/// <summary>SQL as text: where its first statement ends, and how places in it are told.</summary>
internal static partial class SqlText
{
    /// <summary>Everything before the first semicolon outside of quotes and comments, when nothing but blanks, comments and semicolons follows; otherwise all.</summary>
    public static string First(string sql)
    {
        var end = -1;
        for (var i = 0; i < sql.Length;)
        {
            var next = Skip(sql, i, out var isBlank);
            if (!isBlank && sql[i] == ';' && end < 0)
            {
                end = i;
            }
            else if (!isBlank && sql[i] != ';' && end >= 0)
            {
                return sql;
            }

            i = next;
        }

        return end < 0 ? sql : sql[..end];
    }

    /// <summary><c> (line 2, column 5)</c>.</summary>
    /// <param name="byteOffset">As the engine counts: in UTF-8.</param>
    public static string Place(string sql, int byteOffset)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        if (byteOffset < 0 || byteOffset > bytes.Length)
        {
            return "";
        }

        var before = Encoding.UTF8.GetString(bytes, 0, byteOffset);
        var line = before.Count(c => c == '\n') + 1;
        return $" (line {line}, column {before.Length - before.LastIndexOf('\n')})";
    }

    /// <summary>The engine's message for the author of the query: without kinds of errors and paths of the sandbox, and with the line as the author counts.</summary>
    /// <param name="linesBefore">Lines that MLHub put before the author's text.</param>
    public static string Explain(string message, int linesBefore = 0)
    {
        var text = message.Length > 2000 ? message[..2000] + " …" : message;
        text = Path().Replace(text, "the table's file");
        var place = Line().Match(text);
        var where = "";
        if (place.Success)
        {
            where = $" (line {int.Parse(place.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) - linesBefore})";
            text = text[..place.Index];
        }

        return text.Trim().TrimEnd('.', '!') + where + ".";
    }

    private static int Skip(string sql, int i, out bool isBlank)
    {
        isBlank = true;
        var c = sql[i];
        if (char.IsWhiteSpace(c))
        {
            return i + 1;
        }

        if (c == '-' && At(sql, i + 1) == '-')
        {
            var end = sql.IndexOf('\n', i);
            return end < 0 ? sql.Length : end + 1;
        }

        if (c == '/' && At(sql, i + 1) == '*')
        {
            return Comment(sql, i);
        }

        isBlank = false;
        if (c is '\'' or '"')
        {
            // A doubled quote ends one text and begins the next: the same for this purpose.
            var escapes = c == '\'' && i > 0 && sql[i - 1] is 'e' or 'E' && (i == 1 || !char.IsLetterOrDigit(sql[i - 2]));
            for (i++; i < sql.Length && sql[i] != c; i++)
            {
                if (escapes && sql[i] == '\\')
                {
                    i++;
                }
            }

            return Math.Min(i + 1, sql.Length);
        }

        if (c == '$' && Dollar().Match(sql, i) is { Success: true } tag && tag.Index == i)
        {
            var end = sql.IndexOf(tag.Value, i + tag.Length, StringComparison.Ordinal);
            return end < 0 ? sql.Length : end + tag.Length;
        }

        return i + 1;
    }

    private static int Comment(string sql, int i)
    {
        var depth = 0;
        do
        {
            if (sql[i] == '/' && At(sql, i + 1) == '*')
            {
                depth++;
                i += 2;
            }
            else if (sql[i] == '*' && At(sql, i + 1) == '/')
            {
                depth--;
                i += 2;
            }
            else
            {
                i++;
            }
        }
        while (depth > 0 && i < sql.Length);
        return i;
    }

    private static char At(string sql, int i) => i < sql.Length ? sql[i] : '\0';

    [GeneratedRegex(@"\$(?:[A-Za-z_][A-Za-z0-9_]*)?\$")]
    private static partial Regex Dollar();

    [GeneratedRegex(@"\s*LINE (\d+):", RegexOptions.Singleline)]
    private static partial Regex Line();

    [GeneratedRegex(@"""?/(?:in|scratch|app)/[^\s""']*""?|""?/[^\s""']*\.(?:parquet|duckdb|tmp)""?")]
    private static partial Regex Path();
}
