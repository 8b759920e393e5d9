using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Models;

/// <summary>
/// Who outside of the workspace sees a model: its versions, their metrics and signature, and predictions. A signature names columns and
/// category values of the training data, so only somebody who could publish the data may publish the model.
/// </summary>
public sealed class ModelSharing(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, PeopleByAddress people, News news, TimeProvider time)
    : SharingService<RegisteredModel>(contexts, access, people, news, time)
{
    protected override string Word => "model";

    protected override string TopicOf(Guid id) => Topic.Model(id);

    protected override async Task RequirePublishableAsync(HubDbContext db, Actor actor, RegisteredModel thing, CancellationToken cancellationToken)
    {
        var sources = await Sources(db, thing.Id).AsNoTracking().Where(d => d.Visibility != Visibility.Public).Distinct().ToListAsync(cancellationToken);
        foreach (var source in sources)
        {
            if (await Access.RoleAsync(actor, source.AsThing(), cancellationToken) is not >= WorkspaceRole.Manager)
            {
                throw new HubException(
                    Refusal.Forbidden, "A version of this model was trained on private data that you do not manage. Ask a manager of that data's workspace to publish the model.", "SOURCE_PRIVATE");
            }
        }
    }

    private static IQueryable<Dataset> Sources(HubDbContext db, Guid modelId) =>
        from version in db.Set<ModelVersion>()
        join run in db.Set<Run>() on version.RunId equals run.Id
        join dataset in db.Set<Dataset>() on run.DatasetId equals dataset.Id
        where version.ModelId == modelId
        select dataset;
}
