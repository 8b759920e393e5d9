using MLHub.Core.Common;
using static MLHub.Core.Recipes.Expressions.ArgumentKind;

namespace MLHub.Core.Recipes.Expressions;

/// <summary>All functions that formulas know. None looks at the clock, at other rows or at chance: a formula gives the same again.</summary>
public static class ExpressionFunctions
{
    private const int LongestPadding = 1000;

    private static readonly Dictionary<string, ExpressionFunction> _all = Numbers().Concat(Texts()).Concat(Dates()).Concat(Choices()).ToDictionary(f => f.Name);

    public static IReadOnlyCollection<ExpressionFunction> All => _all.Values;

    internal static ExpressionFunction? Find(string name) => _all.GetValueOrDefault(name);

    private static IEnumerable<ExpressionFunction> Numbers() =>
    [
        Same("abs", "abs(x)", "Without its sign."),
        new("round", "round(x, digits)", "To so many digits behind the point, halves to the even neighbour; without digits to whole numbers.")
        {
            Arguments = [ArgumentKind.Number, ArgumentKind.Number], Required = 1,
            Write = a => a[0].Type == ColumnType.Integer && a.Count == 1 ? a[0]
                : new(a.Count == 1 ? $"round_even({D(a[0])}, 0)" : $"(round_even({D(a[0])} * pow(10, {D(a[1])}), 0) / pow(10, {D(a[1])}))", ColumnType.Number),
        },
        Whole("floor", "floor(x)", "The next whole number below."),
        Whole("ceil", "ceil(x)", "The next whole number above."),
        Real("sqrt", "sqrt(x)", "Square root; missing for negative numbers."),
        Real("exp", "exp(x)", "e to the power of x."),
        Real("ln", "ln(x)", "Natural logarithm; missing for zero and below."),
        Real("log10", "log10(x)", "Logarithm to the base 10."),
        Real("log2", "log2(x)", "Logarithm to the base 2."),
        new("power", "power(x, y)", "x to the power of y.") { Arguments = [ArgumentKind.Number, ArgumentKind.Number], Required = 2, Write = a => new($"pow({D(a[0])}, {D(a[1])})", ColumnType.Number) },
        new("sign", "sign(x)", "-1, 0 or 1.") { Arguments = [ArgumentKind.Number], Required = 1, Write = a => new($"sign({a[0].Sql})", ColumnType.Integer) },
        Extreme("min", "min(x, y, …)", "The smallest of the values that are there.", "least"),
        Extreme("max", "max(x, y, …)", "The greatest of the values that are there.", "greatest"),
        new("clip", "clip(x, low, high)", "x, but not below low and not above high.")
        {
            Arguments = [ArgumentKind.Number, ArgumentKind.Number, ArgumentKind.Number], Required = 3,
            Write = a => new($"CASE WHEN {a[0].Sql} IS NULL THEN NULL ELSE least(greatest({a[0].Sql}, {a[1].Sql}), {a[2].Sql}) END", Common(a)),
        },
        new("number", "number(x)", "A text as a number, true as 1; missing when it is none.") { Arguments = [Any], Required = 1, Write = a => new($"TRY_CAST(trim(({Plain(a[0])})::VARCHAR) AS DOUBLE)", ColumnType.Number) },
        new("integer", "integer(x)", "As a whole number, cut at the point; missing when it is none.")
        {
            Arguments = [Any], Required = 1, Write = a => new($"TRY_CAST(trunc(TRY_CAST(trim(({Plain(a[0])})::VARCHAR) AS DOUBLE)) AS BIGINT)", ColumnType.Integer),
        },
    ];

