using Microsoft.Data.Analysis;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes;

public enum SampleKind
{
    /// <summary>The first rows of the table.</summary>
    First,

    /// <summary>Rows from all over the table: the same ones each time.</summary>
    Random,

    /// <summary>The first rows that meet a condition.</summary>
    Filter,
}

/// <summary>What a preview is to show.</summary>
public sealed record PreviewRequest
{
    public const int MaxSampleRows = 10_000;

    public IReadOnlyList<RecipeStep> Steps { get; init; } = [];

    /// <summary><c>null</c> takes the server's number.</summary>
    public int? SampleRows { get; init; }

    public SampleKind Sample { get; init; }

    /// <summary>For <see cref="SampleKind.Filter"/>; as the data grid takes it.</summary>
    public string? Filter { get; init; }

    /// <summary>
    /// Index of the last step whose result is shown, with its own changes marked; -1 shows the source. <c>null</c> shows the result of all
    /// with everything marked that differs from the source. Effects are told of all steps either way.
    /// </summary>
    public int? UptoStep { get; init; }
}

/// <summary>A recipe tried on a sample.</summary>
/// <param name="Columns">Of the shown state.</param>
/// <param name="Rows">Its cells; missing ones are <c>null</c>.</param>
/// <param name="SourceRows">For each row the place in the source that it came from, from 0; <c>null</c> for rows that a query made.</param>
/// <param name="Changes">Cells that held something else before.</param>
/// <param name="RemovedColumns">Columns that were there before and are not any more.</param>
/// <param name="RemovedRows">Rows that were there before: their place in the source.</param>
/// <param name="Steps">One for each step of the recipe, also those that are off or not reached.</param>
public sealed record RecipePreview(
    IReadOnlyList<PreviewColumn> Columns,
    DataFrame Rows,
    IReadOnlyList<long?> SourceRows,
    IReadOnlyList<CellChange> Changes,
    IReadOnlyList<ColumnSchema> RemovedColumns,
    IReadOnlyList<long> RemovedRows,
    IReadOnlyList<StepPreview> Steps,
    PreviewSample Sample)
{
    /// <summary>A cell: <c>long</c>, <c>double</c>, <c>bool</c>, <c>string</c>, <c>DateOnly</c>, <c>DateTime</c> (UTC), or <c>null</c> when missing. Times of day are texts.</summary>
    public object? Cell(int row, int column) => RowFrame.Cell(Rows, row, column, Columns[column].Type);
}

/// <param name="Before">The column that it was before; <c>null</c> when it is new.</param>
/// <param name="TypeBefore">Its type before.</param>
public sealed record PreviewColumn(string Name, ColumnType Type, string? Before, ColumnType? TypeBefore)
{
    public bool IsAdded => Before is null;
}

/// <param name="Row">Index into the shown rows.</param>
/// <param name="Column">Index into the shown columns.</param>
/// <param name="Before">What stood there.</param>
public readonly record struct CellChange(int Row, int Column, object? Before);

public enum StepState
{
    Done,

    /// <summary>Switched off.</summary>
    Off,

    /// <summary>Cannot be done; the state before it is shown.</summary>
    Failed,

    /// <summary>A step before it failed.</summary>
    NotReached,
}

/// <summary>What one step did to the sample.</summary>
/// <param name="Sentence">The step in words, names between asterisks.</param>
/// <param name="ColumnsAdded">How many; <paramref name="AddedColumns"/> names them.</param>
/// <param name="SchemaAfter">The columns that leave it; of a step that was not done those that reached it.</param>
/// <param name="Examples">Up to five cells before and after.</param>
public sealed record StepPreview(
    string Step,
    string Sentence,
    StepState State,
    long RowsBefore,
    long RowsAfter,
    long RowsRemoved,
    long CellsChanged,
    int ColumnsAdded,
    IReadOnlyList<string> AddedColumns,
    IReadOnlyList<string> RemovedColumns,
    string? Warning,
    StepError? Error,
    double Milliseconds,
    IReadOnlyList<ColumnSchema> SchemaAfter,
    IReadOnlyList<CellExample> Examples);

/// <param name="Parameter">The parameter to blame, when it is one.</param>
/// <param name="Position">Where in its text, from 0.</param>
/// <param name="Suggestion">A column that is probably meant instead of one that is missing.</param>
public sealed record StepError(string Code, string Message, string? Parameter, int? Position, string? Suggestion);

/// <param name="SourceRow">Place of the row in the source, from 0.</param>
public sealed record CellExample(long? SourceRow, string Column, object? Before, object? After);

/// <param name="Rows">Rows of the sample.</param>
/// <param name="TotalRows">Rows of the version.</param>
/// <param name="Text">What it is, in words: <c>the first 1,000 of 3,201 rows</c>.</param>
public sealed record PreviewSample(SampleKind Kind, long Rows, long TotalRows, string Text);
