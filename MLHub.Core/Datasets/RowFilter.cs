using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>
/// Conditions on columns joined by <c>and</c> / <c>or</c>, with brackets and <c>not</c>: <c>age &gt;= 30 and (city = 'Bonn' or city is null)</c>.
/// Operators: <c>= != &lt; &lt;= &gt; &gt;=</c>, <c>in (…)</c>, <c>between … and …</c>, <c>contains</c>, <c>starts with</c>, <c>ends with</c>, <c>matches</c>
/// (a regular expression), each of these with <c>not</c> before it; <c>is missing</c> (or <c>null</c>), <c>is not missing</c>, <c>is finite</c>.
/// <c>name length</c> compares the number of characters; <c>* contains 'x'</c> looks into all text columns. Names with other characters than letters,
/// digits, <c>_</c> and <c>.</c> stand in double quotes, texts and dates in single ones. Becomes SQL with every value a parameter.
/// </summary>
/// <remarks>Negated comparisons include rows without a value, as people mean them.</remarks>
public sealed class RowFilter
{
    private const int MaxLength = 4000;
    private const int MaxDepth = 30;
    private const int MaxListed = 500;
    private const int MaxSearched = 200;

    private readonly StringBuilder _sql = new();
    private readonly List<object> _values = [];
    private readonly List<Token> _tokens;
    private readonly Dictionary<string, DatasetColumn> _columns;
    private int _at;
    private int _depth;

    private readonly Func<object, string>? _name;

    private RowFilter(List<Token> tokens, IReadOnlyList<DatasetColumn> columns, Func<object, string>? name)
    {
        _tokens = tokens;
        _name = name;
        _columns = columns.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
    }

    internal enum Kind
    {
        Word,
        Name,
        Text,
        Number,
        Sign,
        End,
    }

    /// <summary>The condition, with <c>$1</c>, <c>$2</c> … for its values.</summary>
    public string Condition => _sql.ToString();

    /// <summary>The same for every way of writing the same filter over the same columns; part of the name of a cached view.</summary>
    public string Key => $"{Condition}\n{string.Join('\n', _values.Select(v => $"{v.GetType().Name}:{Convert.ToString(v, CultureInfo.InvariantCulture)}"))}";

    /// <exception cref="HubException"><c>BAD_FILTER</c> or <c>UNKNOWN_COLUMN</c>, with the place.</exception>
    public static RowFilter Parse(string text, IReadOnlyList<DatasetColumn> columns) => Parse(text, columns, null);

    /// <param name="name">Takes a value and says what stands for it in the condition; <c>null</c> numbers them.</param>
    internal static RowFilter Parse(string text, IReadOnlyList<DatasetColumn> columns, Func<object, string>? name)
    {
        if (text.Length > MaxLength)
        {
            throw Bad($"A filter may have up to {MaxLength} characters.");
        }

        var filter = new RowFilter(Scan(text), columns, name);
        filter.Or();
        if (filter.Next.Kind != Kind.End)
        {
            throw filter.Unexpected("and, or, or the end");
        }

        return filter;
    }

    private bool HasPattern { get; set; }

    /// <summary>Whether this is the engine's refusal of a regular expression, which it may still utter when the filter runs.</summary>
    public bool IsRefusal(DuckDBException failure) => HasPattern && failure.ErrorType == DuckDBErrorType.InvalidInput;

    /// <summary>What to say then.</summary>
    public static HubException BadPattern(DuckDBException refused) =>
        Bad($"The regular expression cannot be used: {refused.Message.Split('\n')[0]}");

    public void Bind(DuckDBCommand command)
    {
        foreach (var value in _values)
        {
            command.Parameters.Add(new DuckDBParameter(value));
        }
    }

    private Token Next => _tokens[_at];

    private void Or()
    {
        And();
        while (Take("or"))
        {
            _sql.Append(" OR ");
            And();
        }
    }

    private void And()
    {
        Not();
        while (Take("and"))
        {
            _sql.Append(" AND ");
            Not();
        }
    }

    private void Not()
    {
        if (++_depth > MaxDepth)
        {
            throw Bad("The filter is nested too deeply.");
        }

        if (Take("not"))
        {
            _sql.Append("NOT ");
            Not();
        }
        else if (Next is { Kind: Kind.Sign, Text: "(" })
        {
            _at++;
            _sql.Append('(');
            Or();
            if (Next is not { Kind: Kind.Sign, Text: ")" })
            {
                throw Unexpected("a closing bracket");
            }

            _at++;
            _sql.Append(')');
        }
        else
        {
            Comparison();
        }

        _depth--;
    }

