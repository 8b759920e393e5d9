using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace MLHub.Core.Datasets;

/// <summary>What the texts of a column look like, from up to about ten thousand of them.</summary>
internal static class ProfileTexts
{
    public const long RowsLookedAt = 10_000;

    private const int MaxPatternLength = 60;
    private const int MaxKindLength = 320;
    private const int Patterns = 10;
    private const int CardsChecked = 200;
    private const string Letters = "ÄÖÜÀÁÂÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕØÙÚÛÝäöüßàáâãåæçèéêëìíîïñòóôõøùúûý";

    private static readonly FrozenDictionary<char, char> Foreign = Letters.ToFrozenDictionary(c => c, c => char.IsUpper(c) ? 'A' : 'a');

    private static readonly Regex Email = new(ProfileAlerts.EmailPattern, RegexOptions.NonBacktracking);
    private static readonly Regex Phone = new(ProfileAlerts.PhonePattern, RegexOptions.NonBacktracking);
    private static readonly Regex Card = new(ProfileAlerts.CardPattern, RegexOptions.NonBacktracking);

    /// <param name="texts">Different texts, and the rows that have each.</param>
    public static TextFigures Look(TextFigures figures, int maxLength, IEnumerable<(string Text, long Rows)> texts)
    {
        var (looked, email, phone, card) = (0L, 0L, 0L, 0L);
        var patterns = new Dictionary<string, long>(StringComparer.Ordinal);
        var (cards, rightCards) = (0, 0);
        foreach (var (text, rows) in texts)
        {
            looked += rows;
            if (maxLength <= MaxPatternLength)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(patterns, PatternOf(text), out _) += rows;
            }

            if (IsMatch(Email, text))
            {
                email += rows;
            }

            if (IsMatch(Phone, text))
            {
                phone += rows;
            }

            if (IsMatch(Card, text))
            {
                card += rows;
                if (cards < CardsChecked)
                {
                    cards++;
                    rightCards += HasCheckDigit(text) ? 1 : 0;
                }
            }
        }

        // Numbers as long as those of cards are common; those whose check digit is right are not.
        var kind = email * 2 > looked ? "email" : card * 2 > looked && rightCards * 10 > cards * 8 ? "card" : phone * 2 > looked ? "phone" : null;
        return figures with
        {
            Patterns = [.. patterns.Select(p => new TextPattern(p.Key, p.Value)).OrderByDescending(p => p.Count).ThenBy(p => p.Pattern, StringComparer.Ordinal).Take(Patterns)],
            PatternRows = maxLength <= MaxPatternLength ? looked : 0,
            Kind = kind,
            KindShare = kind switch { "email" => Share(email), "card" => Share(card), "phone" => Share(phone), _ => null },
        };

        double Share(long count) => (double)count / looked;
    }

    /// <summary>The patterns are those of the filters that show the rows; there, <c>\w</c> is of ASCII, and a line break is no end.</summary>
    private static bool IsMatch(Regex pattern, string text) =>
        text.Length is > 3 and <= MaxKindLength
        && (pattern == Email ? text.Contains('@') : char.IsAsciiDigit(text[^1]))
        && Ascii.IsValid(text) && text[^1] != '\n' && pattern.IsMatch(text);

    private static string PatternOf(string text) => string.Create(text.Length, text, (shape, source) =>
    {
        for (var i = 0; i < shape.Length; i++)
        {
            var c = source[i];
            shape[i] = char.IsAsciiDigit(c) ? '9' : char.IsAsciiLetterLower(c) ? 'a' : char.IsAsciiLetterUpper(c) ? 'A' : c < 128 ? c : Foreign.GetValueOrDefault(c, c);
        }
    });

    /// <summary>Luhn's formula, ISO/IEC 7812-1.</summary>
    private static bool HasCheckDigit(string number)
    {
        var digits = number.Where(char.IsAsciiDigit).Select(c => c - '0').Reverse().ToList();
        return digits.Select((d, i) => i % 2 == 0 ? d : d > 4 ? (2 * d) - 9 : 2 * d).Sum() % 10 == 0;
    }
}
