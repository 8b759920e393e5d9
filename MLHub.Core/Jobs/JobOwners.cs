namespace MLHub.Core.Jobs;

/// <summary>Finds the owner of a kind of job.</summary>
public sealed class JobOwners(IEnumerable<IJobOwner> owners)
{
    private readonly Dictionary<string, IJobOwner> _byKind = owners.ToDictionary(o => o.Kind);

    /// <summary>All kinds of jobs that there are.</summary>
    public IReadOnlyCollection<string> Kinds => _byKind.Keys;

    public IJobOwner Of(string kind) =>
        _byKind.TryGetValue(kind, out var owner) ? owner : throw new InvalidOperationException($"No feature owns jobs of the kind {kind}.");
}
