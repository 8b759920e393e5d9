namespace MLHub.Core.Experiments.Filters;

internal enum RunFilterTokenKind
{
    Word,
    Quoted,
    Operator,
    Open,
    Close,
    Comma,
}

/// <param name="Text">Without quotes.</param>
internal sealed record RunFilterToken(RunFilterTokenKind Kind, string Text, int Start, int Length)
{
    public bool Is(string word) => Kind == RunFilterTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Cuts a text into tokens; a quote that is never closed is a problem.</summary>
    public static (List<RunFilterToken> Tokens, RunFilterProblem? Problem) Cut(string text)
    {
        var tokens = new List<RunFilterToken>();
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            var c = text[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c is '(' or ')' or ',')
            {
                tokens.Add(new(c == '(' ? RunFilterTokenKind.Open : c == ')' ? RunFilterTokenKind.Close : RunFilterTokenKind.Comma, c.ToString(), i++, 1));
            }
            else if (IsOperator(c))
            {
                while (i < text.Length && IsOperator(text[i]))
                {
                    i++;
                }

                tokens.Add(new(RunFilterTokenKind.Operator, text[start..i], start, i - start));
            }
            else
            {
                var word = new System.Text.StringBuilder();
                var isQuoted = IsQuote(c);
                // A quote inside of a word (metric."val loss") belongs to it; one that begins it makes it a value.
                while (i < text.Length && !char.IsWhiteSpace(text[i]) && !IsOperator(text[i]) && text[i] is not ('(' or ')' or ','))
                {
                    if (!IsQuote(text[i]) || (word.Length > 0 && word[^1] != '.' && !isQuoted))
                    {
                        word.Append(text[i++]);
                        continue;
                    }

                    var end = text.IndexOf(text[i], i + 1);
                    if (end < 0)
                    {
                        return (tokens, new(i, text.Length - i, $"This {text[i]} is never closed. Add another one at the end of the text."));
                    }

                    word.Append(text, i + 1, end - i - 1);
                    i = end + 1;
                    if (isQuoted)
                    {
                        break;
                    }
                }

                tokens.Add(new(isQuoted ? RunFilterTokenKind.Quoted : RunFilterTokenKind.Word, word.ToString(), start, i - start));
            }
        }

        return (tokens, null);
    }

    private static bool IsOperator(char c) => c is '=' or '!' or '<' or '>' or '~';

    private static bool IsQuote(char c) => c is '"' or '\'' or '`';
}
