using System.Globalization;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Expressions;

/// <summary>A formula over columns: checked, typed, and written as SQL in which every name is quoted and every value a parameter.</summary>
internal sealed class ExpressionCompiler
{
    private const int LongestSql = 50_000;
    private const int LongestFormat = 100;

    private readonly IReadOnlyList<ColumnSchema> _columns;
    private readonly StepSql _sql;
    private readonly List<(string Pattern, int Position)> _patterns = [];

    private ExpressionCompiler(IReadOnlyList<ColumnSchema> columns, StepSql sql) => (_columns, _sql) = (columns, sql);

    /// <summary>Regular expressions that stand in the formula: the engine must be asked whether it understands them.</summary>
    public IReadOnlyList<(string Pattern, int Position)> Patterns => _patterns;

    /// <exception cref="ExpressionException">With the place.</exception>
    public static (string Sql, ColumnType Type, IReadOnlyList<(string Pattern, int Position)> Patterns) Compile(string text, IReadOnlyList<ColumnSchema> columns, StepSql sql)
    {
        var compiler = new ExpressionCompiler(columns, sql);
        var typed = compiler.Write(ExpressionParser.Parse(text));
        return (typed.Sql, typed.Type ?? throw new ExpressionException(0, "The formula is a missing value and nothing else."), compiler.Patterns);
    }

    private Typed Write(Expression expression)
    {
        switch (expression)
        {
            case Literal literal:
                return Write(literal);
            case ColumnName name:
                return Write(name);
            case Unary { Sign: "-" } minus:
                var number = Require(minus.Operand, ArgumentKind.Number, "-");
                return new($"(-{number.Sql})", number.Type);
            case Unary not:
                return new($"(NOT {Require(not.Operand, ArgumentKind.Boolean, "not").Sql})", ColumnType.Boolean);
            case Binary binary:
                return Write(binary);
            case Call call:
                return Write(call);
            case IsMissing missing:
                return new($"({Write(missing.Operand).Sql} IS {(missing.Negated ? "NOT " : "")}NULL)", ColumnType.Boolean);
            case OneOf one:
                return Write(one);
            case Between between:
                var (value, low) = Alike(between.Operand, between.Low, between.Position);
                var (_, high) = Alike(between.Operand, between.High, between.Position);
                return new($"({value.Sql} BETWEEN {low.Sql} AND {high.Sql})", ColumnType.Boolean);
            case Case many:
                return Write(many);
            default:
                throw new InvalidOperationException(expression.GetType().Name);
        }
    }

    private Typed Write(Literal literal) => literal.Value switch
    {
        null => new("NULL", null),
        long whole => new(_sql.Integer(whole), ColumnType.Integer),
        double number => new(_sql.Number(number), ColumnType.Number),
        bool yes => new(yes ? "true" : "false", ColumnType.Boolean),
        var text => new(_sql.Text((string)text), ColumnType.Text),
    };

    private Typed Write(ColumnName name)
    {
        var column = _columns.FirstOrDefault(c => c.Name == name.Name) ?? _columns.FirstOrDefault(c => c.Name.Equals(name.Name, StringComparison.OrdinalIgnoreCase));
        if (column is not null)
        {
            return new(Sql.Name(column.Name), column.Type);
        }

        var hint = ExpressionFunctions.Find(name.Name.ToLowerInvariant()) is { } function ? $" The function is written {function.Signature}." : "";
        throw new ExpressionException(name.Position, $"There is no column \"{(name.Name.Length > 60 ? name.Name[..60] + "…" : name.Name)}\".{hint}", "UNKNOWN_COLUMN");
    }

    /// <summary>Some functions name their arguments several times: nested, the statement would grow without bound.</summary>
    private static Typed Bounded(Typed typed, int position) => typed.Sql.Length <= LongestSql ? typed : throw new ExpressionException(position, "The formula becomes too long. Make two steps of it.");

    private Typed Write(Binary binary) => Bounded(Combine(binary), binary.Position);

