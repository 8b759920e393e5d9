using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

/// <summary>Values that do not fit become missing and are counted; nothing is rounded silently.</summary>
internal sealed class CastStep : IRecipeStep
{
    private const string CountedText = "{0} values did not fit and became missing.";

    /// <summary>Of three digits: more than fit into 64 bits.</summary>
    private const int MaxGroups = 6;

    private static readonly string[] _yes = ["true", "t", "yes", "y", "1", "on", "ja", "j", "si", "sí", "oui", "да"];
    private static readonly string[] _no = ["false", "f", "no", "n", "0", "off", "nein", "non", "нет"];

    public RecipeStepDescriptor Descriptor { get; } = new("cast", "Change the type", "columns", "Reads the values of columns as another type: texts as numbers, dates or yes and no, and back.")
    {
        Keywords = ["convert", "parse", "number", "date", "boolean", "type", "to numeric"],
        Parameters =
        [
            Parameters.Columns("Which ones."),
            Parameters.Choice("type", "Type", "number", ["integer", "number", "text", "boolean", "date", "datetime", "time"], "What the values are to be."),
            Parameters.Choice("decimal", "Decimal sign", ".", [".", ","], "In texts; the other one and blanks then part thousands. Signs of money and % are passed over.").Only("type", "integer", "number"),
            new StepParameter("format", StepParameterType.Text, "Format") { Help = "How dates are written: %d.%m.%Y, %b %d %Y, %Y-%m-%d %H:%M. Empty means year-month-day." }.Only("type", "date", "datetime", "time", "text"),
        ],
    };

    public string Sentence(StepWords words) => words.Has("format") && words.Word("type") is "date" or "datetime" or "time" or "text"
        ? $"Read {words.Columns("columns")} as {Name(words.Word("type"))} written {words.Text("format")}"
        : $"Read {words.Columns("columns")} as {Name(words.Word("type"))}";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var type = Enum.Parse<ColumnType>(input.Arguments.Text("type"), ignoreCase: true);
        var select = StepSelect.All(input);
        foreach (var column in input.Arguments.Columns("columns"))
        {
            var name = Sql.Name(column.Name);
            var cast = column.Type == type ? name : Cast(column, type, input.Arguments, sql);
            select.Replace(column, type, cast);
            if (column.Type != type && type != ColumnType.Text)
            {
                select.Count($"{name} IS NOT NULL AND ({Sql.Value(cast, type)}) IS NULL", CountedText);
            }
        }

