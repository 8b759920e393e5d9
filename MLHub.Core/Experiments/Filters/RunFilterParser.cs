using System.Globalization;
using MLHub.Core.Training;

namespace MLHub.Core.Experiments.Filters;

/// <summary>
/// Reads filters like <c>metric.val_auc &gt; 0.9 and (algo in (fasttree, lightgbm) or tag has baseline) and created within 7d</c>.
/// Case does not matter; AND may be left out; words that are no comparison search name, note and tags.
/// </summary>
public sealed class RunFilterParser
{
    public const int MaxLength = 4000;
    public const int MaxParts = 200;

    private static readonly string[] States = Enum.GetNames<RunState>();
    private static readonly string[] Tasks = Enum.GetNames<TrainingTask>();
    private static readonly string[] Sources = Enum.GetNames<RunSource>();

    private readonly string _text;
    private readonly IReadOnlyList<string> _known;
    private readonly List<RunFilterToken> _tokens;
    private int _at;
    private int _parts;
    private int _depth;

    private RunFilterParser(string text, IReadOnlyList<string> known, List<RunFilterToken> tokens)
    {
        _text = text;
        _known = known;
        _tokens = tokens;
    }

    /// <param name="known">Fields of these runs (<c>metric.auc</c> …), for advice.</param>
    /// <returns>No filter for an empty text; a problem when it cannot be understood.</returns>
    public static (RunFilter? Filter, RunFilterProblem? Problem) Parse(string? text, IReadOnlyList<string>? known = null)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return (null, null);
        }

        if (text.Length > MaxLength)
        {
            return (null, new(0, text.Length, $"A filter has at most {MaxLength} characters."));
        }

        var (tokens, problem) = RunFilterToken.Cut(text);
        if (problem is not null)
        {
            return (null, problem);
        }

        var parser = new RunFilterParser(text, known ?? [], tokens);
        try
        {
            var filter = parser.Or();
            return parser.Here is { } rest
                ? (null, new(rest.Start, rest.Length, rest.Kind == RunFilterTokenKind.Close ? "There is no ( for this )." : $"“{rest.Text}” is not expected here."))
                : (filter, null);
        }
        catch (Misread misread)
        {
            return (null, misread.Problem);
        }
    }

    private RunFilterToken? Here => _at < _tokens.Count ? _tokens[_at] : null;

    private RunFilterToken? Next => _at + 1 < _tokens.Count ? _tokens[_at + 1] : null;

    private RunFilter Or()
    {
        // Parentheses and "not" recurse; nobody writes so many by hand.
        if (++_depth > 50)
        {
            throw Blame(Here, "Too many parentheses inside of one another.");
        }

        var left = And();
        while (Here?.Is("or") == true)
        {
            _at++;
            left = new RunFilter.Or(left, And());
        }

        _depth--;
        return left;
    }

    private RunFilter And()
    {
        var left = Not();
        while (Here is { Kind: not RunFilterTokenKind.Close } here && !here.Is("or"))
        {
            if (here.Is("and"))
            {
                _at++;
            }

            left = new RunFilter.And(left, Not());
        }

        return left;
    }

    private RunFilter Not()
    {
        if (++_parts > MaxParts)
        {
            throw Blame(Here, $"A filter has at most {MaxParts} parts.");
        }

        if (Here?.Is("not") == true)
        {
            _at++;
            if (++_depth > 50)
            {
                throw Blame(Here, "Too many “not” in a row.");
            }

            var inner = new RunFilter.Not(Not());
            _depth--;
            return inner;
        }

        if (Here?.Kind == RunFilterTokenKind.Open)
        {
            var open = Here;
            _at++;
            var inner = Or();
            if (Here?.Kind != RunFilterTokenKind.Close)
            {
                throw Blame(open, "This ( is never closed.");
            }

            _at++;
            return inner;
        }

        return Term();
    }

    private RunFilter Term()
    {
        var token = Here ?? throw BlameEnd("Something is missing at the end.");
        if (token.Kind is not (RunFilterTokenKind.Word or RunFilterTokenKind.Quoted) || token.Is("and") || token.Is("or"))
        {
            throw Blame(token, $"A field or a word is expected before “{token.Text}”.");
        }

        _at++;
        if (token.Kind == RunFilterTokenKind.Quoted)
        {
            return new RunFilter.Words(token.Text);
        }

        var field = RunField.Find(token.Text);
        if (token.Is("by") && Here is { Kind: RunFilterTokenKind.Word or RunFilterTokenKind.Quoted } person)
        {
            _at++;
            return new RunFilter.Compare(field!, RunOperator.Equal, [Value(person)]);
        }

        if (field is null)
        {
            return Here is { } after && (after.Kind == RunFilterTokenKind.Operator || (after.Is("in") && Next?.Kind == RunFilterTokenKind.Open) || after.Is("between") || after.Is("contains") || after.Is("within"))
                ? throw Unknown(token)
                : new RunFilter.Words(token.Text);
        }

        return Comparison(token, field);
    }

    private RunFilter Comparison(RunFilterToken token, RunField field)
    {
        var sign = Here;
        if (sign is null || (sign.Kind != RunFilterTokenKind.Operator && !IsWordOperator(sign)))
        {
            // "archived" alone is a question; any other field alone is a word.
            return field.IsFlag ? new RunFilter.Compare(field, RunOperator.Equal, [new("true", null, null)]) : new RunFilter.Words(token.Text);
        }

        _at++;
        if (sign.Is("is"))
        {
            var isNot = Here?.Is("not") == true;
            _at += isNot ? 1 : 0;
            var empty = Here ?? throw BlameEnd("“null” is expected after “is”.");
            if (!empty.Is("null") && !empty.Is("empty"))
            {
                throw Blame(empty, "“null” is expected after “is”.");
            }

            _at++;
            return isNot ? new RunFilter.Not(new RunFilter.IsNull(field)) : new RunFilter.IsNull(field);
        }

        var isNegated = sign.Is("not") || sign.Text == "!~";
        if (sign.Is("not"))
        {
            sign = Here ?? throw BlameEnd("Something is missing at the end.");
            _at++;
        }

        var compare = new RunFilter.Compare(field, Operator(sign, field), Values(sign, field));
        return isNegated ? new RunFilter.Not(compare) : compare;
    }

    private bool IsWordOperator(RunFilterToken token) =>
        token.Is("in") || token.Is("between") || token.Is("contains") || token.Is("starts") || token.Is("is") || token.Is("has") || token.Is("within")
        || (token.Is("not") && Next is { } next && (next.Is("in") || next.Is("between") || next.Is("contains") || next.Is("starts") || next.Is("has")));

    private static RunOperator Operator(RunFilterToken sign, RunField field)
    {
        var found = sign.Text.ToLowerInvariant() switch
        {
            "=" or "==" => RunOperator.Equal,
            "!=" or "<>" => RunOperator.NotEqual,
            "<" => RunOperator.Less,
            "<=" => RunOperator.LessOrEqual,
            ">" => RunOperator.Greater,
            ">=" => RunOperator.GreaterOrEqual,
            "~" or "!~" => RunOperator.Matches,
            "in" => RunOperator.In,
            "between" => RunOperator.Between,
            "contains" => RunOperator.Contains,
            "has" => field is { Kind: RunFieldKind.Tag, Key: null } ? RunOperator.Equal : RunOperator.Contains,
            "starts" => RunOperator.Starts,
            "within" => RunOperator.Within,
            _ => throw Blame(sign, $"“{sign.Text}” is no comparison. There are = != < <= > >= ~ in, between, contains, starts, has, within and is null."),
        };
        var isText = found is RunOperator.Contains or RunOperator.Starts or RunOperator.Matches;
        return (field.IsNumber || field.IsTime || field.IsFlag || field.Kind is RunFieldKind.Id or RunFieldKind.Parent) && isText ? throw Blame(sign, "This field holds no text. Compare it with = < or >.")
            : found == RunOperator.Within && !field.IsTime ? throw Blame(sign, "“within” asks for a time: created, started or ended.")
            : found;
    }

    private List<RunFilterValue> Values(RunFilterToken sign, RunField field)
    {
        if (sign.Is("in"))
        {
            if (Here?.Kind != RunFilterTokenKind.Open)
            {
                throw Here is null ? BlameEnd("A list in parentheses is expected after “in”.") : Blame(Here, "A list in parentheses is expected after “in”.");
            }

            _at++;
            var list = new List<RunFilterValue>();
            do
            {
                list.Add(Checked(field, sign));
            }
            while (Here?.Kind == RunFilterTokenKind.Comma && ++_at > 0);

            if (Here?.Kind != RunFilterTokenKind.Close)
            {
                throw Here is null ? BlameEnd("A ) is missing after the list.") : Blame(Here, "A comma or a ) is expected here.");
            }

            _at++;
            return list;
        }

        if (sign.Is("between"))
        {
            var from = Checked(field, sign);
            if (Here?.Is("and") != true)
            {
                throw Here is null ? BlameEnd("“and” and a second value are expected.") : Blame(Here, "“and” and a second value are expected.");
            }

            _at++;
            return [from, Checked(field, sign)];
        }

        return [Checked(field, sign)];
    }

    private RunFilterValue Checked(RunField field, RunFilterToken sign)
    {
        var token = Here;
        if (token is null || token.Kind is not (RunFilterTokenKind.Word or RunFilterTokenKind.Quoted))
        {
            throw token is null ? BlameEnd($"A value is missing after “{sign.Text}”.") : Blame(token, $"A value is expected after “{sign.Text}”.");
        }

        _at++;
        var value = Value(token);
        var isOrder = sign.Text is "<" or "<=" or ">" or ">=" || sign.Is("between");
        if (sign.Is("within") && value.Number is null)
        {
            throw Blame(token, "A length of time is expected, like 30m, 12h or 7d.");
        }

        if (field.IsTime && !sign.Is("within") && value.Time is null)
        {
            throw Blame(token, "A date is expected, like 2026-11-25, or “within 7d”.");
        }

        if ((field.IsNumber || (isOrder && !field.IsTime)) && value.Number is null)
        {
            throw Blame(token, field.Kind == RunFieldKind.Duration ? "A length of time is expected, like 90s, 10m or 2h." : "A number is expected here.");
        }

        return field.Kind switch
        {
            RunFieldKind.State => Member(token, value, States, sign),
            RunFieldKind.Task => Member(token, value, Tasks, sign),
            RunFieldKind.Source => Member(token, value, Sources, sign),
            RunFieldKind.Id or RunFieldKind.Parent when !Guid.TryParse(value.Text, out _) => throw Blame(token, "An id has 32 hexadecimal digits."),
            RunFieldKind.Archived or RunFieldKind.Deleted when !bool.TryParse(value.Text, out _) => throw Blame(token, "true or false is expected."),
            _ when sign.Text is "~" or "!~" => Pattern(token, value),
            _ => value,
        };
    }

    private static RunFilterValue Member(RunFilterToken token, RunFilterValue value, string[] names, RunFilterToken sign)
    {
        if (sign.Is("contains") || sign.Is("starts") || sign.Text is "~" or "!~" || names.Contains(value.Text, StringComparer.OrdinalIgnoreCase))
        {
            return sign.Text is "~" or "!~" ? Pattern(token, value) : value;
        }

        var near = RunField.Nearest(value.Text, names);
        throw Blame(token, near is null ? $"It is one of {string.Join(", ", names).ToLowerInvariant()}." : $"Did you mean “{near.ToLowerInvariant()}”?");
    }

    private static RunFilterValue Pattern(RunFilterToken token, RunFilterValue value)
    {
        try
        {
            _ = RunFilterQuery.Pattern(value.Text);
            return value;
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw Blame(token, "This is no pattern that can be searched for. Patterns are regular expressions without look-around and back-references.");
        }
    }

    private static RunFilterValue Value(RunFilterToken token)
    {
        var text = token.Text;
        var time = DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) && text.Contains('-', StringComparison.Ordinal) ? at : (DateTime?)null;
        return new(text, Number(text), time);
    }

    /// <summary>A number, or a length of time in seconds.</summary>
    private static double? Number(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var plain))
        {
            return double.IsNaN(plain) ? null : plain;
        }

        var unit = text.Length > 1 ? char.ToLowerInvariant(text[^1]) switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, 'w' => 604_800, _ => 0 } : 0;
        return unit > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var count) && Math.Abs(count * unit) < 1e9 ? count * unit : null;
    }

    private Misread Unknown(RunFilterToken token)
    {
        var among = RunField.Words.Where(w => !w.EndsWith('.')).Concat(_known).ToList();
        var near = _known.FirstOrDefault(k => k.EndsWith("." + token.Text, StringComparison.OrdinalIgnoreCase)) ?? RunField.Nearest(token.Text, among);
        return Blame(token, near is null
            ? $"There is no field “{token.Text}”. Fields are {string.Join(", ", RunField.Words.Where(w => !w.EndsWith('.')))}, and metric.…, param.…, tag.…"
            : $"There is no field “{token.Text}”. Did you mean “{near}”?");
    }

    private Misread BlameEnd(string message) => new(new(Math.Max(0, _text.TrimEnd().Length - 1), 1, message));

    private static Misread Blame(RunFilterToken? token, string message) => new(new(token?.Start ?? 0, token?.Length ?? 1, message));

    /// <summary>Never leaves this class.</summary>
    private sealed class Misread(RunFilterProblem problem) : Exception(problem.Message)
    {
        public RunFilterProblem Problem { get; } = problem;
    }
}
