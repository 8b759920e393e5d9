using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>The first reading of a table: counts what the cells of each column could be.</summary>
internal sealed class GuessingSink(TextTable table, NullTokens nulls, ImportOptions options) : ITextRowSink
{
    private const int MaxExamples = 3;

    private readonly List<string> _examples = [];
    private readonly bool[] _isText = [.. Enumerable.Range(0, table.Header.Count).Select(i => table.DeclaredType(i) == ColumnType.Text)];

    public ColumnGuess[] Columns { get; } = [.. Enumerable.Range(0, table.Header.Count).Select(_ => new ColumnGuess(nulls, options.Thousands is [var sign] && sign < 0x80 ? (byte)sign : null))];

    public long Rows { get; private set; }

    public long Rejected { get; private set; }

    public void Row(TextRow row)
    {
        Rows++;
        for (var i = 0; i < Columns.Length; i++)
        {
            if (_isText[i])
            {
                Columns[i].SeeText(row.IsNull(i) || (nulls.AreChosen && nulls.Find(CellText.Trim(row[i])) >= 0));
            }
            else
            {
                Columns[i].See(row[i], row.Line);
            }
        }
    }

    public void Reject(long line, string text, string reason)
    {
        Rejected++;
        if (_examples.Count < MaxExamples)
        {
            _examples.Add($"line {line}: {reason}");
        }
    }

    public void RefuseUnusable(List<ImportQuestion> questions)
    {
        if (options.Ragged is null && Rejected > (Rows + Rejected) * ImportLimits.MaxRejectedShare)
        {
            questions.Add(new(
                "ragged", "What is to become of rows with too few or too many cells?",
                [new("reject", "Leave them out and list them"), new("pad", "Fill short rows up with missing values, leave long ones out")], null,
                $"{Rejected} of {Rows + Rejected} rows do not have {Columns.Length} cells.")
            { Code = "RAGGED_ROWS" });
            throw HubException.Field(
                "ragged",
                $"{Rejected} of {Rows + Rejected} rows do not have {Columns.Length} cells ({string.Join("; ", _examples)}). Check the delimiter and the quotes in the import options, correct these rows, or say what is to become of them (option ragged).",
                "RAGGED_ROWS");
        }

        if (Rows == 0)
        {
            throw HubException.Impossible("The file holds names of columns, but no rows.", "NO_ROWS");
        }
    }
}
