using Microsoft.EntityFrameworkCore;
using MLHub.Core;
using MLHub.Core.Data;
using MLHub.Training;
using MLHub.Training.Workers;
using MLHub.Web.Accounts;
using MLHub.Web.Api;
using MLHub.Web.Charts;
using MLHub.Web.Datasets;
using MLHub.Web.Experiments;
using MLHub.Web.Jobs;
using MLHub.Web.Models;
using MLHub.Web.Operations;
using MLHub.Web.Queries;
using MLHub.Web.Recipes;
using MLHub.Web.Shell;
using MLHub.Web.Workers;
using MLHub.Web.Workspaces;

namespace MLHub.Web;

/// <summary>What the server is made of: a table of contents.</summary>
internal static class HubSetup
{
    public static void AddHub(this WebApplicationBuilder builder)
    {
        builder.Services.AddCore(builder.Configuration).AddTraining().AddWorkers(builder.Configuration);
        builder.Services.AddHubApi(builder.Configuration);
        builder.Services.AddShell().AddCharts();
        // After the pages: it replaces Blazor's provider of the signed-in user.
        builder.Services.AddSignIn(builder.Configuration).AddUploadTickets();
        builder.Services.AddMetrics(builder.Configuration);
    }

    public static void UseHub(this WebApplication app)
    {
        app.UseTrustedProxies();
        app.UseMetrics();
        app.UseShell();
        app.UseHubApi();
        app.MapHealth();
        app.MapMetrics();
        app.MapHubApi()
            .MapAccounts()
            .MapWorkspaces()
            .MapInvitations()
            .MapDatasets()
            .MapVersions()
            .MapTrash()
            .MapQueries()
            .MapUploads()
            .MapRecipes()
            .MapJobs()
            .MapWorkers()
            .MapExperiments()
            .MapRuns()
            .MapExternalRuns()
            .MapArtifacts()
            .MapPlots()
            .MapModels();
        app.MapAccountForms();
        app.MapDatasetDownload();
        app.MapAuditDownload();
        app.MapModelDownload();
        app.MapArtifactDownload();
        app.MapRunCsv();
        app.MapQueryDownload();
        app.MapShell();
    }

    /// <summary>One word each, for load balancers and containers; the server only listens once the database has its schema.</summary>
    private static void MapHealth(this WebApplication app)
    {
        const string reason = "Says one word and nothing about anybody's data.";
        app.MapGet("/health/live", () => "live").IsPublic(reason).ExcludeFromDescription();
        app.MapGet("/health/ready", async (IDbContextFactory<HubDbContext> contexts, CancellationToken cancellationToken) =>
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            return await db.Database.CanConnectAsync(cancellationToken) ? Results.Text("ready") : Results.Text("unready", statusCode: StatusCodes.Status503ServiceUnavailable);
        }).IsPublic(reason).ExcludeFromDescription();
    }
}