        return select.Counted.Count > 1 ? select.CountTogether(CountedText) : select;
    }

    private static string Cast(ColumnSchema column, ColumnType type, StepArguments arguments, StepSql sql)
    {
        var name = Sql.Name(column.Name);
        var format = arguments.Text("format");
        return (column.Type, type) switch
        {
            (ColumnType.Text, ColumnType.Number) => $"TRY_CAST({Digits(name, arguments)} AS DOUBLE)",
            // Through the exact type, so that long digits are not rounded on the way.
            (ColumnType.Text, ColumnType.Integer) => $"CASE WHEN regexp_full_match({Digits(name, arguments)}, '[-+]?[0-9]+(\\.0*)?') THEN TRY_CAST(regexp_replace({Digits(name, arguments)}, '\\.0*$', '') AS BIGINT) END",
            (ColumnType.Number, ColumnType.Integer) => $"CASE WHEN {name} = trunc({name}) THEN TRY_CAST({name} AS BIGINT) END",
            (ColumnType.Integer, ColumnType.Number) => $"{name}::DOUBLE",
            (ColumnType.Boolean, ColumnType.Integer or ColumnType.Number) => $"CASE {name} WHEN true THEN 1 WHEN false THEN 0 END",
            (ColumnType.Date or ColumnType.Datetime, ColumnType.Integer or ColumnType.Number) => $"epoch({name}::TIMESTAMP)::BIGINT",
            (ColumnType.Text, ColumnType.Boolean) => $"CASE WHEN lower(trim({name})) IN ({string.Join(", ", _yes.Select(sql.Text))}) THEN true WHEN lower(trim({name})) IN ({string.Join(", ", _no.Select(sql.Text))}) THEN false END",
            (ColumnType.Integer or ColumnType.Number, ColumnType.Boolean) => $"CASE WHEN {name} = 1 THEN true WHEN {name} = 0 THEN false END",
            (ColumnType.Text, ColumnType.Date) => Moment(name, format, "DATE", sql),
            (ColumnType.Text, ColumnType.Datetime) => Moment(name, format, "TIMESTAMP", sql),
            (ColumnType.Text, ColumnType.Time) => Moment(name, format, "TIME", sql),
            // Seconds since 1970, as the cast the other way gives them.
            (ColumnType.Integer or ColumnType.Number, ColumnType.Date or ColumnType.Datetime) => $"TRY(to_timestamp(CASE WHEN abs({name}) < 2e11 THEN {name}::DOUBLE END)::TIMESTAMP)",
            (ColumnType.Date, ColumnType.Datetime) or (ColumnType.Datetime, ColumnType.Date or ColumnType.Time) => name,
            (ColumnType.Date or ColumnType.Datetime, ColumnType.Text) when format.Length > 0 => $"strftime({name}, {Format(format, sql)})",
            (ColumnType.Number, ColumnType.Text) => $"CASE WHEN {name} = trunc({name}) AND abs({name}) < 1e15 THEN {name}::BIGINT::VARCHAR ELSE {name}::VARCHAR END",
            (_, ColumnType.Text) => $"{name}::VARCHAR",
            _ => throw new StepException("WRONG_COLUMN_TYPE", "type", $"Type: \"{column.Name}\" holds {StepArguments.TypeWord(column.Type)}, which cannot be read as {Name(arguments.Text("type"))}."),
        };
    }

    /// <summary>
    /// The digits of a text: without signs of money and per cent, and blanks at the ends; brackets are a minus. What parts thousands goes only where it
    /// stands before groups of three digits: 1,5 is not 15.
    /// </summary>
    private static string Digits(string name, StepArguments arguments)
    {
        const string blank = @"\s\x{A0}\x{202F}";
        var isComma = arguments.Text("decimal") == ",";
        var (point, separator) = isComma ? (",", ".") : (".", ",");
        var bare = $"regexp_replace(regexp_replace({name}, '^\\s*\\((.*)\\)\\s*$', '-\\1'), '[$€£¥%]', '', 'g')";
        var plain = $"regexp_replace({bare}, '^[{blank}]*([-+]?)[{blank}]*(.*?)[{blank}]*$', '\\1\\2')";
        var groups = string.Concat(Enumerable.Repeat($"(?:[{separator}{blank}'']([0-9]{{3}}))?", MaxGroups - 1));
        var digits = $"regexp_replace({plain}, '^([-+]?[0-9]{{1,3}})[{separator}{blank}'']([0-9]{{3}}){groups}([{point}eE].*)?$', '\\1\\2\\3\\4\\5\\6\\7\\8')";
        // A point that is left where the comma is the decimal sign becomes a comma, which is no number.
        return isComma ? $"translate({digits}, ',.', '.,')" : digits;
    }

    private static string Moment(string name, string format, string type, StepSql sql) =>
        format.Length == 0 ? $"TRY_CAST(trim({name}) AS {type})" : $"TRY_CAST(try_strptime(trim({name}), {Format(format, sql)}) AS {type})";

    private static string Format(string format, StepSql sql) => format.Length <= 100 && !format.EndsWith('%') && format.Contains('%', StringComparison.Ordinal)
        ? sql.Text(format)
        : throw new StepException("BAD_FORMAT", "format", "Format: this is written with %Y for the year, %m for the month, %d for the day, %H, %M and %S for the time: %d.%m.%Y.");

    private static string Name(string type) => type switch
    {
        "integer" => "whole numbers",
        "number" => "numbers",
        "boolean" => "yes and no",
        "date" => "dates",
        "datetime" => "dates with time",
        "time" => "times of day",
        "text" => "text",
        _ => "…",
    };
}
