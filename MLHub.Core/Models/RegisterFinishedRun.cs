using Microsoft.EntityFrameworkCore;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Experiments;

namespace MLHub.Core.Models;

/// <summary>Keeps a finished run as a model version when its starter asked for it; the model is made when it does not exist.</summary>
internal sealed class RegisterFinishedRun(TimeProvider time) : IRunFollower
{
    public async Task FinishedAsync(HubDbContext db, Run run, CancellationToken cancellationToken)
    {
        if (run.RegisterAs is not { } name)
        {
            return;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var task = run.RequireTraining().Configuration.Task;
        var key = Slug.Key(name);
        var model = await db.Set<RegisteredModel>().SingleOrDefaultAsync(m => m.WorkspaceId == run.WorkspaceId && m.NameKey == key, cancellationToken);
        if (model is null)
        {
            model = RegisteredModel.Create(run.WorkspaceId, name, null, task, run.CreatedBy, now);
            db.Add(model);
        }
        else if (model.Task != task)
        {
            // Checked at the start, too; somebody may have made another model of this name since. The run keeps its result.
            return;
        }

        ModelVersions.Add(db, model, run, null, null, run.CreatedBy, now);
        db.Audit(new Actor(run.CreatedBy, "", ActorKind.Job), run.WorkspaceId, "model.version", model.Id, $"{model.Name} v{model.LatestVersion} from {run.Name}", now);
    }
}

/// <summary>The one way in which versions come to be.</summary>
internal static class ModelVersions
{
    /// <summary>The first version becomes the champion. Later ones do not, also when somebody took the alias away: that was meant.</summary>
    public static ModelVersion Add(HubDbContext db, RegisteredModel model, Run run, string? description, double? threshold, Guid createdBy, DateTime now)
    {
        var isFirst = model.LatestVersion == 0;
        var version = ModelVersion.Create(model.Id, model.NextVersion(now), run, description, threshold, createdBy, now);
        db.Add(version);
        if (isFirst)
        {
            db.Add(ModelAlias.Create(model.Id, ModelAlias.Champion, version.Number));
            db.Add(ModelAliasChange.Create(model.Id, ModelAlias.Champion, null, version.Number, "First version", createdBy, now));
        }

        return version;
    }
}
