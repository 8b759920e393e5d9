using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Training.Workers;

/// <summary>Jobs of the database beside this process, with its store.</summary>
internal sealed class LocalJobSource(JobDesk desk, JobQueue queue, IBlobStore blobs, IOptions<HubOptions> hub) : IJobSource
{
    private WorkerName? _name;

    public TimeSpan Pulse => TimeSpan.FromMilliseconds(250);

    private string Name => _name?.Name ?? throw new InvalidOperationException("The worker has no name yet.");

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _name = WorkerName.Take(hub.Value);
        await queue.ExpireAsync(Name, cancellationToken);
    }

    public Task TidyAsync(CancellationToken cancellationToken) => desk.CloseLostAsync(Environment.MachineName, cancellationToken);

    public Task<JobAssignment?> TakeAsync(CancellationToken cancellationToken) => desk.TakeAsync(Name, cancellationToken);

    public Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken) => queue.WaitForWorkAsync(atMost, cancellationToken);

    public Task<BlobFile> FetchAsync(JobAssignment job, string name, CancellationToken cancellationToken) => blobs.FetchAsync(BlobHash.Parse(job.Inputs[name]), cancellationToken);

    public Task StoreAsync(JobAssignment job, string name, string path, CancellationToken cancellationToken) =>
        desk.StoreAsync(LeaseOf(job), name, () => blobs.PutFileAsync(path, cancellationToken), cancellationToken);

    public Task<JobOrders> BeatAsync(JobAssignment job, JobReport report, CancellationToken cancellationToken) => desk.BeatAsync(LeaseOf(job), report, cancellationToken);

    public Task CompleteAsync(JobAssignment job, JsonElement result, CancellationToken cancellationToken) => desk.CompleteAsync(LeaseOf(job), result, cancellationToken);

    public Task AbandonAsync(JobAssignment job, JobFailure failure, CancellationToken cancellationToken) => desk.AbandonAsync(LeaseOf(job), failure, cancellationToken);

    public Task ReleaseAsync(JobAssignment job, bool countsAsAttempt, CancellationToken cancellationToken) => desk.ReleaseAsync(LeaseOf(job), countsAsAttempt, cancellationToken);

    public bool IsAway(Exception failure) => failure is DbException || failure.InnerException is DbException;

    public void Dispose() => _name?.Dispose();

    private JobLease LeaseOf(JobAssignment job) => new(job.Id, job.LeaseToken, Name);
}
