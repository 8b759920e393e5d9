namespace MLHub.Training.Evaluation;

/// <summary>What a model said about rows whose truth is known.</summary>
/// <param name="Part"><c>train</c>, <c>validation</c>, <c>test</c> or <c>folds</c> (each row scored by the fold's model that had not seen it).</param>
/// <param name="Actual">Class numbers, or the true numbers.</param>
/// <param name="Scores">One or more numbers per row, as <see cref="Algorithms.ITrainedModel.Score"/> gives them.</param>
internal sealed record ScoredRows(string Part, long[] RowIds, double[] Actual, double[] Scores);