    private Typed Combine(Binary binary)
    {
        switch (binary.Sign)
        {
            case "and" or "or":
                return new($"({Require(binary.Left, ArgumentKind.Boolean, binary.Sign).Sql} {binary.Sign.ToUpperInvariant()} {Require(binary.Right, ArgumentKind.Boolean, binary.Sign).Sql})", ColumnType.Boolean);
            case "=" or "!=" or "<" or "<=" or ">" or ">=":
                var (first, second) = Alike(binary.Left, binary.Right, binary.Position);
                // "Not equal" includes rows without a value, as people mean it.
                return new($"({first.Sql} {(binary.Sign == "!=" ? "IS DISTINCT FROM" : binary.Sign)} {second.Sql})", ColumnType.Boolean);
        }

        var left = Write(binary.Left);
        var right = Write(binary.Right);
        if (binary.Sign == "||" || (binary.Sign == "+" && (left.Type == ColumnType.Text || right.Type == ColumnType.Text)))
        {
            return new($"({TextGrowth.Join($"({left.Sql})::VARCHAR", $"({right.Sql})::VARCHAR")})", ColumnType.Text);
        }

        if (left.Type == ColumnType.Date && right.Type is ColumnType.Date && binary.Sign == "-")
        {
            return new($"({left.Sql} - {right.Sql})", ColumnType.Integer);
        }

        if (left.Type == ColumnType.Date && right.Type is ColumnType.Integer && binary.Sign is "-" or "+" && left.Type == ColumnType.Date)
        {
            return new($"({left.Sql} {binary.Sign} ({right.Sql})::INTEGER)", ColumnType.Date);
        }

        RequireNumber(left, binary.Left, binary.Sign);
        RequireNumber(right, binary.Right, binary.Sign);
        var isWhole = left.Type != ColumnType.Number && right.Type != ColumnType.Number;
        return binary.Sign switch
        {
            // By zero there is no result.
            "/" => new($"(({left.Sql})::DOUBLE / nullif(({right.Sql})::DOUBLE, 0))", ColumnType.Number),
            "%" => new($"({left.Sql} % nullif({right.Sql}, 0))", isWhole ? ColumnType.Integer : ColumnType.Number),
            "^" => new($"pow(({left.Sql})::DOUBLE, ({right.Sql})::DOUBLE)", ColumnType.Number),
            _ => new($"({left.Sql} {binary.Sign} {right.Sql})", isWhole ? ColumnType.Integer : ColumnType.Number),
        };
    }

    private Typed Write(Call call)
    {
        var function = ExpressionFunctions.Find(call.Function) ?? throw new ExpressionException(call.Position, $"There is no function \"{(call.Function.Length > 40 ? call.Function[..40] + "…" : call.Function)}\".{Nearest(call.Function)}", "UNKNOWN_FUNCTION");
        if (call.Arguments.Count < function.Required || (!function.IsOpen && call.Arguments.Count > function.Arguments.Count))
        {
            throw new ExpressionException(call.Position, $"{call.Function} is written {function.Signature}.");
        }

        List<Typed> arguments = [];
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            arguments.Add(Require(call.Arguments[i], function.Arguments[Math.Min(i, function.Arguments.Count - 1)], call.Function));
        }

