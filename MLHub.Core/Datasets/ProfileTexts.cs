using System.Globalization;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>What the texts of a column look like, from up to about ten thousand of them.</summary>
internal static class ProfileTexts
{
    private const long RowsLookedAt = 10_000;
    private const int MaxPatternLength = 60;
    private const int Patterns = 10;
    private const int CardsChecked = 200;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜÀÁÂÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕØÙÚÛÝabcdefghijklmnopqrstuvwxyzäöüßàáâãåæçèéêëìíîïñòóôõøùúûý";

    private static readonly string Shapes = string.Concat(Letters.Select(c => char.IsUpper(c) ? 'A' : 'a'));

    /// <param name="part">Gives a condition that leaves about so many rows.</param>
    public static List<ColumnProfile> Add(DuckDBConnection connection, List<ColumnProfile> profiles, long rowCount, Func<long, string> part)
    {
        var texts = profiles.Where(p => p is { Type: ColumnType.Text, Count: > 0 }).ToList();
        if (texts.Count == 0)
        {
            return profiles;
        }

        var where = part(RowsLookedAt);
        var counts = texts.Select(t => Sql.Name(t.Name)).Select(name =>
            $"count({name}), count(*) FILTER (regexp_matches({name}, {Sql.Text(ProfileAlerts.EmailPattern)})), count(*) FILTER (regexp_matches({name}, {Sql.Text(ProfileAlerts.PhonePattern)})), count(*) FILTER (regexp_matches({name}, {Sql.Text(ProfileAlerts.CardPattern)}))");
        var found = DatasetProfiler.Row(connection, $"SELECT {string.Join(", ", counts)} FROM rows WHERE {where}");
        return profiles.ConvertAll(p => texts.IndexOf(p) is >= 0 and var at ? p with { Text = Look(connection, p, found.AsSpan(4 * at, 4), where) } : p);
    }

    private static TextFigures Look(DuckDBConnection connection, ColumnProfile column, ReadOnlySpan<object?> counts, string where)
    {
        var looked = DatasetProfiler.Whole(counts[0])!.Value;
        var (email, phone, card) = (Share(counts[1]), Share(counts[2]), Share(counts[3]));
        var kind = email > 0.5 ? "email" : card > 0.5 && AreCards(connection, column, where) ? "card" : phone > 0.5 ? "phone" : null;
        return column.Text! with
        {
            Patterns = column.MaxLength <= MaxPatternLength ? PatternsOf(connection, column, where) : [],
            PatternRows = column.MaxLength <= MaxPatternLength ? looked : 0,
            Kind = kind,
            KindShare = kind switch { "email" => email, "card" => card, "phone" => phone, _ => null },
        };

        double Share(object? count) => looked == 0 ? 0 : Convert.ToDouble(count, CultureInfo.InvariantCulture) / looked;
    }

    private static List<TextPattern> PatternsOf(DuckDBConnection connection, ColumnProfile column, string where)
    {
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT translate(v, '{Letters}0123456789', '{Shapes}9999999999') AS p, sum(n)::BIGINT AS rows FROM (SELECT {Sql.Name(column.Name)} AS v, count(*) AS n FROM rows WHERE {where} GROUP BY v) WHERE v IS NOT NULL GROUP BY p ORDER BY rows DESC, p LIMIT {Patterns}");
        using var reader = command.ExecuteReader();
        List<TextPattern> patterns = [];
        while (reader.Read())
        {
            patterns.Add(new(reader.GetString(0), reader.GetInt64(1)));
        }

        return patterns;
    }

    /// <summary>Numbers as long as those of cards are common; those whose check digit is right are not.</summary>
    private static bool AreCards(DuckDBConnection connection, ColumnProfile column, string where)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Sql.Name(column.Name)} FROM rows WHERE {where} AND regexp_matches({Sql.Name(column.Name)}, {Sql.Text(ProfileAlerts.CardPattern)}) LIMIT {CardsChecked}";
        using var reader = command.ExecuteReader();
        var (all, right) = (0, 0);
        while (reader.Read())
        {
            all++;
            right += HasCheckDigit(reader.GetString(0)) ? 1 : 0;
        }

        return right * 10 > all * 8;
    }

    /// <summary>Luhn's formula, ISO/IEC 7812-1.</summary>
    private static bool HasCheckDigit(string number)
    {
        var digits = number.Where(char.IsAsciiDigit).Select(c => c - '0').Reverse().ToList();
        return digits.Select((d, i) => i % 2 == 0 ? d : d > 4 ? (2 * d) - 9 : 2 * d).Sum() % 10 == 0;
    }
}
