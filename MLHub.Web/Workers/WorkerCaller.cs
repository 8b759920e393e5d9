using System.Reflection;
using System.Security.Claims;
using MLHub.Core.Common;
using MLHub.Core.Jobs;
using MLHub.Core.Workers;
using MLHub.Web.Api;

namespace MLHub.Web.Workers;

/// <summary>Parameter of an endpoint for workers: which one calls.</summary>
public sealed record WorkerCaller(WorkerIdentity Worker)
{
    public static ValueTask<WorkerCaller?> BindAsync(HttpContext http, ParameterInfo parameter) => ValueTask.FromResult<WorkerCaller?>(new(Of(http)));

    internal static WorkerIdentity Of(HttpContext http) => Guid.TryParse(http.User.FindFirstValue(Caller.Claims.Worker), out var id)
        ? new(id, http.User.FindFirstValue(ClaimTypes.Name) ?? "", http.User.HasClaim(Caller.Claims.Draining, "true"))
        : throw new HubException(Refusal.Unauthenticated, "Send the token of a worker.");
}

/// <summary>Parameter of an endpoint about a job that the calling worker holds: job from the address, lease from the header.</summary>
public sealed record HeldJob(JobLease Lease)
{
    public static ValueTask<HeldJob?> BindAsync(HttpContext http, ParameterInfo parameter)
    {
        var worker = WorkerCaller.Of(http);
        return Guid.TryParse(http.GetRouteValue("jobId")?.ToString(), out var jobId) && http.Request.Headers[WorkerHeaders.Lease].ToString() is { Length: 32 } token
            ? ValueTask.FromResult<HeldJob?>(new(new JobLease(jobId, token, worker.Holder)))
            : throw HubException.Invalid($"Name the lease in the header {WorkerHeaders.Lease}.", "NO_LEASE");
    }
}
