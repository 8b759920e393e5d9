namespace MLHub.Training.Splits;

internal enum Part : byte
{
    Train,
    Validation,
    Test,
}

/// <summary>Which row serves what. Positions are those in the arrays given to the splitter.</summary>
internal sealed class RowSplit(Part[] parts, int[]? folds)
{
    public Part[] Parts { get; } = parts;

    /// <summary>In <see cref="Folds"/>: held out by no fold, because it is the only row of its class.</summary>
    public const int InEveryFold = -2;

    /// <summary>Cross-validation: the fold of each row; -1 for test rows.</summary>
    public int[]? Folds { get; } = folds;

    public int[] Rows(Part part) => [.. Enumerable.Range(0, Parts.Length).Where(r => Parts[r] == part)];
}
