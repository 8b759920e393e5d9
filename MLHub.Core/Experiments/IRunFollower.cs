using MLHub.Core.Data;

namespace MLHub.Core.Experiments;

/// <summary>A feature that wants to act when a run has finished, in the transaction that ends it. Must not save or commit itself.</summary>
public interface IRunFollower
{
    Task FinishedAsync(HubDbContext db, Run run, CancellationToken cancellationToken);
}
