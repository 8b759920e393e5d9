using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets;

namespace MLHub.Web.Datasets;

/// <summary>What was found out about the file, and what the user knows better.</summary>
public sealed partial class ImportSettings : ComponentBase
{
    private static readonly string[] Encodings = ["utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "windows-1250", "windows-1251", "utf-16", "utf-16be", "shift_jis", "gb18030", "big5", "euc-kr", "ibm850", "macintosh"];

    [Parameter, EditorRequired]
    public required ImportPreview Preview { get; set; }

    [Parameter, EditorRequired]
    public required ImportOptions Options { get; set; }

    [Parameter]
    public EventCallback<ImportOptions> OnChange { get; set; }

    private ImportReport? Report => Preview.Report;

    private bool IsWorkbook => Preview.Sheets is { Count: > 0 } || Report?.Format is "xlsx" or "xls" or "xlsb" or "xlsm" or "excel";

    private bool IsParquet => Report?.Format == "parquet";

    private bool IsJson => Report?.Format is "json" or "ndjson";

    /// <summary>Also what cannot be opened yet: most files are text, and a setting may open them.</summary>
    private bool IsDelimited => !IsWorkbook && !IsParquet && !IsJson;

    private bool IsText => IsDelimited;

    private bool HasHeader => IsDelimited || IsWorkbook;

    private string Why(string code, bool isChosen, string usual) => isChosen ? "as you said"
        : Report?.Notes.FirstOrDefault(n => n.Column is null && n.Code.Contains(code, StringComparison.Ordinal))?.Text ?? usual;

    private static string Found(string? value) => string.IsNullOrEmpty(value) ? "found out" : $"found: {value}";

    private Task Set(ImportOptions options) => OnChange.InvokeAsync(options);

    private static string? Text(ChangeEventArgs change) => change.Value?.ToString() is { Length: > 0 } text ? text : null;

    private static int? Number(ChangeEventArgs change, int least, int most) =>
        int.TryParse(change.Value?.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, least, most) : null;

    private static T? Word<T>(ChangeEventArgs change)
        where T : struct, Enum => Enum.TryParse<T>(change.Value?.ToString(), out var word) ? word : null;

    private static string[]? Tokens(ChangeEventArgs change) =>
        change.Value?.ToString() is { Length: > 0 } text ? ["", .. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] : null;
}
