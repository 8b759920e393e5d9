using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Datasets;

/// <summary>Who outside of the workspace sees a dataset: rows, profile, versions and downloads of it, and nothing else.</summary>
public sealed class DatasetSharing(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, PeopleByAddress people, News news, TimeProvider time)
    : SharingService<Dataset>(contexts, access, people, news, time)
{
    protected override string Word => "dataset";

    protected override string TopicOf(Guid id) => Topic.Dataset(id);
}
