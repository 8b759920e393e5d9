using System.Globalization;

namespace MLHub.Core.Recipes.Expressions;

/// <summary>Text → parts. Weakest first: or, and, not, comparison, + and -, *, / and %, ^, sign.</summary>
internal sealed class ExpressionParser
{
    public const int MaxLength = 4000;
    private const int MaxDepth = 40;
    private const int MaxOperators = 200;

    private static readonly string[] _operators = ["+", "-", "*", "/", "%", "^", "||"];
    private static readonly string[] _comparisons = ["=", "!=", "<", "<=", ">", ">="];
    private static readonly HashSet<string> _keywords = new(StringComparer.OrdinalIgnoreCase) { "and", "or", "not", "is", "in", "between", "case", "when", "then", "else", "end", "true", "false", "null", "missing" };

    private readonly List<ExpressionToken> _tokens;
    private int _at;
    private int _depth;

    private ExpressionParser(List<ExpressionToken> tokens) => _tokens = tokens;

    private ExpressionToken Next => _tokens[_at];

    /// <summary>Whether a column of this name has to stand in quotes.</summary>
    public static bool IsKeyword(string word) => _keywords.Contains(word);

    /// <exception cref="ExpressionException">With the place.</exception>
    public static Expression Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new ExpressionException(MaxLength, $"A formula may have up to {MaxLength} characters.");
        }

        var tokens = ExpressionToken.Scan(text);
        // A chain of operators is a tree as deep as it is long, and the engine reads it with its stack.
        if (tokens.Where(t => (t.Kind == TokenKind.Sign && _operators.Contains(t.Text)) || t.IsWord("and") || t.IsWord("or") || t.IsWord("not")).Skip(MaxOperators).Select(t => (int?)t.Start).FirstOrDefault() is { } place)
        {
            throw new ExpressionException(place, $"A formula may have up to {MaxOperators} operators. Make two steps of it.");
        }

        var parser = new ExpressionParser(tokens);
        if (parser.Next.Kind == TokenKind.End)
        {
            throw new ExpressionException(0, "The formula is empty. It looks like: round(price / area, 2).");
        }

        var expression = parser.Or();
        return parser.Next.Kind == TokenKind.End ? expression : throw parser.Unexpected("an operator, or the end");
    }

    private Expression Or()
    {
        if (++_depth > MaxDepth)
        {
            throw new ExpressionException(Next.Start, "The formula is nested too deeply. Make two steps of it.");
        }

        var left = And();
        while (Next.IsWord("or"))
        {
            left = new Binary(_tokens[_at++].Start, "or", left, And());
        }

        _depth--;
        return left;
    }

    private Expression And()
    {
        var left = Not();
        while (Next.IsWord("and"))
        {
            left = new Binary(_tokens[_at++].Start, "and", left, Not());
        }

        return left;
    }

    private Expression Not()
    {
        List<int> nots = [];
        while (Next.IsWord("not"))
        {
            nots.Add(_tokens[_at++].Start);
        }

        var operand = Comparison();
        for (var i = nots.Count - 1; i >= Math.Max(0, nots.Count - 2); i--)
        {
            // not not x is x: only whether their number is odd matters.
            operand = new Unary(nots[i], "not", operand);
        }

        return nots.Count > 2 && nots.Count % 2 == 1 ? new Unary(nots[0], "not", operand) : operand;
    }

    private Expression Comparison()
    {
        var left = Sum();
        if (Next.Kind == TokenKind.Sign && _comparisons.Contains(Next.Text))
        {
            var sign = _tokens[_at++];
            return new Binary(sign.Start, sign.Text, left, Sum());
        }

        if (Next.IsWord("contains"))
        {
            var at = _tokens[_at++].Start;
            return new Call(at, "contains", [left, Sum()]);
        }

        if (Next.IsWord("is"))
        {
            var at = _tokens[_at++].Start;
            var negated = Take("not");
            return Take("null") || Take("missing") ? new IsMissing(at, left, negated) : throw Unexpected("null or missing");
        }

        var negatedIn = Next.IsWord("not") && _tokens[_at + 1].IsWord("in");
        if (negatedIn || Next.IsWord("in"))
        {
            var at = Next.Start;
            _at += negatedIn ? 2 : 1;
            return new OneOf(at, left, Arguments(), negatedIn);
        }

        if (Next.IsWord("between"))
        {
            var at = _tokens[_at++].Start;
            var low = Sum();
            return Take("and") ? new Between(at, left, low, Sum()) : throw Unexpected("and");
        }

        return left;
    }

    private Expression Sum()
    {
        var left = Product();
        while (Next.Is("+") || Next.Is("-") || Next.Is("||"))
        {
            var sign = _tokens[_at++];
            left = new Binary(sign.Start, sign.Text, left, Product());
        }

        return left;
    }

    private Expression Product()
    {
        var left = Signed();
        while (Next.Is("*") || Next.Is("/") || Next.Is("%"))
        {
            var sign = _tokens[_at++];
            left = new Binary(sign.Start, sign.Text, left, Signed());
        }

        return left;
    }

    private Expression Signed()
    {
        var minus = 0;
        var at = Next.Start;
        while (Next.Is("-") || Next.Is("+"))
        {
            minus += _tokens[_at++].Text == "-" ? 1 : 0;
        }

        var operand = Power();
        return minus % 2 == 0 ? operand : operand switch
        {
            Literal { Value: long whole } => new Literal(at, -whole),
            Literal { Value: double number } => new Literal(at, -number),
            _ => new Unary(at, "-", operand),
        };
    }

    private Expression Power()
    {
        var left = Primary();
        if (!Next.Is("^"))
        {
            return left;
        }

        var at = _tokens[_at++].Start;
        if (++_depth > MaxDepth)
        {
            throw new ExpressionException(at, "The formula is nested too deeply. Make two steps of it.");
        }

        var power = new Binary(at, "^", left, Signed());
        _depth--;
        return power;
    }

    private Expression Primary()
    {
        var token = Next;
        switch (token.Kind)
        {
            case TokenKind.Number:
                _at++;
                return new Literal(token.Start, Number(token));
            case TokenKind.Text:
                _at++;
                return new Literal(token.Start, token.Text);
            case TokenKind.Name:
                _at++;
                return new ColumnName(token.Start, token.Text);
            case TokenKind.Sign when token.Text == "(":
                _at++;
                var inner = Or();
                Require(")");
                return inner;
            case TokenKind.Word when token.IsWord("case"):
                return CaseWhen();
            case TokenKind.Word when token.IsWord("true") || token.IsWord("false"):
                _at++;
                return new Literal(token.Start, token.IsWord("true"));
            case TokenKind.Word when token.IsWord("null") || token.IsWord("missing"):
                _at++;
                return new Literal(token.Start, null);
            case TokenKind.Word when _tokens[_at + 1].Is("("):
                _at++;
                return new Call(token.Start, token.Text.ToLowerInvariant(), Arguments());
            case TokenKind.Word when !_keywords.Contains(token.Text):
                _at++;
                return new ColumnName(token.Start, token.Text);
            default:
                throw Unexpected("a column, a value or a function");
        }
    }

    private Case CaseWhen()
    {
        var at = _tokens[_at++].Start;
        List<(Expression, Expression)> branches = [];
        while (Take("when"))
        {
            var condition = Or();
            if (!Take("then"))
            {
                throw Unexpected("then");
            }

            branches.Add((condition, Or()));
        }

        if (branches.Count == 0)
        {
            throw Unexpected("when");
        }

        var otherwise = Take("else") ? Or() : null;
        return Take("end") ? new(at, branches, otherwise) : throw Unexpected("when, else or end");
    }

    private List<Expression> Arguments()
    {
        Require("(");
        List<Expression> arguments = [];
        if (!Next.Is(")"))
        {
            do
            {
                arguments.Add(Or());
            }
            while (TakeSign(","));
        }

        Require(")");
        return arguments;
    }

    private static object Number(ExpressionToken token)
    {
        if (long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        return double.TryParse(token.Text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new ExpressionException(token.Start, $"\"{token.Text}\" is no number.");
    }

    private bool Take(string word)
    {
        if (Next.IsWord(word))
        {
            _at++;
            return true;
        }

        return false;
    }

    private bool TakeSign(string sign)
    {
        if (Next.Is(sign))
        {
            _at++;
            return true;
        }

        return false;
    }

    private void Require(string sign)
    {
        if (!TakeSign(sign))
        {
            throw Unexpected(sign == ")" ? "a closing bracket" : "an opening bracket");
        }
    }

    private ExpressionException Unexpected(string wanted) =>
        new(Next.Start, $"Here {wanted} should stand{(Next.Kind == TokenKind.End ? "" : $", not \"{(Next.Text.Length > 40 ? Next.Text[..40] + "…" : Next.Text)}\"")}.");
}
