namespace MLHub.Web.Charts;

/// <summary>Indices into the labels of the matrix.</summary>
public readonly record struct ConfusionCell(int Actual, int Predicted);