    private static IEnumerable<ExpressionFunction> Texts() =>
    [
        Text("lower", "lower(x)", "In small letters.", a => $"lower({a[0].Sql})"),
        Text("upper", "upper(x)", "In capital letters.", a => $"upper({a[0].Sql})"),
        Text("trim", "trim(x)", "Without blanks at both ends.", a => $"trim({a[0].Sql}, {Blanks})"),
        new("length", "length(x)", "Number of characters.") { Arguments = [ArgumentKind.Text], Required = 1, Write = a => new($"length({a[0].Sql})", ColumnType.Integer) },
        Text("left", "left(x, n)", "The first n characters.", a => $"left({a[0].Sql}, {Count(a[1])})", ArgumentKind.Number),
        Text("right", "right(x, n)", "The last n characters.", a => $"right({a[0].Sql}, {Count(a[1])})", ArgumentKind.Number),
        new("substring", "substring(x, start, length)", "A part, from the character at start (the first is 1).")
        {
            Arguments = [ArgumentKind.Text, ArgumentKind.Number, ArgumentKind.Number], Required = 2,
            Write = a => new(a.Count == 2 ? $"substring({a[0].Sql}, {Count(a[1])})" : $"substring({a[0].Sql}, {Count(a[1])}, {Count(a[2])})", ColumnType.Text),
        },
        Text("replace", "replace(x, find, with)", "With every find replaced.", a => TextGrowth.Replace(a[0].Sql, a[1].Sql, a[2].Sql), ArgumentKind.Text, ArgumentKind.Text),
        Text("regex_replace", "regex_replace(x, pattern, with)", "With every match of a regular expression replaced; \\1 is its first group.", a => TextGrowth.RegexReplace(a[0].Sql, a[1].Sql, a[2].Sql, "'g'"), Pattern, ArgumentKind.Text),
        new("extract", "extract(x, pattern, group)", "What a regular expression, or its group, matches first; missing without a match.")
        {
            Arguments = [ArgumentKind.Text, Pattern, ArgumentKind.Number], Required = 2,
            Write = a => new($"CASE WHEN regexp_matches({a[0].Sql}, {a[1].Sql}) THEN regexp_extract({a[0].Sql}, {a[1].Sql}, {(a.Count == 3 ? Count(a[2]) : "0")}) END", ColumnType.Text),
        },
        Test("matches", "matches(x, pattern)", "Whether a regular expression is found.", "regexp_matches", Pattern),
        Test("contains", "contains(x, part)", "Whether the part is found; capitals matter.", "contains", ArgumentKind.Text),
        Test("starts_with", "starts_with(x, part)", "Whether it begins so.", "starts_with", ArgumentKind.Text),
        Test("ends_with", "ends_with(x, part)", "Whether it ends so.", "ends_with", ArgumentKind.Text),
        new("concat", "concat(x, y, …)", "One after the other; missing ones are passed over.") { Arguments = [Any, Any], IsOpen = true, Required = 1, Write = a => new(TextGrowth.Concat([.. a.Select(x => $"({Plain(x)})::VARCHAR")]), ColumnType.Text) },
        new("split", "split(x, separator, n)", "The n-th part between separators (the first is 1); missing when there are fewer.")
        {
            Arguments = [ArgumentKind.Text, ArgumentKind.Text, ArgumentKind.Number], Required = 3, Write = a => new($"list_extract(string_split({a[0].Sql}, {a[1].Sql}), {Count(a[2])})", ColumnType.Text),
        },
        new("pad_left", "pad_left(x, length, with)", "Filled up from the left: pad_left('7', 3, '0') is 007.")
        {
            Arguments = [ArgumentKind.Text, ArgumentKind.Number, ArgumentKind.Text], Required = 3,
            Write = a => new($"CASE WHEN length({a[0].Sql}) >= {D(a[1])} THEN {a[0].Sql} ELSE lpad({a[0].Sql}, least({LongestPadding}, {D(a[1])})::INTEGER, {a[2].Sql}) END", ColumnType.Text),
        },
        new("text", "text(x)", "As a text.") { Arguments = [Any], Required = 1, Write = a => new($"({Plain(a[0])})::VARCHAR", ColumnType.Text) },
    ];

    private static IEnumerable<ExpressionFunction> Dates() =>
    [
        new("date", "date(x) or date(year, month, day)", "The day of a moment or of a text like 2024-05-31; missing when there is none.")
        {
            Arguments = [Any, ArgumentKind.Number, ArgumentKind.Number], Required = 1,
            Write = a => a.Count == 1 ? new($"TRY_CAST({a[0].Sql} AS DATE)", ColumnType.Date)
                : a.Count == 3 ? new($"make_date({Count(a[0])}, {Count(a[1])}, {Count(a[2])})", ColumnType.Date)
                : throw new ArgumentException("date takes one value, or year, month and day"),
        },
        new("datetime", "datetime(x)", "The moment of a date or of a text like 2024-05-31 12:00.") { Arguments = [Any], Required = 1, Write = a => new($"TRY_CAST({a[0].Sql} AS TIMESTAMP)", ColumnType.Datetime) },
        new("parse_date", "parse_date(x, format)", "A text as a moment by a format: parse_date(x, '%d.%m.%Y').")
        {
            Arguments = [ArgumentKind.Text, Format], Required = 2, Write = a => new($"try_strptime({a[0].Sql}, {a[1].Sql})", ColumnType.Datetime),
        },
        new("format_date", "format_date(x, format)", "A date as a text: format_date(x, '%B %Y').")
        {
            Arguments = [Moment, Format], Required = 2, Write = a => new($"strftime({a[0].Sql}, {a[1].Sql})", ColumnType.Text),
        },
        .. new[] { ("year", "The year."), ("quarter", "1 to 4."), ("month", "1 to 12."), ("week", "Week of the year as ISO counts."), ("day", "Day of the month."), ("hour", "0 to 23."), ("minute", "0 to 59."), ("second", "0 to 59.") }
            .Select(p => Part(p.Item1, p.Item2, p.Item1)),
        Part("weekday", "1 is Monday, 7 is Sunday.", "isodow"),
        Part("day_of_year", "1 to 366.", "dayofyear"),
        .. new[] { "days", "months", "years", "hours", "minutes", "seconds" }.Select(u => new ExpressionFunction($"{u}_between", $"{u}_between(from, to)", $"Whole {u} that have passed from the one to the other; negative when it is the other way round.")
        {
            Arguments = [Moment, Moment], Required = 2, Write = a => new($"date_sub('{u[..^1]}', {a[0].Sql}::TIMESTAMP, {a[1].Sql}::TIMESTAMP)", ColumnType.Integer),
        }),
        .. new[] { "days", "months", "years" }.Select(u => new ExpressionFunction($"add_{u}", $"add_{u}(x, n)", $"So many {u} later, or earlier when negative.")
        {
            Arguments = [Moment, ArgumentKind.Number], Required = 2, Write = a => new($"({a[0].Sql} + to_{u}({D(a[1])}::INTEGER))", a[0].Type),
        }),
    ];

