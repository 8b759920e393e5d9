namespace MLHub.Core.Datasets.Formats;

/// <summary>A table whose rows lie in a <see cref="RowSpool"/>.</summary>
internal class SpooledTable(IReadOnlyList<string> header, ImportReport description, RowSpool spool) : TextTable
{
    private const int RowsPerReport = 20_000;

    public override IReadOnlyList<string> Header => header;

    public override ImportReport Description => description;

    // Cells are parted by the format, not by a sign in the text.
    public override bool MayHaveDecimalComma => true;

    /// <summary>Whether a row of the source belongs to the table.</summary>
    protected virtual bool Includes(TextRow row) => true;

    public override void Read(ITextRowSink sink, Action<double> progress, CancellationToken cancellationToken)
    {
        var rows = 0;
        spool.Read(
            header.Count,
            row =>
            {
                if (Includes(row))
                {
                    sink.Row(row);
                }
            },
            sink.Reject,
            part =>
            {
                if (++rows % RowsPerReport == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress(Math.Min(1, part));
                }
            });
    }
}
