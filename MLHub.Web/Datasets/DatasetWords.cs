using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>How datasets are spoken of on pages.</summary>
internal static class DatasetWords
{
    /// <summary>What the newest version is, unless it is ready: then nothing needs to be said.</summary>
    public static string? StateOf(DatasetView dataset) => dataset.Newest is { } newest ? StateOf(newest.State, newest.Cause) : null;

    /// <summary>As <see cref="StateChip"/> knows it. Only files are imported; what is computed from rows that are here is made.</summary>
    public static string? StateOf(DatasetVersionState state, DatasetVersionCause cause) => state switch
    {
        DatasetVersionState.Importing when cause == DatasetVersionCause.Upload => "importing",
        DatasetVersionState.Importing => "making",
        DatasetVersionState.Failed => "failed",
        _ => null,
    };

    /// <summary>How a version came to be.</summary>
    public static string CauseText(DatasetVersionCause cause) => cause switch
    {
        DatasetVersionCause.Upload => "uploaded",
        DatasetVersionCause.Recipe => "made by a recipe",
        DatasetVersionCause.Query => "made by a query",
        DatasetVersionCause.Restore => "restored",
        DatasetVersionCause.Prediction => "predicted by a model",
        _ => "edited",
    };

    /// <summary>What a version can be taken away as.</summary>
    public static IEnumerable<(string Format, string Word)> Formats(DatasetVersionView version)
    {
        yield return ("csv", "CSV");
        yield return ("parquet", "Parquet");
        yield return ("json", "JSON");
        if (version.OriginalName is { } file)
        {
            yield return ("original", $"uploaded ({file})");
        }
    }

    public static string TypeWord(ColumnType type) => type.ToString().ToLowerInvariant();

    public static string TypeIcon(ColumnType type) => type switch
    {
        ColumnType.Integer or ColumnType.Number => HubIcons.Number,
        ColumnType.Boolean => HubIcons.Toggle,
        ColumnType.Date or ColumnType.Datetime => HubIcons.Calendar,
        ColumnType.Time => HubIcons.Clock,
        _ => HubIcons.Text,
    };

    public static string MeaningWord(ColumnMeaning meaning) => meaning.ToString().ToLowerInvariant();

    public static string Count(long count, string one, string many) => $"{Format.Count(count)} {(count == 1 ? one : many)}";

    /// <summary>A value of a profile: numbers with four digits unless they are whole, texts as they are.</summary>
    public static string ValueText(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => "–",
        { ValueKind: JsonValueKind.Number } number => NumberText(number.GetDouble()),
        { ValueKind: JsonValueKind.String } text => text.GetString() ?? "",
        { } other => other.GetRawText(),
    };

    public static string NumberText(double? value) => value switch
    {
        null => "–",
        // Not grouped: it is a value of the table, perhaps a year, not a count.
        { } whole when Math.Abs(whole) < 1e15 && whole == Math.Floor(whole) => ((long)whole).ToString(),
        { } number => Format.Metric(number),
    };

    /// <summary>A bound of a histogram in the unit of its column: dates come as days, times as seconds since 1970, texts by length.</summary>
    public static string BoundText(ColumnType type, double bound) => type switch
    {
        ColumnType.Date when IsDay(bound) => DateTime.UnixEpoch.AddDays(bound).ToString("yyyy-MM-dd"),
        ColumnType.Datetime when IsDay(bound / 86_400) => DateTime.UnixEpoch.AddSeconds(bound).ToString("yyyy-MM-dd HH:mm"),
        ColumnType.Time when bound is >= 0 and < 86_400 => DateTime.UnixEpoch.AddSeconds(bound).ToString("HH:mm:ss"),
        ColumnType.Text => $"{NumberText(Math.Round(bound))} characters",
        _ => NumberText(bound),
    };

    private static bool IsDay(double days) => days is > -719_162 and < 2_932_896;
}
