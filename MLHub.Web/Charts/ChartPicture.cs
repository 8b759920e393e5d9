namespace MLHub.Web.Charts;

/// <summary>A drawn chart: its SVG for a page, where data lies in it, and the data itself for tables and downloads.</summary>
/// <param name="Svg">An <c>svg</c> element without prolog that fills the width of its parent; all ids are unique in the process.</param>
/// <param name="Summary">One sentence that says what is to be seen, for those who do not see it.</param>
public sealed record ChartPicture(Chart Chart, string Svg, ChartSize Size, ChartScale Scale, string Summary)
{
    public string Title => Chart.Title;

    public IReadOnlyList<ChartSeries> Series { get; } = Chart.Series;
}
