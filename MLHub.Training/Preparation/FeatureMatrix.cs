namespace MLHub.Training.Preparation;

/// <summary>Prepared rows, one after the other: the only form in which learners and models see data.</summary>
internal sealed class FeatureMatrix(float[] values, int rows, int columns)
{
    public float[] Values { get; } = values;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public ReadOnlySpan<float> Row(int row) => Values.AsSpan(row * Columns, Columns);

    public FeatureMatrix Copy() => new((float[])Values.Clone(), Rows, Columns);
}

/// <param name="Labels">Class number, or the value to predict.</param>
internal sealed record LabeledMatrix(FeatureMatrix Features, float[] Labels);

/// <summary>One prepared feature.</summary>
/// <param name="Column">Position of the raw column in <see cref="FeaturePipeline.Columns"/>.</param>
/// <param name="IsCategory">Its values are level numbers without an order.</param>
internal sealed record FeatureSlot(string Name, int Column, bool IsCategory);
