using System.Text;

namespace MLHub.Core.Recipes.Expressions;

internal enum TokenKind
{
    Number,
    Text,

    /// <summary>A word: a column, a function or a keyword.</summary>
    Word,

    /// <summary>A name in double quotes: always a column.</summary>
    Name,
    Sign,
    End,
}

/// <param name="Start">Where in the text, from 0.</param>
internal readonly record struct ExpressionToken(TokenKind Kind, string Text, int Start)
{
    private static readonly string[] _signs = ["<=", ">=", "!=", "<>", "==", "||", "+", "-", "*", "/", "%", "^", "(", ")", ",", "=", "<", ">"];

    public bool Is(string sign) => Kind == TokenKind.Sign && Text == sign;

    public bool IsWord(string word) => Kind == TokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public static List<ExpressionToken> Scan(string text)
    {
        List<ExpressionToken> tokens = [];
        for (var at = 0; at < text.Length;)
        {
            var c = text[at];
            var start = at;
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c is '\'' or '"')
            {
                tokens.Add(new(c == '"' ? TokenKind.Name : TokenKind.Text, Quoted(text, ref at), start));
            }
            else if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            {
                while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '.' || (text[at] is '-' or '+' && text[at - 1] is 'e' or 'E')))
                {
                    at++;
                }

                tokens.Add(new(TokenKind.Number, text[start..at], start));
            }
            else if (char.IsLetter(c) || c == '_')
            {
                while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '.'))
                {
                    at++;
                }

                tokens.Add(new(TokenKind.Word, text[start..at], start));
            }
            else
            {
                var sign = Array.Find(_signs, s => string.CompareOrdinal(text, start, s, 0, s.Length) == 0)
                    ?? throw new ExpressionException(start, $"\"{c}\" means nothing here. Names with signs or spaces stand in double quotes, texts in single ones.");
                at += sign.Length;
                tokens.Add(new(TokenKind.Sign, sign switch { "<>" => "!=", "==" => "=", _ => sign }, start));
            }
        }

        tokens.Add(new(TokenKind.End, "", text.Length));
        return tokens;
    }

    /// <summary>What stands between the quotes; a quote inside is written twice.</summary>
    private static string Quoted(string text, ref int at)
    {
        var (quote, start) = (text[at], at);
        var content = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != quote)
            {
                content.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == quote)
            {
                content.Append(text[at++]);
            }
            else
            {
                at++;
                return content.ToString();
            }
        }

        throw new ExpressionException(start, "This quote is never closed.");
    }
}
