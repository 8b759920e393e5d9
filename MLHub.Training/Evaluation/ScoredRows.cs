using MLHub.Training.Preparation;

namespace MLHub.Training.Evaluation;

/// <summary>What a model said about rows, with their truth where it is known.</summary>
/// <param name="Part"><c>train</c>, <c>validation</c>, <c>test</c> or <c>folds</c> (each row scored by the fold's model that had not seen it).</param>
/// <param name="Actual">Class numbers, or the true numbers; NaN where there is none.</param>
/// <param name="Scores">One or more numbers per row, as <see cref="Algorithms.ITrainedModel.Score"/> gives them.</param>
internal sealed record ScoredRows(string Part, long[] RowIds, double[] Actual, double[] Scores)
{
    /// <summary>Where the rows stand in the table that was read.</summary>
    public int[] Rows { get; init; } = [];

    /// <summary>Clustering is judged by the distances between prepared rows.</summary>
    public FeatureMatrix? Features { get; init; }

    public int Outputs => RowIds.Length == 0 ? 1 : Scores.Length / RowIds.Length;

    /// <summary>Only some of the rows.</summary>
    public ScoredRows Take(IReadOnlyList<int> some)
    {
        var outputs = Outputs;
        var scores = new double[some.Count * outputs];
        for (var i = 0; i < some.Count; i++)
        {
            Array.Copy(Scores, some[i] * outputs, scores, i * outputs, outputs);
        }

        return new(Part, Pick(RowIds), Pick(Actual), scores) { Rows = Rows.Length > 0 ? Pick(Rows) : [] };

        T[] Pick<T>(T[] from) => [.. some.Select(i => from[i])];
    }
}
