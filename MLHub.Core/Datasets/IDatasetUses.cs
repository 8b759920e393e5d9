using MLHub.Core.Data;

namespace MLHub.Core.Datasets;

/// <summary>How often a feature that stands above datasets used them; lists show it.</summary>
public interface IDatasetUses
{
    /// <summary>What is counted, one and many: <c>run</c>, <c>runs</c>.</summary>
    (string One, string Many) Words { get; }

    /// <summary>Only datasets with a count above 0 are in the answer.</summary>
    Task<IReadOnlyDictionary<Guid, int>> CountAsync(HubDbContext db, IReadOnlyList<Guid> datasetIds, CancellationToken cancellationToken);
}
