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

/// <param name="Labels">Class number, or the value to predict; without meaning for clustering and anomaly detection.</param>
/// <param name="Weights">How much each row counts; <c>null</c> counts all the same.</param>
internal sealed record LabeledMatrix(FeatureMatrix Features, float[] Labels, float[]? Weights = null)
{
    public float Weight(int row) => Weights is null ? 1 : Weights[row];

    /// <summary>Every n-th row, so that at most so many are left; without weights.</summary>
    public LabeledMatrix Thin(int max)
    {
        var step = (Labels.Length + max - 1) / max;
        if (step <= 1)
        {
            return this;
        }

        var count = (Labels.Length + step - 1) / step;
        var (values, labels) = (new float[count * Features.Columns], new float[count]);
        for (var r = 0; r < count; r++)
        {
            Features.Row(r * step).CopyTo(values.AsSpan(r * Features.Columns));
            labels[r] = Labels[r * step];
        }

        return new(new(values, count, Features.Columns), labels);
    }
}

/// <summary>One prepared feature.</summary>
/// <param name="Column">Position of the raw column in <see cref="FeaturePipeline.Columns"/>.</param>
/// <param name="IsCategory">Its values are level numbers without an order.</param>
internal sealed record FeatureSlot(string Name, int Column, bool IsCategory);
