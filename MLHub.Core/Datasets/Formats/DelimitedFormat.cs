namespace MLHub.Core.Datasets.Formats;

/// <summary>CSV, TSV and whatever else parts cells by a character: what a text file is taken for.</summary>
public sealed class DelimitedFormat : IDatasetFormat
{
    public string Name => "csv";

    public bool NeedsWholeFile => false;

    public bool Recognises(ReadOnlySpan<byte> head) => true;

    public async Task<TextTable> OpenAsync(ImportSource source, CancellationToken cancellationToken)
    {
        var text = await TextDecoding.DecodeAsync(source, mustBeUnicode: false, cancellationToken);
        var found = DialectFinder.Find(text.Path, text.Start, source);
        return new DelimitedTable(text, found, source);
    }
}