    private void Comparison()
    {
        if (Next is { Kind: Kind.Sign, Text: "*" })
        {
            _at++;
            Everywhere();
            return;
        }

        if (Next.Kind is not (Kind.Word or Kind.Name))
        {
            throw Unexpected("the name of a column");
        }

        var name = _tokens[_at++].Text;
        if (!_columns.TryGetValue(name, out var column))
        {
            throw HubException.Field("filter", $"There is no column \"{name}\" in this table.", "UNKNOWN_COLUMN");
        }

        var sql = Sql.Name(column.Name);
        if (Take("length"))
        {
            (sql, column) = ($"length({sql}::VARCHAR)", column with { Type = ColumnType.Integer });
        }

        if (Take("is"))
        {
            Is(column, sql);
        }
        else if (Next is { Kind: Kind.Sign, Text: "=" or "!=" or "<" or "<=" or ">" or ">=" })
        {
            var sign = _tokens[_at++].Text;
            _sql.Append(sql).Append(sign == "!=" ? " IS DISTINCT FROM " : $" {sign} ").Append(Parameter(column));
        }
        else
        {
            Word(column, sql, Take("not"));
        }
    }

    private void Is(DatasetColumn column, string sql)
    {
        var not = Take("not");
        if (Take("finite"))
        {
            _sql.Append(not ? "NOT " : "").Append(column.Type == ColumnType.Number ? $"isfinite({sql})" : $"({sql} IS NOT NULL)");
        }
        else if (Take("null") || Take("missing"))
        {
            _sql.Append(sql).Append(not ? " IS NOT NULL" : " IS NULL");
        }
        else
        {
            throw Unexpected("missing");
        }
    }

    private void Word(DatasetColumn column, string sql, bool not)
    {
        string condition;
        if (Take("in"))
        {
            condition = $"{sql} IN ({string.Join(", ", Listed(column))})";
        }
        else if (Take("between"))
        {
            var from = Parameter(column);
            if (!Take("and"))
            {
                throw Unexpected("and");
            }

            condition = $"{sql} BETWEEN {from} AND {Parameter(column)}";
        }
        else if (Take("contains"))
        {
            condition = $"contains(lower({sql}::VARCHAR), lower({Words()}))";
        }
        else if (TakeWith("starts"))
        {
            condition = $"starts_with(lower({sql}::VARCHAR), lower({Words()}))";
        }
        else if (TakeWith("ends"))
        {
            condition = $"ends_with(lower({sql}::VARCHAR), lower({Words()}))";
        }
        else if (Take("matches"))
        {
            condition = $"regexp_matches({sql}::VARCHAR, {Pattern()})";
        }
        else
        {
            throw Unexpected("=, !=, <, <=, >, >=, in, between, contains, starts with, ends with, matches or is missing");
        }

        _sql.Append(not ? $"NOT coalesce({condition}, false)" : condition);
    }

    /// <summary>All columns of text at once; in a table without text all columns.</summary>
    private void Everywhere()
    {
        if (!Take("contains"))
        {
            throw Unexpected("contains");
        }

        var words = Words();
        var texts = _columns.Values.Where(c => c.Type == ColumnType.Text).DefaultIfEmpty().OfType<DatasetColumn>().ToList();
        var searched = (texts.Count > 0 ? texts : [.. _columns.Values]).Take(MaxSearched);
        _sql.Append('(').AppendJoin(" OR ", searched.Select(c => $"coalesce(contains(lower({Sql.Name(c.Name)}::VARCHAR), lower({words})), false)")).Append(')');
    }

    private List<string> Listed(DatasetColumn column)
    {
        if (Next is not { Kind: Kind.Sign, Text: "(" })
        {
            throw Unexpected("an opening bracket");
        }

        List<string> values = [];
        do
        {
            _at++;
            values.Add(Parameter(column));
        }
        while (Next is { Kind: Kind.Sign, Text: "," } && values.Count < MaxListed);
        if (Next is not { Kind: Kind.Sign, Text: ")" })
        {
            throw Unexpected("a comma or a closing bracket");
        }

        _at++;
        return values;
    }

    private string Words()
    {
        if (Next.Kind is not (Kind.Text or Kind.Number or Kind.Word))
        {
            throw Unexpected("a text");
        }

        return Named(_tokens[_at++].Text);
    }

