using MLHub.Core.Datasets;
using MLHub.Core.Experiments;

namespace MLHub.Web.Home;

/// <summary>How far a workspace has come on the way from a file to a prediction.</summary>
/// <param name="ReadyDatasetId">A dataset that can be looked at and trained on.</param>
/// <param name="FinishedRunId">A run whose model can be kept.</param>
public sealed record WorkspaceProgress(DatasetCounts Datasets, RunCounts Runs, int Models, Guid? ReadyDatasetId, Guid? FinishedRunId)
{
    public bool IsEmpty => Datasets.Datasets == 0 && Runs.Runs == 0 && Models == 0;

    public bool HasData => ReadyDatasetId is not null;

    public bool HasTrained => FinishedRunId is not null || Models > 0;

    /// <summary>There is a model: the way has been walked, nobody needs the steps any more.</summary>
    public bool IsComplete => Models > 0;
}
