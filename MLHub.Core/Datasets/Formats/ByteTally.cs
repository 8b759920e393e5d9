namespace MLHub.Core.Datasets.Formats;

/// <summary>Counts a pattern in bytes that come in pieces, also where it lies across two of them.</summary>
internal sealed class ByteTally(byte[] pattern)
{
    private byte[] _before = [];

    public long Count { get; private set; }

    public void See(ReadOnlySpan<byte> piece)
    {
        byte[] joint = [.. _before, .. piece[..Math.Min(piece.Length, pattern.Length - 1)]];
        Count += joint.AsSpan().Count(pattern) + piece.Count(pattern);
        byte[] end = [.. _before, .. piece[Math.Max(0, piece.Length - pattern.Length + 1)..]];
        _before = end[Math.Max(0, end.Length - pattern.Length + 1)..];
    }
}
