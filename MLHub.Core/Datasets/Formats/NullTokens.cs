using System.Text;

namespace MLHub.Core.Datasets.Formats;

/// <summary>The texts that mean "no value".</summary>
internal sealed class NullTokens
{
    private static readonly string[] Usual =
        ["NA", "N/A", "n/a", "#N/A", "<NA>", "null", "NULL", "Null", "None", "NaN", "nan", "NAN", "-", "?"];

    private readonly byte[][] _tokens;
    private readonly bool[] _firstBytes = new bool[256];
    private readonly int _longest;

    public NullTokens(IReadOnlyList<string>? wanted)
    {
        AreChosen = wanted is not null;
        Texts = [.. (wanted ?? Usual).Where(t => t.Trim().Length > 0).Select(t => t.Trim()).Distinct()];
        _tokens = [.. Texts.Select(Encoding.UTF8.GetBytes)];
        foreach (var token in _tokens)
        {
            _firstBytes[token[0]] = true;
            _longest = Math.Max(_longest, token.Length);
        }
    }

    /// <summary>The user named them: they hold for columns that a file calls text, too.</summary>
    public bool AreChosen { get; }

    public IReadOnlyList<string> Texts { get; }

    /// <param name="cell">Without blanks around it.</param>
    /// <returns>Index of the token, or -1. An empty cell is none of them, but missing all the same.</returns>
    public int Find(ReadOnlySpan<byte> cell)
    {
        if (cell.Length > _longest || cell.IsEmpty || !_firstBytes[cell[0]])
        {
            return -1;
        }

        for (var i = 0; i < _tokens.Length; i++)
        {
            if (cell.SequenceEqual(_tokens[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
