using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Web.Datasets;

/// <param name="Key">As a filter writes it.</param>
/// <param name="Inputs">How many values it compares with.</param>
internal sealed record FilterOperator(string Key, string Text, int Inputs);

/// <summary>Conditions of a filter for people who do not write them.</summary>
internal static class FilterWords
{
    public const string In = "in";

    private static readonly FilterOperator[] Gaps = [new("is missing", "is missing", 0), new("is not missing", "is not missing", 0)];

    private static readonly FilterOperator[] Ordered =
    [
        new(">=", "is at least", 1), new("<=", "is at most", 1), new("between", "lies between", 2), new("=", "is", 1), new("!=", "is not", 1), new(">", "is more than", 1), new("<", "is less than", 1),
        new(In, "is one of", 1), .. Gaps,
    ];

    private static readonly FilterOperator[] Texts =
    [
        new("contains", "contains", 1), new("not contains", "does not contain", 1), new("=", "is", 1), new("!=", "is not", 1), new(In, "is one of", 1), new("not in", "is none of", 1),
        new("starts with", "starts with", 1), new("ends with", "ends with", 1), new("matches", "matches the regular expression", 1), .. Gaps,
    ];

    private static readonly FilterOperator[] Flags = [new("= true", "is true", 0), new("= false", "is false", 0), .. Gaps];

    public static IReadOnlyList<FilterOperator> Operators(ColumnType type) => type switch
    {
        ColumnType.Text => Texts,
        ColumnType.Boolean => Flags,
        _ => Ordered,
    };

    /// <returns><c>null</c> while a value is missing or does not fit the type.</returns>
    public static string? Condition(string column, ColumnType type, FilterOperator comparison, IReadOnlyList<string> values)
    {
        var name = RowFilterText.Name(column);
        switch (comparison.Key)
        {
            case In or "not in":
                return Listed(name, comparison, [.. values[0].Split(',').Select(v => v.Trim()).Where(v => v.Length > 0).Select(v => Literal(v, type))]);
            case "between":
                return Literal(values[0], type) is { } from && Literal(values[1], type) is { } to ? $"{name} between {from} and {to}" : null;
            case "contains" or "not contains" or "starts with" or "ends with" or "matches":
                return values[0].Length == 0 ? null : $"{name} {comparison.Key} {RowFilterText.Text(values[0])}";
            default:
                return comparison.Inputs == 0 ? $"{name} {comparison.Key}" : Literal(values[0], type) is { } value ? $"{name} {comparison.Key} {value}" : null;
        }
    }

    /// <summary>A condition of values that were chosen from a profile: each exactly as the table holds it, not as it is shown elsewhere.</summary>
    public static string? Condition(string column, ColumnType type, FilterOperator comparison, IEnumerable<JsonElement> chosen) =>
        Listed(RowFilterText.Name(column), comparison, [.. chosen.Select(Exact).Select(v => type == ColumnType.Text ? RowFilterText.Text(v) : Literal(v, type))]);

    /// <summary>A value of a profile with all its digits.</summary>
    public static string Exact(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string? Listed(string name, FilterOperator comparison, List<string?> values) =>
        values.Count == 0 || values.Contains(null) ? null : $"{name} {comparison.Key} ({string.Join(", ", values)})";

    private static string? Literal(string text, ColumnType type) => type switch
    {
        _ when text.Length == 0 => null,
        ColumnType.Integer or ColumnType.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? text.Trim() : null,
        ColumnType.Date => DateOnly.TryParse(text, CultureInfo.InvariantCulture, out _) ? RowFilterText.Text(text) : null,
        ColumnType.Datetime => DateTime.TryParse(text, CultureInfo.InvariantCulture, out _) ? RowFilterText.Text(text) : null,
        ColumnType.Time => TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out _) ? RowFilterText.Text(text) : null,
        _ => RowFilterText.Text(text),
    };
}
