using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>What an import with these options would make of a file, from its beginning and some places between.</summary>
public sealed record ImportPreview
{
    /// <summary>As the import would write it, over the rows that were looked at; <c>null</c> when the file cannot be opened.</summary>
    public ImportReport? Report { get; init; }

    public IReadOnlyList<PreviewColumn> Columns { get; init; } = [];

    /// <summary>The first rows with the types applied; <c>null</c> is a missing value.</summary>
    public IReadOnlyList<IReadOnlyList<object?>> Rows { get; init; } = [];

    /// <summary>The same rows as they stand in the file.</summary>
    public IReadOnlyList<IReadOnlyList<string?>> RawRows { get; init; } = [];

    /// <summary>Cells and rows that do not fit, as far as they were looked at; a hundred at most.</summary>
    public IReadOnlyList<PreviewProblem> Problems { get; init; } = [];

    public IReadOnlyList<ImportQuestion> Questions { get; init; } = [];

    /// <summary>Of a workbook.</summary>
    public IReadOnlyList<ImportSheet>? Sheets { get; init; }

    /// <summary>Why an import with these options would fail.</summary>
    public PreviewError? Error { get; init; }
}

/// <param name="OriginalName">The header as it stands in the file, when it had to be changed.</param>
/// <param name="Examples">Up to three different values as they stand in the file.</param>
/// <param name="ParsedShare">Part of the filled cells whose text fits the type, 0 … 1.</param>
/// <param name="Warning">What the report says about this column, when it says something.</param>
/// <param name="Included">False when the options leave it out.</param>
public sealed record PreviewColumn(
    string Name, string? OriginalName, ColumnType Type, ColumnMeaning Meaning, IReadOnlyList<string> Examples, double ParsedShare, string? Warning, bool Included = true);

/// <param name="Row">Index in <see cref="ImportPreview.Rows"/>; <c>null</c> when the row is not among them.</param>
/// <param name="Column">Name of the column; <c>null</c> when the whole row does not fit.</param>
/// <param name="Line">Line (or row, or record) of the file, from 1.</param>
public sealed record PreviewProblem(int? Row, string? Column, string Text, string Reason, long Line);

public sealed record PreviewError(string Code, string Message);

/// <param name="IsHidden">Hidden in the workbook; never chosen without being asked for.</param>
/// <param name="IsEmpty">Holds no cell.</param>
public sealed record ImportSheet(string Name, bool IsHidden, bool IsEmpty);
