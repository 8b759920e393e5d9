namespace MLHub.Web.Experiments;

/// <summary>How overlaid curves are drawn.</summary>
public sealed record CurveLook(bool ByTime, bool LogY, double Smoothing);
