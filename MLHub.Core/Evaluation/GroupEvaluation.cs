namespace MLHub.Core.Evaluation;

/// <summary>How the model fares on the values of a column.</summary>
/// <param name="Column">One that the model reads.</param>
public sealed record ColumnGroups(string Column, IReadOnlyList<GroupEvaluation> Groups);

/// <param name="Name">A value, or a range of numbers.</param>
/// <param name="Metrics">Metrics that are not defined on these rows are absent.</param>
public sealed record GroupEvaluation(string Name, long Rows, IReadOnlyDictionary<string, double> Metrics);

/// <summary>Between which bounds a metric would lie in 95 of 100 repetitions with other rows.</summary>
public sealed record MetricInterval(double Low, double High);
