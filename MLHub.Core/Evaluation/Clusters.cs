namespace MLHub.Core.Evaluation;

/// <summary>A group that a clustering found.</summary>
/// <param name="Number">From 1, the largest group first.</param>
/// <param name="Rows">Training rows in it.</param>
/// <param name="AvgDistance">From its rows to its centre, in prepared units.</param>
/// <param name="Differences">Columns in which it differs most from the average of all rows, strongest first.</param>
public sealed record ClusterEvaluation(int Number, long Rows, double Share, double AvgDistance, IReadOnlyList<ClusterDifference> Differences);

/// <param name="Value">Mean of the group, or the text that is most typical of it.</param>
/// <param name="Overall">Mean of all rows, or how often all rows hold that text.</param>
/// <param name="Share">Texts: how often the group holds it; <c>null</c> for numbers.</param>
/// <param name="Strength">Distance from the average in standard deviations of the column; negative below it.</param>
public sealed record ClusterDifference(string Column, string Value, double Overall, double? Share, double Strength);

/// <summary>Rows in the plane of their two main directions.</summary>
/// <param name="Explained">Share of the variance along each direction.</param>
public sealed record ClusterMap(IReadOnlyList<double> Explained, IReadOnlyList<ClusterMapPoint> Points);

public sealed record ClusterMapPoint(long RowId, double X, double Y, int Cluster);
