using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

public enum DateOrder
{
    /// <summary>31/12/2024.</summary>
    DayFirst,

    /// <summary>12/31/2024.</summary>
    MonthFirst,
}

/// <summary>What the user knows better than the import; everything left out is found from the bytes.</summary>
public sealed record ImportOptions
{
    /// <summary>One character, or the word <c>tab</c>.</summary>
    [MaxLength(8)]
    public string? Delimiter { get; init; }

    /// <summary>One character; empty when the file quotes nothing.</summary>
    [MaxLength(1)]
    public string? Quote { get; init; }

    /// <summary>Name of an encoding: <c>utf-8</c>, <c>windows-1252</c>, <c>shift_jis</c> …</summary>
    [MaxLength(40)]
    public string? Encoding { get; init; }

    /// <summary>Whether the first row holds the names of the columns.</summary>
    public bool? Header { get; init; }

    /// <summary>Lines to pass over before the header.</summary>
    [Range(0, 100_000)]
    public int? SkipRows { get; init; }

    /// <summary>Texts that mean "missing", in place of the usual ones.</summary>
    public IReadOnlyList<string>? NullTokens { get; init; }

    /// <summary><c>.</c> or <c>,</c>.</summary>
    [MaxLength(1)]
    public string? Decimal { get; init; }

    public DateOrder? DateOrder { get; init; }

    /// <summary>Column → type, for columns whose type is not to be guessed. Values that do not fit become missing and are counted.</summary>
    public IReadOnlyDictionary<string, ColumnType>? Types { get; init; }

    /// <summary>Replace bytes that are no text in the encoding by U+FFFD instead of refusing the file.</summary>
    public bool ReplaceInvalid { get; init; }

    /// <summary>Reads what a program sent; absent means "find out everything".</summary>
    /// <exception cref="HubException"><c>BAD_OPTIONS</c> or <c>UNKNOWN_FIELD</c>.</exception>
    public static ImportOptions Parse(string? json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return new();
        }

        ImportOptions options;
        try
        {
            options = JsonSerializer.Deserialize<ImportOptions>(json, Strict) ?? new();
        }
        catch (JsonException bad)
        {
            throw HubException.Invalid($"The import options are not the JSON that was expected, at {bad.Path ?? "$"}: {bad.Message.Split('.')[0]}.", "BAD_OPTIONS");
        }

        List<ValidationResult> problems = [];
        return Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true)
            ? options
            : throw HubException.Field("options", string.Join(" ", problems.Select(p => p.ErrorMessage)), "BAD_OPTIONS");
    }

    private static JsonSerializerOptions Strict { get; } = new(HubJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
}