    private string Pattern()
    {
        var start = Next.Start;
        var parameter = Words();
        try
        {
            // The engine's expressions are a little different; what this one refuses it refuses, too: look-around and back references.
            _ = new Regex((string)_values[^1], RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
        {
            throw Bad($"At character {start + 1} stands no regular expression: {refused.Message}");
        }

        HasPattern = true;
        return parameter;
    }

    private string Parameter(DatasetColumn column)
    {
        return Named(Value(column)) + column.Type switch { ColumnType.Date => "::DATE", ColumnType.Datetime => "::TIMESTAMP", ColumnType.Time => "::TIME", _ => "" };
    }

    private string Named(object value)
    {
        _values.Add(value);
        return _name?.Invoke(value) ?? string.Create(CultureInfo.InvariantCulture, $"${_values.Count}");
    }

    private bool TakeWith(string word)
    {
        if (!Take(word))
        {
            return false;
        }

        return Take("with") ? true : throw Unexpected("with");
    }

    private object Value(DatasetColumn column)
    {
        var token = Next;
        if (token.Kind is not (Kind.Text or Kind.Number or Kind.Word))
        {
            throw Unexpected("a value");
        }

        _at++;
        var text = token.Text;
        const NumberStyles number = NumberStyles.Float;
        return column.Type switch
        {
            ColumnType.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) => integer,
            ColumnType.Integer or ColumnType.Number when double.TryParse(text, number, CultureInfo.InvariantCulture, out var real) => real,
            ColumnType.Boolean when bool.TryParse(text, out var yes) => yes,
            ColumnType.Date when DateOnly.TryParse(text, CultureInfo.InvariantCulture, out var day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ColumnType.Datetime when DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var moment) =>
                moment.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
            ColumnType.Time when TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out var clock) => clock.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
            ColumnType.Text => text,
            _ => throw Bad($"\"{text}\" is no {column.Type.ToString().ToLowerInvariant()}, but the column \"{column.Name}\" holds nothing else."),
        };
    }

    private bool Take(string word)
    {
        if (Next.Kind == Kind.Word && Next.Text.Equals(word, StringComparison.OrdinalIgnoreCase))
        {
            _at++;
            return true;
        }

        return false;
    }

    internal static List<Token> Scan(string text)
    {
        List<Token> tokens = [];
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            var start = at;
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c is '\'' or '"')
            {
                var content = new StringBuilder();
                for (at++; ; at++)
                {
                    if (at >= text.Length)
                    {
                        throw Bad($"The quote at character {start + 1} is never closed.");
                    }

                    if (text[at] == c && (at + 1 >= text.Length || text[at + 1] != c))
                    {
                        break;
                    }

                    at += text[at] == c ? 1 : 0;
                    content.Append(text[at]);
                }

                at++;
                tokens.Add(new(c == '"' ? Kind.Name : Kind.Text, content.ToString(), start));
            }
            else if (char.IsAsciiDigit(c) || (c is '-' or '+' or '.' && at + 1 < text.Length && (char.IsAsciiDigit(text[at + 1]) || text[at + 1] == '.')))
            {
                at++;
                while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '.' || (text[at] is '-' or '+' && text[at - 1] is 'e' or 'E')))
                {
                    at++;
                }

                tokens.Add(new(Kind.Number, text[start..at], start));
            }
            else if (char.IsLetter(c) || c == '_')
            {
                while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '.'))
                {
                    at++;
                }

                tokens.Add(new(Kind.Word, text[start..at], start));
            }
            else
            {
                var two = at + 1 < text.Length ? text.Substring(at, 2) : "";
                var sign = two is "!=" or "<=" or ">=" or "<>" or "==" ? two : c.ToString();
                if (sign is not ("!=" or "<=" or ">=" or "<>" or "==" or "=" or "<" or ">" or "(" or ")" or "," or "*"))
                {
                    throw Bad($"\"{c}\" at character {at + 1} means nothing here.");
                }

                at += sign.Length;
                tokens.Add(new(Kind.Sign, sign switch { "<>" => "!=", "==" => "=", _ => sign }, start));
            }
        }

        tokens.Add(new(Kind.End, "", text.Length));
        return tokens;
    }

    private HubException Unexpected(string wanted) =>
        Bad($"At character {Next.Start + 1} {wanted} should stand{(Next.Kind == Kind.End ? "" : $", not \"{Next.Text}\"")}. A filter looks like: age >= 30 and city = 'Bonn'.");

    private static HubException Bad(string message) => HubException.Field("filter", message, "BAD_FILTER");

    internal readonly record struct Token(Kind Kind, string Text, int Start);
}
