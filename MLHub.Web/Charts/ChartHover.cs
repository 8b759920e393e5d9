namespace MLHub.Web.Charts;

/// <summary>Which way a reader walks over a chart.</summary>
public enum ChartHover
{
    /// <summary>Along the horizontal axis; all series are read at the same place.</summary>
    AlongX,

    /// <summary>From bar to bar downwards.</summary>
    AlongY,

    /// <summary>The point nearest in both directions.</summary>
    Nearest,
}
