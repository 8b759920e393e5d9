using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Datasets;
using MLHub.Core.Datasets.Comparison;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Datasets;

/// <summary>The history of a dataset over REST: what changed, going back, tags, what was made of a version.</summary>
internal static class VersionApi
{
    private const string Dataset = "/datasets/{datasetId:guid}";
    private const string Version = Dataset + "/versions/{number:int}";

    public static IEndpointRouteBuilder MapVersions(this IEndpointRouteBuilder api)
    {
        var versions = api.MapGroup("").WithTags("Datasets");
        versions.MapPost(Dataset + "/restore", RestoreAsync).Needs(WorkspaceRole.Editor).Idempotent().WithSummary("Make an earlier version the latest again: a new version on the same content");
        versions.MapPatch(Version, EditAsync).Needs(WorkspaceRole.Editor).WithSummary("Change the tags of a version");
        versions.MapDelete(Version, DeleteAsync).Needs(WorkspaceRole.Editor).WithSummary("Move one version to the trash");
        versions.MapGet(Version + "/uses", UsesAsync).Needs(WorkspaceRole.Reader).WithSummary("What a version was made from, and the runs, models and datasets that were made from it");
        versions.MapGet(Dataset + "/diff", DiffAsync).Needs(WorkspaceRole.Reader).WithSummary("What changed between two versions: columns, rows by key, distributions");
        versions.MapGet(Dataset + "/diff/rows", DiffRowsAsync).Needs(WorkspaceRole.Reader).WithSummary("The rows that differ between two versions, with the cells before and after");
        return api;
    }

    private static async Task<Created<RestoreAnswer>> RestoreAsync(
        Guid datasetId, RestoreRequest body, Caller caller, DatasetVersionService versions, DatasetService datasets, CancellationToken cancellationToken)
    {
        var number = await versions.RestoreAsync(caller.Actor, datasetId, body.Version, body.Message, cancellationToken);
        var made = await datasets.VersionAsync(caller.Actor, datasetId, number, cancellationToken);
        return TypedResults.Created($"{ApiPaths.Prefix}/datasets/{datasetId:N}/versions/{number}", new RestoreAnswer(VersionAnswer.Of(made)));
    }

    private static async Task<Ok<VersionAnswer>> EditAsync(
        Guid datasetId, int number, VersionEdit body, Caller caller, DatasetVersionService versions, DatasetService datasets, CancellationToken cancellationToken)
    {
        await versions.TagAsync(caller.Actor, datasetId, number, body.Tags, cancellationToken);
        return TypedResults.Ok(VersionAnswer.Of(await datasets.VersionAsync(caller.Actor, datasetId, number, cancellationToken)));
    }

    private static async Task<NoContent> DeleteAsync(Guid datasetId, int number, Caller caller, DatasetVersionService versions, CancellationToken cancellationToken)
    {
        await versions.DeleteAsync(caller.Actor, datasetId, number, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<UsesAnswer>> UsesAsync(
        Guid datasetId, int number, Caller caller, DatasetVersionService versions, DatasetService datasets, CancellationToken cancellationToken)
    {
        var version = await datasets.VersionAsync(caller.Actor, datasetId, number, cancellationToken);
        var uses = await versions.UsesAsync(caller.Actor, datasetId, cancellationToken);
        return TypedResults.Ok(new UsesAnswer([.. uses.Where(u => u.VersionId == version.Id).Select(u => new UseAnswer(u.Kind, u.Id, u.Name, u.IsActive, u.Aliases, u.Version))]));
    }

    private static async Task<Ok<DiffAnswer>> DiffAsync(
        Guid datasetId, int from, int to, Caller caller, DatasetDiffService diffs, CancellationToken cancellationToken, string[]? key = null, string[]? renamed = null, bool keyless = false) =>
        TypedResults.Ok(DiffAnswer.Of(await diffs.CompareAsync(caller.Actor, datasetId, DiffParameters.Read(from, to, key, renamed, keyless), cancellationToken)));

    private static async Task<Ok<DiffRowsAnswer>> DiffRowsAsync(
        Guid datasetId, int from, int to, Caller caller, DatasetDiffService diffs, CancellationToken cancellationToken,
        string[]? key = null, string[]? renamed = null, bool keyless = false, string? kind = null, string? column = null, long offset = 0, int limit = 100)
    {
        var request = DiffParameters.Read(from, to, key, renamed, keyless);
        var query = new ChangedRowQuery { Kind = DiffParameters.Kind(kind), Column = column, Offset = offset, Limit = limit };
        var found = await diffs.RowsAsync(caller.Actor, datasetId, request, query, cancellationToken);
        return TypedResults.Ok(new DiffRowsAnswer([.. found.Rows.Select(r => DiffRowAnswer.Of(r, request.Key ?? []))], found.Total));
    }
}
