using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>What the import found and did: nothing is lost or changed without standing here.</summary>
public sealed record ImportReport
{
    /// <summary>Word for the kind of file: <c>csv</c>.</summary>
    public required string Format { get; init; }

    /// <summary><c>gzip</c>, when the bytes were compressed.</summary>
    public string? Compression { get; init; }

    public string? Encoding { get; init; }

    public string? Delimiter { get; init; }

    public string? Quote { get; init; }

    public string? Decimal { get; init; }

    public bool Header { get; init; }

    /// <summary>Lines before the header that were passed over.</summary>
    public int SkippedLines { get; init; }

    public int CommentLines { get; init; }

    /// <summary>Always the sum of the next two.</summary>
    public long RowsRead { get; init; }

    public long RowsKept { get; init; }

    public long RowsRejected { get; init; }

    /// <summary>Texts that were taken as missing.</summary>
    public IReadOnlyList<string> NullTokens { get; init; } = [];

    public IReadOnlyList<ImportedColumn> Columns { get; init; } = [];

    public IReadOnlyList<ImportNote> Notes { get; init; } = [];

    /// <summary>What the bytes did not settle and the options did not answer; the defaults were taken.</summary>
    public IReadOnlyList<ImportQuestion> Questions { get; init; } = [];

    /// <summary>Name of the sheet of a workbook that was read.</summary>
    public string? Sheet { get; init; }

    /// <summary>All sheets of the workbook.</summary>
    public IReadOnlyList<ImportSheet>? Sheets { get; init; }

    /// <summary>Where the records were in a JSON document, when not at its top.</summary>
    public string? RecordPath { get; init; }

    /// <summary>A preview of a big file: only its beginning and some places between were looked at, the figures are theirs.</summary>
    public bool Sampled { get; init; }

    public double Seconds { get; init; }
}

/// <param name="OriginalName">The header as it stood in the file, when it had to be changed.</param>
/// <param name="Missing">Cells without a value, those listed in <paramref name="NullTokens"/> and <paramref name="Unparsed"/> included.</param>
/// <param name="Unparsed">Cells whose text did not fit the type and became missing.</param>
/// <param name="NullTokens">Text → how many cells held it and became missing.</param>
/// <param name="Format">How dates were read, e.g. <c>MMM d yyyy</c>.</param>
public sealed record ImportedColumn(
    string Name,
    string? OriginalName,
    ColumnType Type,
    long Missing,
    long Unparsed,
    IReadOnlyDictionary<string, long> NullTokens,
    string? Format);

/// <summary>Something the user should know.</summary>
/// <param name="Code">Stable: <c>ENCODING_GUESSED</c>, <c>COLUMN_RENAMED</c>, <c>MIXED_VALUES</c> …</param>
/// <param name="Line">Line of the source, when one is to be named; the first is 1.</param>
public sealed record ImportNote(string Code, string Text, string? Column = null, long? Line = null);