    private static IEnumerable<ExpressionFunction> Choices() =>
    [
        new("if", "if(condition, then, else)", "One of two values; what is missing counts as not met.")
        {
            Arguments = [ArgumentKind.Boolean, Any, Any], Required = 2, Write = a => new($"CASE WHEN {a[0].Sql} THEN {a[1].Sql}{(a.Count == 3 ? $" ELSE {a[2].Sql}" : "")} END", Common([.. a.Skip(1)])),
        },
        new("coalesce", "coalesce(x, y, …)", "The first that is not missing.") { Arguments = [Any, Any], IsOpen = true, Required = 1, Write = a => new($"coalesce({string.Join(", ", a.Select(x => x.Sql))})", Common(a)) },
        new("is_missing", "is_missing(x)", "Whether there is no value.") { Arguments = [Any], Required = 1, Write = a => new($"({a[0].Sql} IS NULL)", ColumnType.Boolean) },
        new("missing_if", "missing_if(x, y)", "Missing when x is y, otherwise x.") { Arguments = [Any, Any], Required = 2, Write = a => Common(a) is var common && a[0].Type is { } type ? new($"nullif({a[0].Sql}, {a[1].Sql})", common == ColumnType.Number ? type : common) : a[0] },
    ];

    /// <summary>The type that all have; numbers of both kinds are numbers.</summary>
    internal static ColumnType? Common(IReadOnlyList<Typed> parts)
    {
        var types = parts.Select(p => p.Type).OfType<ColumnType>().Distinct().ToList();
        return types switch
        {
            [] => null,
            [var only] => only,
            _ when types.TrueForAll(t => t is ColumnType.Integer or ColumnType.Number) => ColumnType.Number,
            _ when types.TrueForAll(t => t is ColumnType.Date or ColumnType.Datetime) => ColumnType.Datetime,
            _ => throw new ArgumentException($"it mixes {string.Join(" and ", types.Select(StepArguments.TypeWord))}. Make them the same with text(x) or number(x)"),
        };
    }

    /// <summary>Characters that people do not see at the end of a word: spaces of all kinds, tabs, line ends.</summary>
    internal const string Blanks = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160) || chr(8203) || chr(8239) || chr(12288) || chr(65279)";

    private static string D(Typed value) => $"({value.Sql})::DOUBLE";

    private static string Count(Typed value) => $"({value.Sql})::BIGINT";

    private static string Plain(Typed value) => value.Type == ColumnType.Boolean ? $"({value.Sql})" : value.Sql;

    private static ExpressionFunction Same(string name, string signature, string summary) =>
        new(name, signature, summary) { Arguments = [ArgumentKind.Number], Required = 1, Write = a => new($"{name}({a[0].Sql})", a[0].Type ?? ColumnType.Number) };

    private static ExpressionFunction Real(string name, string signature, string summary) =>
        new(name, signature, summary) { Arguments = [ArgumentKind.Number], Required = 1, Write = a => new($"{name}({D(a[0])})", ColumnType.Number) };

    private static ExpressionFunction Whole(string name, string signature, string summary) =>
        new(name, signature, summary) { Arguments = [ArgumentKind.Number], Required = 1, Write = a => a[0].Type == ColumnType.Integer ? a[0] : new($"TRY_CAST({name}({D(a[0])}) AS BIGINT)", ColumnType.Integer) };

    private static ExpressionFunction Extreme(string name, string signature, string summary, string sql) =>
        new(name, signature, summary) { Arguments = [Any, Any], IsOpen = true, Required = 1, Write = a => new($"{sql}({string.Join(", ", a.Select(x => x.Sql))})", Common(a)) };

    private static ExpressionFunction Text(string name, string signature, string summary, Func<IReadOnlyList<Typed>, string> write, params ArgumentKind[] others) =>
        new(name, signature, summary) { Arguments = [ArgumentKind.Text, .. others], Required = 1 + others.Length, Write = a => new(write(a), ColumnType.Text) };

    private static ExpressionFunction Test(string name, string signature, string summary, string sql, ArgumentKind other) =>
        new(name, signature, summary) { Arguments = [ArgumentKind.Text, other], Required = 2, Write = a => new($"{sql}({a[0].Sql}, {a[1].Sql})", ColumnType.Boolean) };

    private static ExpressionFunction Part(string name, string summary, string sql) =>
        new(name, $"{name}(x)", summary) { Arguments = [Moment], Required = 1, Write = a => new($"{sql}({a[0].Sql})", ColumnType.Integer) };
}
