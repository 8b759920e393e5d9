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

/// <summary>What becomes of rows that do not have as many cells as the header.</summary>
public enum RaggedRows
{
    /// <summary>They are listed as rejected, however many they are.</summary>
    Reject,

    /// <summary>Short ones are filled up with missing values; long ones are rejected.</summary>
    Pad,
}

/// <summary>What an object of lists in JSON is.</summary>
public enum JsonLayout
{
    /// <summary>Each member is a column.</summary>
    Columns,

    /// <summary>It is one row.</summary>
    Record,
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

    /// <summary>Lines (rows of a sheet) to pass over before the header.</summary>
    [Range(0, 100_000)]
    public int? SkipRows { get; init; }

    /// <summary>How many rows of a sheet make up the names of the columns; they are joined by a blank.</summary>
    [Range(1, 5)]
    public int? HeaderRows { get; init; }

    /// <summary>Lines that begin with this text are comments; empty when there are none.</summary>
    [MaxLength(8)]
    public string? Comment { get; init; }

    public RaggedRows? Ragged { get; init; }

    /// <summary>Texts that mean "missing", in place of the usual ones.</summary>
    public IReadOnlyList<string>? NullTokens { get; init; }

    /// <summary><c>.</c> or <c>,</c>.</summary>
    [MaxLength(1)]
    public string? Decimal { get; init; }

    /// <summary>What parts thousands: <c>,</c> <c>.</c> <c>'</c> or a blank.</summary>
    [MaxLength(1)]
    public string? Thousands { get; init; }

    public DateOrder? DateOrder { get; init; }

    /// <summary>Column → type, for columns whose type is not to be guessed. Values that do not fit become missing and are counted.</summary>
    public IReadOnlyDictionary<string, ColumnType>? Types { get; init; }

    /// <summary>Columns to leave out, by name or header.</summary>
    public IReadOnlyList<string>? Exclude { get; init; }

    /// <summary>Name of the sheet of a workbook.</summary>
    [MaxLength(255)]
    public string? Sheet { get; init; }

    /// <summary>Part of the sheet that holds the table, with its header: <c>D7:H90</c>, or only its first cell: <c>D7</c>.</summary>
    [MaxLength(24)]
    public string? Range { get; init; }

    /// <summary>Write the value of merged cells into each of them.</summary>
    public bool FillMerged { get; init; }

    /// <summary>The file in a zip archive of several.</summary>
    [MaxLength(255)]
    public string? Member { get; init; }

    /// <summary>Where the records are in a JSON document: <c>data.items</c>.</summary>
    [MaxLength(255)]
    public string? RecordPath { get; init; }

    /// <summary>How many levels of nested objects become columns of their own; deeper ones are kept as JSON text.</summary>
    [Range(0, 3)]
    public int? FlattenDepth { get; init; }

    /// <summary>Whether a JSON object of lists is a table of columns, or one row.</summary>
    public JsonLayout? Layout { get; init; }

    /// <summary>Take the last value where a JSON object names a key twice, instead of rejecting the row.</summary>
    public bool LastKeyWins { get; init; }

    /// <summary>Take the default of every question that is not answered here, instead of being asked.</summary>
    public bool AcceptDefaults { get; init; }

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

        return Checked(options);
    }

    /// <exception cref="HubException"><c>BAD_OPTIONS</c>.</exception>
    public static ImportOptions Checked(ImportOptions options)
    {
        List<ValidationResult> problems = [];
        return Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true)
            ? options
            : throw HubException.Field("options", string.Join(" ", problems.Select(p => p.ErrorMessage)), "BAD_OPTIONS");
    }

    private static JsonSerializerOptions Strict { get; } = new(HubJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
}
