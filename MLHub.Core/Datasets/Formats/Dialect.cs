using System.Text;

namespace MLHub.Core.Datasets.Formats;

/// <summary>How a delimited text is to be read.</summary>
internal sealed record Dialect(byte Delimiter, byte? Quote, bool BackslashEscapes)
{
    /// <summary>Lines before the header that belong to no table.</summary>
    public int SkipLines { get; init; }

    /// <summary>What lines that are comments begin with; empty when there are none.</summary>
    public byte[] Comment { get; init; } = [];

    public bool HasHeader { get; init; } = true;

    public string DelimiterName => Delimiter switch
    {
        (byte)'\t' => "tab",
        0x01 => "^A",
        _ => Encoding.ASCII.GetString([Delimiter]),
    };
}
