using MLHub.Core.Common;

namespace MLHub.Core.Jobs;

/// <summary>What its holder shows for every word about a job. The token is new at each claim, so a lost lease opens nothing any more.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Token">The random token of the claim.</param>
/// <param name="Holder">The worker that claimed it: its whole name, or the part before the slash.</param>
public sealed record JobLease(Guid JobId, string Token, string Holder)
{
    /// <summary>Code of the refusal when another worker has the job, or it is over: stop at once, nothing was written.</summary>
    public const string Lost = "LEASE_LOST";

    internal static HubException AsLost() => HubException.Conflict("This job is not held here any more: another worker has it, or it is over.", Lost);
}
