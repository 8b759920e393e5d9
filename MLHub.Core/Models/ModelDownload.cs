using Microsoft.EntityFrameworkCore;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Models;

/// <summary>
/// Saved models as files. Each holds a few rows of its training data, by which it is checked whenever it is loaded; so it goes to members of
/// the workspace only, however public the model is.
/// </summary>
public sealed class ModelDownload(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, IBlobStore blobs, TimeProvider time)
{
    public async Task<ModelFile> OpenAsync(Actor actor, Guid modelId, int number, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var model = await db.Set<RegisteredModel>().AsNoTracking().SingleOrDefaultAsync(m => m.Id == modelId && m.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("model");
        await access.RequireAsync(actor, model.AsThing(), WorkspaceRole.Reader, cancellationToken);
        var version = await db.Set<ModelVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.ModelId == modelId && v.Number == number, cancellationToken)
            ?? throw HubException.NotFound("model version");
        if (!await access.IsMemberAsync(actor, model.WorkspaceId, cancellationToken))
        {
            throw new HubException(
                Refusal.Forbidden, "The file of a model holds some rows of its training data, so only members of its workspace may download it. You can ask the model here.", "MEMBERS_ONLY");
        }

        db.Audit(actor, model.WorkspaceId, "model.download", model.Id, $"{model.Name} v{number}", time.GetUtcNow().UtcDateTime);
        try
        {
            var content = await blobs.OpenAsync(version.ArtefactHash, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            return new(content, $"{Slug.From(model.Name)}-v{number}.zip", version.ArtefactHash.ToString());
        }
        catch (FileNotFoundException)
        {
            throw new HubException(Refusal.Unavailable, "The file of this model is missing from the store. Restore it from a backup.", "BLOB_MISSING");
        }
    }
}

/// <param name="Hash">SHA-256 of the content.</param>
public sealed record ModelFile(Stream Content, string FileName, string Hash);
