using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Models;

/// <summary>Rows as a program sends them → raw columns, or every problem at once.</summary>
internal static class RowParser
{
    private const int MaxProblems = 100;

    /// <summary>
    /// Numbers may come as text, columns that are not inputs are named and ignored, <c>null</c> is a missing value, values never seen are
    /// unknown levels. A column may be left out only when it had missing values in training.
    /// </summary>
    public static (RawTable Table, IReadOnlyList<string> Ignored) Parse(ModelSignature signature, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows)
    {
        var problems = new Dictionary<string, string[]>();
        var columns = signature.Inputs.Select(input => Column(input, rows, problems)).ToList();
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
        return (new(rows.Count, columns), [.. rows.SelectMany(r => r.Keys).Where(k => !known.Contains(k)).Distinct().Order(StringComparer.Ordinal)]);
    }

    private static RawColumn Column(ModelInput input, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows, Dictionary<string, string[]> problems)
    {
        var schema = new ColumnSchema(input.Name, input.Type);
        var numbers = new double[rows.Count];
        Array.Fill(numbers, double.NaN);
        var (codes, levels, known) = (new int[rows.Count], new List<string>(), new Dictionary<string, int>());
        Array.Fill(codes, TextColumn.Missing);
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
                    if (text is not null)
                    {
                        if (!known.TryGetValue(text, out codes[r]))
                        {
                            codes[r] = known[text] = levels.Count;
                            levels.Add(text);
                        }
                    }
                }
                else
                {
                    problem = ReadNumber(input.Type, value, out numbers[r]);
                }
            }

            if (problem is not null && problems.Count < MaxProblems)
            {
                problems[$"rows[{r}].{input.Name}"] = [problem];
            }
        }

        return input.Type switch
        {
            ColumnType.Text => new TextColumn(schema, codes, levels),
            ColumnType.Date or ColumnType.Datetime => new MomentColumn(schema, numbers),
            _ => new NumberColumn(schema, Array.ConvertAll(numbers, n => float.IsFinite((float)n) ? (float)n : float.NaN)),
        };
    }

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
