using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Workspaces;
using MLHub.Web.Jobs;

namespace MLHub.Web.Datasets;

/// <summary>A dataset over REST; counts are those of the newest ready version.</summary>
public sealed record DatasetAnswer(
    Guid Id, Guid WorkspaceId, string Name, string? Description, IReadOnlyList<string> Tags, Visibility Visibility, int? LatestVersion, long? RowCount, int? ColumnCount, long? SizeBytes,
    DateTime CreatedAt, DateTime UpdatedAt, Guid CreatedBy, NewestVersion? Newest, WorkspaceRole? MyRole)
{
    public static DatasetAnswer Of(DatasetView d) => new(
        d.Id, d.WorkspaceId, d.Name, d.Description, d.Tags, d.Visibility, d.LatestVersion, d.RowCount, d.ColumnCount, d.SizeBytes, d.CreatedAt, d.UpdatedAt, d.CreatedBy, d.Newest, d.MyRole);
}

/// <summary>A version over REST.</summary>
public sealed record VersionAnswer(
    int Number, DatasetVersionState State, DatasetVersionCause Cause, int? Parent, string? Message, Guid CreatedBy, DateTime CreatedAt, long RowCount, int ColumnCount, long SizeBytes,
    string? ContentHash, IReadOnlyList<DatasetColumn> Columns, ImportReport? ImportReport, VersionRecipe? Recipe, string? OriginalName, long OriginalBytes, Guid? JobId, string? Error, string? ErrorCode, IReadOnlyList<string> Tags)
{
    public static VersionAnswer Of(DatasetVersionView v) => new(
        v.Number, v.State, v.Cause, v.Parent, v.Message, v.CreatedBy, v.CreatedAt, v.RowCount, v.ColumnCount, v.SizeBytes, v.ContentHash, v.Columns, v.ImportReport, v.Recipe, v.OriginalName,
        v.OriginalBytes, v.JobId, v.Error, v.ErrorCode, v.Tags);
}

/// <summary>A recipe to be run on all rows.</summary>
/// <param name="Message">What the new version is, in the words of its author; made from the steps when there is none.</param>
public sealed record PrepareBody(IReadOnlyList<RecipeStep> Steps, string? Message = null);

/// <summary>What an accepted file or recipe became.</summary>
public sealed record AcceptedAnswer(DatasetAnswer Dataset, VersionAnswer Version, JobAnswer Job)
{
    internal static async Task<Accepted<AcceptedAnswer>> ReadAsync(UploadAccepted accepted, Actor actor, DatasetService datasets, JobService jobs, CancellationToken cancellationToken)
    {
        var answer = new AcceptedAnswer(
            DatasetAnswer.Of(await datasets.GetAsync(actor, accepted.DatasetId, cancellationToken)),
            VersionAnswer.Of(await datasets.VersionAsync(actor, accepted.DatasetId, accepted.VersionNumber, cancellationToken)),
            JobAnswer.Of(await jobs.GetAsync(actor, accepted.JobId, cancellationToken)));
        return TypedResults.Accepted($"/api/v1/datasets/{accepted.DatasetId:N}/versions/{accepted.VersionNumber}", answer);
    }
}

/// <summary>Options to look with; absent are those that came with the file.</summary>
public sealed record PreviewRequest(ImportOptions? Options = null)
{
    internal ImportOptions? Checked() => Options is null ? null : ImportOptions.Checked(Options);
}

/// <summary>What is to be different from what came with the upload; absent members stay.</summary>
public sealed record ImportRequest(string? Name = null, string? Description = null, string? Message = null, ImportOptions? Options = null)
{
    internal ImportChange Checked() => new(Name, Description, Message, Options is null ? null : ImportOptions.Checked(Options));
}

/// <summary>Options of the new import; absent are those of the version.</summary>
public sealed record ReimportRequest(ImportOptions? Options = null, string? Message = null);

/// <summary>Changes of a dataset; absent fields stay.</summary>
public sealed record DatasetEdit(string? Name = null, string? Description = null, IReadOnlyList<string>? Tags = null);

/// <summary>A window of rows; missing cells are <c>null</c>.</summary>
/// <param name="RowIds">Place of each row in the source, from 0.</param>
public sealed record RowsAnswer(IReadOnlyList<ColumnSchema> Columns, IReadOnlyList<object?[]> Rows, IReadOnlyList<long> RowIds, long Offset, long TotalRows, long MatchedRows)
{
    public static RowsAnswer Of(RowWindow window)
    {
        var rows = new object?[window.RowIds.Count][];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = new object?[window.Columns.Count];
            for (var column = 0; column < rows[row].Length; column++)
            {
                rows[row][column] = window.Cell(row, column);
            }
        }

        return new([.. window.Columns.Select(c => c.Schema)], rows, window.RowIds, window.Offset, window.TotalRows, window.MatchedRows);
    }
}

/// <summary>A resumable upload over REST.</summary>
public sealed record UploadAnswer(Guid Id, string FileName, long Length, long Offset, DateTime ExpiresAt, Guid? DatasetId, int? VersionNumber, Guid? JobId, UploadState State)
{
    public static UploadAnswer Of(UploadView u) =>
        new(u.Id, u.FileName, u.Length, u.Offset, u.ExpiresAt, u.Result?.DatasetId, u.Result?.VersionNumber, u.Result?.JobId, u.State);
}
