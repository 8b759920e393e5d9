using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Training;

namespace MLHub.Web.Models;

/// <summary>One row being typed for a model: its fields come from the signature, what is typed becomes JSON of the column's type.</summary>
public sealed class PredictForm(ModelSignature signature)
{
    private readonly Dictionary<string, string> _typed = [];

    public ModelSignature Signature => signature;

    /// <summary>What stands in a field; empty is a missing value.</summary>
    public string Text(string column) => _typed.GetValueOrDefault(column) ?? "";

    public void Type(string column, string text) => _typed[column] = text;

    /// <summary>Fills every field with an ordinary value from the training rows.</summary>
    public void FillWithExample()
    {
        foreach (var input in signature.Inputs)
        {
            _typed[input.Name] = input.Example is { } example ? FieldText(input, example) : input.Choices is [var first, ..] ? first : "";
        }
    }

    public void Clear() => _typed.Clear();

    /// <summary>Why a field cannot be sent; <c>null</c> when it can.</summary>
    public string? Problem(ModelInput input)
    {
        var text = Text(input.Name).Trim();
        if (text.Length == 0)
        {
            return input.Nullable ? null : "Give a value; it was never missing in training.";
        }

        return Read(input, text) is null
            ? input.Type switch
            {
                ColumnType.Integer => "Give a whole number.",
                ColumnType.Number => "Give a number, with a point before the decimals.",
                ColumnType.Boolean => "Choose true or false.",
                ColumnType.Date => "Give a date like 2026-11-23.",
                ColumnType.Datetime => "Give a date and time like 2026-11-23T14:30:00.",
                ColumnType.Time => "Give a time like 14:30:00.",
                _ => "This value cannot be read.",
            }
            : null;
    }

    /// <summary>What makes an answer doubtful, though it can be given.</summary>
    public string? Warning(ModelInput input)
    {
        var text = Text(input.Name).Trim();
        if (text.Length == 0 || Problem(input) is not null)
        {
            return null;
        }

        if (Number(input.Min) is { } min && Number(input.Max) is { } max && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && (value < min || value > max))
        {
            return $"Outside what it learned from ({Plain(min)} – {Plain(max)}): take the answer with care.";
        }

        if (input.Type is ColumnType.Date or ColumnType.Datetime && input.Min is { ValueKind: JsonValueKind.String } first && input.Max is { ValueKind: JsonValueKind.String } last
            && (string.CompareOrdinal(text, first.GetString()) < 0 || string.CompareOrdinal(text[..Math.Min(10, text.Length)], last.GetString()!) > 0))
        {
            return $"Outside what it learned from ({first.GetString()} – {last.GetString()}): take the answer with care.";
        }

        return input.Choices is { Count: > 0 } choices && !choices.Contains(text)
            ? "Not seen in training: it is treated as unknown."
            : null;
    }

    public bool IsReady => signature.Inputs.All(i => Problem(i) is null);

    /// <summary>The row as the API takes it; missing values are <c>null</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement> Row =>
        signature.Inputs.ToDictionary(i => i.Name, i => Read(i, Text(i.Name).Trim()) ?? JsonSerializer.SerializeToElement<string?>(null));

    /// <summary>A row of ordinary values, for snippets.</summary>
    public static IReadOnlyDictionary<string, JsonElement> ExampleRow(ModelSignature signature)
    {
        var form = new PredictForm(signature);
        form.FillWithExample();
        return form.Row;
    }

    public static string? RangeHint(ModelInput input) =>
        Number(input.Min) is { } min && Number(input.Max) is { } max ? $"{Plain(min)} – {Plain(max)} in training"
        : input.Min is { ValueKind: JsonValueKind.String } first && input.Max is { ValueKind: JsonValueKind.String } last && input.Type is not ColumnType.Text ? $"{first.GetString()} – {last.GetString()} in training"
        : null;

    private static JsonElement? Read(ModelInput input, string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        return input.Type switch
        {
            ColumnType.Integer => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonSerializer.SerializeToElement(whole) : null,
            ColumnType.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonSerializer.SerializeToElement(number) : null,
            ColumnType.Boolean => bool.TryParse(text, out var flag) ? JsonSerializer.SerializeToElement(flag) : null,
            ColumnType.Date => DateOnly.TryParse(text, CultureInfo.InvariantCulture, out _) ? JsonSerializer.SerializeToElement(text) : null,
            ColumnType.Datetime => DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) ? JsonSerializer.SerializeToElement(text) : null,
            ColumnType.Time => TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out _) ? JsonSerializer.SerializeToElement(text) : null,
            _ => JsonSerializer.SerializeToElement(text),
        };
    }

    // Browsers' date fields take neither fractions of seconds nor a zone.
    private static string FieldText(ModelInput input, JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => value.GetRawText(),
            _ => "",
        };
        return input.Type == ColumnType.Datetime && text.Length > 19 ? text[..19] : text;
    }

    private static double? Number(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    private static string Plain(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
