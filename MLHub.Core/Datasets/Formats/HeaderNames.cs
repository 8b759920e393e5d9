using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>Makes names of columns out of headers: visible, not too long, different from each other.</summary>
internal static class HeaderNames
{
    /// <returns>The name of each column, and the header where it had to be changed.</returns>
    public static IReadOnlyList<(string Name, string? Original)> Make(IReadOnlyList<string> header, List<ImportNote> notes)
    {
        // The row id is taken from the start: a header of that name gets a number.
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { ColumnSchema.RowId };
        var names = new (string, string?)[header.Count];
        var cleaned = Compose([.. header.Select(Visible)]).Select(Shorten).ToArray();
        for (var i = 0; i < cleaned.Length; i++)
        {
            var wanted = cleaned[i].Length == 0 ? $"column_{i + 1}" : cleaned[i];
            var name = wanted;
            // A name that stands later in the header itself is not given away: a, a, a_2 becomes a, a_3, a_2.
            for (var number = 2; taken.Contains(name) || (name != wanted && cleaned.Contains(name, StringComparer.OrdinalIgnoreCase)); number++)
            {
                name = $"{wanted}_{number}";
            }

            taken.Add(name);
            var isChanged = name != header[i];
            names[i] = (name, isChanged && header[i].Length > 0 ? Cut(header[i], 1000) : null);
            if (isChanged && header[i].Trim() != name && header[i].Length > 0)
            {
                notes.Add(new("COLUMN_RENAMED", $"The header \"{Cut(Visible(header[i]), 80)}\" became {name}.", name));
            }
            else if (header[i].Length == 0)
            {
                notes.Add(new("COLUMN_NAMED", $"Column {i + 1} has no header; it was called {name}.", name));
            }
        }

        return names;
    }

    /// <summary>Unicode's composed form. By the engine's table: .NET's own composes nothing without culture data, which MLHub does not carry.</summary>
    private static string[] Compose(string[] names)
    {
        if (names.All(n => Ascii.IsValid(n)))
        {
            return names;
        }

        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT nfc_normalize($1)";
        var parameter = new DuckDBParameter();
        command.Parameters.Add(parameter);
        return [.. names.Select(Composed)];

        string Composed(string name)
        {
            if (Ascii.IsValid(name))
            {
                return name;
            }

            parameter.Value = name;
            return (string)command.ExecuteScalar()!;
        }
    }

    private static string Shorten(string composed)
    {
        var name = composed.Trim();
        if (name.Length <= DatasetColumn.MaxNameLength)
        {
            return name;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8];
        return $"{Cut(name, DatasetColumn.MaxNameLength - 9)}_{hash}";
    }

    /// <summary>Without control and direction-changing characters; line ends become blanks. Joiners stay: emoji and scripts need them.</summary>
    private static string Visible(string header)
    {
        var text = new StringBuilder(header.Length);
        foreach (var rune in header.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\r' or '\t')
            {
                text.Append(' ');
            }
            else if (rune.Value is 0x200C or 0x200D || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator))
            {
                text.Append(rune.ToString());
            }
        }

        return text.ToString();
    }

    private static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