        try
        {
            return Bounded(function.Write(arguments), call.Position);
        }
        catch (ArgumentException mixed)
        {
            throw new ExpressionException(call.Position, $"{call.Function}: {mixed.Message}.");
        }
    }

    private Typed Write(OneOf one)
    {
        List<string> values = [];
        var operand = Write(one.Operand);
        foreach (var value in one.Values)
        {
            values.Add(Alike(one.Operand, value, one.Position).Right.Sql);
        }

        return values.Count == 0
            ? throw new ExpressionException(one.Position, "in needs at least one value: in ('a', 'b').")
            : new($"({operand.Sql} {(one.Negated ? "NOT " : "")}IN ({string.Join(", ", values)}))", ColumnType.Boolean);
    }

    private Typed Write(Case many)
    {
        var branches = many.Branches.Select(b => (When: Require(b.When, ArgumentKind.Boolean, "when"), Then: Write(b.Then))).ToList();
        var otherwise = many.Else is null ? (Typed?)null : Write(many.Else);
        try
        {
            var type = ExpressionFunctions.Common([.. branches.Select(b => b.Then), .. otherwise is { } e ? [e] : Array.Empty<Typed>()]);
            return new($"CASE {string.Join(' ', branches.Select(b => $"WHEN {b.When.Sql} THEN {b.Then.Sql}"))}{(otherwise is { } last ? $" ELSE {last.Sql}" : "")} END", type);
        }
        catch (ArgumentException mixed)
        {
            throw new ExpressionException(many.Position, $"case: {mixed.Message}.");
        }
    }

    /// <summary>Two sides of a comparison; a text that is compared with a date is read as one.</summary>
    private (Typed Left, Typed Right) Alike(Expression first, Expression second, int position)
    {
        var left = Write(first);
        var right = Write(second);
        if (second is Literal { Value: string text } && left.Type is { } wanted and not ColumnType.Text)
        {
            right = Read(text, wanted, second.Position);
        }
        else if (first is Literal { Value: string other } && right.Type is { } type and not ColumnType.Text)
        {
            left = Read(other, type, first.Position);
        }

        try
        {
            ExpressionFunctions.Common([left, right]);
        }
        catch (ArgumentException)
        {
            throw new ExpressionException(position, $"{Upper(StepArguments.TypeWord(left.Type!.Value))} cannot be compared with {StepArguments.TypeWord(right.Type!.Value)}. Make them the same with text(x) or number(x).");
        }

        return (left, right);
    }

    private Typed Read(string text, ColumnType type, int position) => Constants.Sql(text, type, _sql) is { } sql
        ? new(sql, type)
        : throw new ExpressionException(position, $"'{text}' cannot be compared with {StepArguments.TypeWord(type)}.");

    private Typed Require(Expression expression, ArgumentKind kind, string by)
    {
        var typed = Write(expression);
        if (kind == ArgumentKind.Pattern)
        {
            var pattern = expression is Literal { Value: string text } ? text : throw new ExpressionException(expression.Position, $"{by} takes a regular expression in single quotes here.");
            _patterns.Add((pattern, expression.Position));
            return typed;
        }

        if (kind == ArgumentKind.Format)
        {
            return expression is Literal { Value: string { Length: <= LongestFormat } } ? typed : throw new ExpressionException(expression.Position, $"{by} takes a format like '%d.%m.%Y' in single quotes here.");
        }

        var fits = typed.Type is null || kind switch
        {
            ArgumentKind.Number => typed.Type is ColumnType.Integer or ColumnType.Number,
            ArgumentKind.Text => typed.Type == ColumnType.Text,
            ArgumentKind.Boolean => typed.Type == ColumnType.Boolean,
            ArgumentKind.Moment => typed.Type is ColumnType.Date or ColumnType.Datetime or ColumnType.Time,
            _ => true,
        };
        if (fits)
        {
            return typed;
        }

        var hint = kind switch
        {
            ArgumentKind.Number => "a number; number(x) makes one of a text",
            ArgumentKind.Text => "a text; text(x) makes one of anything",
            ArgumentKind.Boolean => "a condition, like age > 30",
            _ => "a date; date(x) makes one of a text",
        };
        throw new ExpressionException(expression.Position, $"{by} takes {hint}, not {StepArguments.TypeWord(typed.Type!.Value)}.");
    }

    private static void RequireNumber(Typed typed, Expression expression, string sign)
    {
        if (typed.Type is not (null or ColumnType.Integer or ColumnType.Number))
        {
            var hint = typed.Type is ColumnType.Date or ColumnType.Datetime ? "For dates there are days_between(a, b) and add_days(x, n)." : "number(x) makes a number of a text.";
            throw new ExpressionException(expression.Position, string.Create(CultureInfo.InvariantCulture, $"\"{sign}\" takes numbers, not {StepArguments.TypeWord(typed.Type.Value)}. {hint}"));
        }
    }

    private static string Upper(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Nearest(string name)
    {
        var near = ExpressionFunctions.All.Where(f => f.Name.Contains(name, StringComparison.Ordinal) || name.Contains(f.Name, StringComparison.Ordinal)).Select(f => f.Signature).Take(3).ToList();
        return near.Count == 0 ? " The help lists those that there are." : $" There is {string.Join(", ", near)}.";
    }
}
