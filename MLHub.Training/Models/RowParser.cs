using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Training;

namespace MLHub.Training.Models;

/// <summary>Rows as a program sends them → cells, or every problem at once.</summary>
internal static class RowParser
{
    private const int MaxProblems = 100;

    /// <summary>Beyond 2⁵³ a double skips whole numbers.</summary>
    private const double MaxExact = 9_007_199_254_740_992;

    /// <summary>
    /// Numbers may come as text, columns that are not inputs are named and ignored, <c>null</c> is a missing value, values never seen are
    /// unknown levels. A column may be left out only when it had missing values in training.
    /// </summary>
    /// <returns>Cells in the order of the signature's inputs, in the types of the engine; <c>null</c> when missing.</returns>
    public static (IReadOnlyList<object?[]> Cells, IReadOnlyList<string> Ignored) Parse(ModelSignature signature, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows)
    {
        var problems = new Dictionary<string, string[]>();
        var cells = new object?[rows.Count][];
        for (var r = 0; r < cells.Length; r++)
        {
            cells[r] = new object?[signature.Inputs.Count];
        }

        for (var i = 0; i < signature.Inputs.Count; i++)
        {
            Read(signature.Inputs[i], i, rows, cells, problems);
        }

        if (problems.Count > 0)
        {
            var first = problems.First();
            throw new HubException(
                Refusal.Impossible,
                problems.Count == 1 ? $"{first.Key}: {first.Value[0]}" : $"{(problems.Count == MaxProblems ? "At least " : "")}{problems.Count} values cannot be used, the first is {first.Key}: {first.Value[0]}",
                "BAD_ROWS")
            {
                Errors = problems,
            };
        }

        var known = signature.Inputs.Select(i => i.Name).Append(signature.Output.Name).ToHashSet();
        return (cells, [.. rows.SelectMany(r => r.Keys).Where(k => !known.Contains(k)).Distinct().Order(StringComparer.Ordinal)]);
    }

    private static void Read(ModelInput input, int place, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows, object?[][] cells, Dictionary<string, string[]> problems)
    {
        for (var r = 0; r < rows.Count; r++)
        {
            string? problem = null;
            if (!rows[r].TryGetValue(input.Name, out var value))
            {
                problem = input.Nullable ? null : "is missing; send null when it is not known";
            }
            else if (value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
            {
                if (input.Type == ColumnType.Text)
                {
                    problem = ReadText(value, out var text);
                    cells[r][place] = text;
                }
                else
                {
                    problem = ReadNumber(input.Type, value, out var number);
                    cells[r][place] = double.IsFinite(number) ? Cell(input.Type, number) : null;
                }
            }

            if (problem is not null && problems.Count < MaxProblems)
            {
                problems[$"rows[{r}].{input.Name}"] = [problem];
            }
        }
    }

    private static object Cell(ColumnType type, double number) => type switch
    {
        ColumnType.Boolean => number != 0,
        ColumnType.Date => DateOnly.FromDateTime(DateTime.UnixEpoch.AddSeconds(number)),
        ColumnType.Datetime => DateTime.UnixEpoch.AddSeconds(number),
        ColumnType.Time => TimeOnly.FromTimeSpan(TimeSpan.FromSeconds(number)),
        ColumnType.Integer when number == Math.Floor(number) && Math.Abs(number) < MaxExact => (long)number,
        _ => number,
    };

    private static string? ReadText(JsonElement value, out string? text)
    {
        text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };
        return text is null ? "must be a text" : null;
    }

    /// <returns>What is wrong; <c>null</c> when the number (NaN for missing) is good.</returns>
    private static string? ReadNumber(ColumnType type, JsonElement value, out double number)
    {
        number = double.NaN;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : null;
        if (text is "")
        {
            return null;
        }

        switch (type)
        {
            case ColumnType.Boolean:
                number = (value.ValueKind, text?.ToLowerInvariant()) switch
                {
                    (JsonValueKind.True, _) or (_, "true" or "1") => 1,
                    (JsonValueKind.False, _) or (_, "false" or "0") => 0,
                    (JsonValueKind.Number, _) when value.TryGetDouble(out var bit) && bit is 0 or 1 => value.GetDouble(),
                    _ => double.NaN,
                };
                return double.IsNaN(number) ? "must be true or false" : null;
            case ColumnType.Date or ColumnType.Datetime:
                if (DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var moment))
                {
                    number = (moment - DateTime.UnixEpoch).TotalSeconds;
                    return null;
                }

                return type == ColumnType.Date ? "must be a date like \"2024-05-31\"" : "must be a date and time like \"2024-05-31T12:00:00Z\"";
            case ColumnType.Time:
                if (TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out var time))
                {
                    number = time.ToTimeSpan().TotalSeconds;
                    return null;
                }

                return "must be a time like \"12:30:00\"";
            default:
                if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number))
                {
                    return null;
                }

                return text is not null && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) ? null : "must be a number";
        }
    }
}
