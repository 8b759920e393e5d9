namespace MLHub.Web.Charts;

/// <param name="Color">CSS colour.</param>
/// <param name="Points">In drawing order; along x they ascend.</param>
public sealed record ChartSeries(string Name, string Color, IReadOnlyList<ChartPoint> Points);

/// <param name="Label">Replaces the figure of x (or of y for bars that lie): a range, a category.</param>
/// <param name="Note">More about the point: <c>threshold 0.41</c>.</param>
/// <param name="YLabel">Replaces the figure of y, where points are read one by one.</param>
public sealed record ChartPoint(double X, double Y, string? Label = null, string? Note = null, string? YLabel = null);
