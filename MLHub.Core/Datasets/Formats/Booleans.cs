using System.Text;

namespace MLHub.Core.Datasets.Formats;

/// <summary>Pairs of words for yes and no. A column is boolean when all its values are of one pair.</summary>
internal static class Booleans
{
    /// <summary>Letters that stand for much else (F for female): only both together are a yes and a no.</summary>
    private const int LettersFrom = 6;

    private static readonly (string Yes, string No)[] Pairs =
        [("true", "false"), ("yes", "no"), ("ja", "nein"), ("oui", "non"), ("да", "нет"), ("on", "off"), ("t", "f"), ("y", "n")];

    private static readonly (byte[] Yes, byte[] No)[] Bytes = [.. Pairs.Select(p => (Encoding.UTF8.GetBytes(p.Yes), Encoding.UTF8.GetBytes(p.No)))];

    public static int Families => Pairs.Length;

    public static bool NeedsBoth(int family) => family >= LettersFrom;

    /// <returns>The pair, or -1.</returns>
    public static int Find(ReadOnlySpan<byte> cell, out bool value)
    {
        value = false;
        if (cell.Length > 6)
        {
            return -1;
        }

        for (var i = 0; i < Bytes.Length; i++)
        {
            if (Same(cell, Bytes[i].Yes))
            {
                value = true;
                return i;
            }

            if (Same(cell, Bytes[i].No))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool Same(ReadOnlySpan<byte> cell, byte[] word) =>
        cell.Length == word.Length && (Ascii.IsValid(word) ? Ascii.EqualsIgnoreCase(cell, word) : cell.SequenceEqual(word));
}
