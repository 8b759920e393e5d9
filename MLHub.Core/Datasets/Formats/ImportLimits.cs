namespace MLHub.Core.Datasets.Formats;

internal static class ImportLimits
{
    public const int MaxColumns = 4096;

    /// <summary>Bytes of one row, line ends inside quotes included.</summary>
    public const int MaxRowBytes = 16 * 1024 * 1024;

    /// <summary>More rows of the wrong length mean that the file was read the wrong way, not that some rows are bad.</summary>
    public const double MaxRejectedShare = 0.01;
}
