using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Common;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;
using MLHub.Web.Charts;

namespace MLHub.Web.Experiments;

/// <summary>Charts of a run as files, for reports and notebooks.</summary>
internal static class PlotApi
{
    // Opened by itself an SVG is a document: without scripts, frames or an origin, whatever names are drawn in it.
    private const string Sandbox = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

    public static IEndpointRouteBuilder MapPlots(this IEndpointRouteBuilder api)
    {
        api.MapGet("/runs/{runId:guid}/plots/{plot}.{format}", GetAsync).WithTags("Runs").Needs(WorkspaceRole.Reader).WithSummary("A chart of a run's evaluation as SVG or PNG")
            .Produces(StatusCodes.Status200OK, contentType: "image/svg+xml").Produces(StatusCodes.Status200OK, contentType: "image/png");
        return api;
    }

    /// <param name="plot"><c>roc</c>, <c>precision-recall</c>, <c>confusion-matrix</c>, <c>loss</c>, <c>calibration</c>, <c>scores</c>, <c>residuals</c>, <c>importance</c>, <c>predicted-vs-actual</c>, <c>residuals-vs-predicted</c>, <c>gains</c> or <c>map</c>.</param>
    /// <param name="format"><c>svg</c> or <c>png</c> (two pixels per unit of size).</param>
    /// <param name="theme"><c>light</c> or <c>dark</c>.</param>
    private static async Task<FileContentHttpResult> GetAsync(
        Guid runId, string plot, string format, Caller caller, RunResults results, ChartCache cache, HttpContext http, CancellationToken cancellationToken, string? theme = null, int? width = null, int? height = null)
    {
        if (!EvaluationCharts.Names.Contains(plot) || format is not ("svg" or "png"))
        {
            throw HubException.NotFound("plot");
        }

        var colours = ChartTheme.Find(theme) ?? throw HubException.Invalid("The theme is 'light' or 'dark'.", "BAD_THEME");
        var report = await results.EvaluationAsync(caller.Actor, runId, cancellationToken);
        var chart = EvaluationCharts.Find(report, plot) ?? throw HubException.NotFound("plot");
        var natural = EvaluationCharts.NaturalSize(chart);
        var size = new ChartSize(Side(width, natural.Width), Side(height, natural.Height));

        http.Response.Headers.ContentSecurityPolicy = Sandbox;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        // An evaluation never changes, so the run is version enough.
        var bytes = cache.File($"{runId:N}/{plot}", $"{format}/{colours.Name}", size, () => format == "png" ? chart.ToPng(colours, size) : Encoding.UTF8.GetBytes(chart.ToSvg(colours, size)));
        return TypedResults.Bytes(bytes, format == "png" ? "image/png" : "image/svg+xml");
    }

    private static int Side(int? asked, int natural) => asked switch
    {
        null => natural,
        < ChartSize.MinSide or > ChartSize.MaxSide => throw HubException.Invalid($"Width and height are between {ChartSize.MinSide} and {ChartSize.MaxSide}.", "BAD_SIZE"),
        { } side => side,
    };
}
