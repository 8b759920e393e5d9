using System.Data;
using System.Data.Common;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Jobs;

/// <summary>
/// The durable queue: jobs are rows, and only the database's clock counts. A worker claims with one statement, which also
/// takes over a job whose lease ran out; the random token of the claim fences every later write: whoever lost the lease
/// changes nothing any more. So work is done at least once and takes effect exactly once.
/// </summary>
public sealed class JobQueue(IDbContextFactory<HubDbContext> contexts, IOptions<JobOptions> options, TimeProvider time, News news)
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Adds a job to the caller's context: it is saved, or not, together with the rows that it is about.</summary>
    public Job Add(HubDbContext db, string kind, Guid workspaceId, Guid createdBy, Guid subjectId, int maxAttempts = 3, int priority = 0)
    {
        var job = Job.Create(kind, workspaceId, createdBy, subjectId, time.GetUtcNow().UtcDateTime, maxAttempts, priority);
        db.Add(job);
        return job;
    }

    /// <summary>Tells this process's workers that a job was committed. Without it they find it at their next look.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Waits until somebody called <see cref="Wake"/> or the time is over.</summary>
    public async Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(atMost);
        try
        {
            await _wake.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Takes the next job, or one whose worker fell silent; <c>null</c> when there is none.</summary>
    public async Task<Job?> ClaimAsync(string worker, CancellationToken cancellationToken)
    {
        var token = Guid.NewGuid().ToString("N");
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var sql = new Dialect(db);
        await using var transaction = await sql.BeginAsync(cancellationToken);
        var id = await sql.ScalarAsync(
            $"""
            UPDATE "Jobs" SET "State" = 'Running', "Attempt" = "Attempt" + 1, "Worker" = @worker, "LeaseToken" = @token,
                "LeaseUntil" = {sql.NowPlus("@lease")}, "StartedAt" = COALESCE("StartedAt", @now), "Progress" = 0, "Stage" = 'starting', "Message" = NULL,
                "Files" = NULL, "Reports" = 0
            WHERE "Id" = (
                SELECT "Id" FROM "Jobs"
                WHERE NOT "CancelRequested" AND ("State" = 'Queued' OR ("State" = 'Running' AND "LeaseUntil" < {sql.Now} AND "Attempt" < "MaxAttempts"))
                ORDER BY "Priority" DESC, "Id" LIMIT 1 {sql.SkipLocked})
            RETURNING "Id"
            """,
            cancellationToken,
            ("worker", worker), ("token", token), ("lease", options.Value.LeaseSeconds * 1000L), ("now", time.GetUtcNow().UtcDateTime));
        await transaction.CommitAsync(cancellationToken);
        if (id is null)
        {
            return null;
        }

        var job = await db.Set<Job>().AsNoTracking().SingleAsync(j => j.LeaseToken == token, cancellationToken);
        JobMeter.Claimed(job);
        Tell(job);
        return job;
    }

    /// <summary>
    /// Jobs that can only be closed: their worker fell silent and they were cancelled, or it was the last attempt. So are those that
    /// were given back after somebody had cancelled them: nobody claims them any more.
    /// </summary>
    public async Task<IReadOnlyList<Job>> ClaimLostAsync(string worker, CancellationToken cancellationToken)
    {
        var token = Guid.NewGuid().ToString("N");
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var sql = new Dialect(db);
        await sql.ExecuteAsync(
            $"""
            UPDATE "Jobs" SET "State" = 'Running', "Worker" = @worker, "LeaseToken" = @token, "LeaseUntil" = {sql.NowPlus("@lease")}
            WHERE ("State" = 'Queued' AND "CancelRequested")
                OR ("State" = 'Running' AND "LeaseUntil" < {sql.Now} AND ("CancelRequested" OR "Attempt" >= "MaxAttempts"))
            """,
            cancellationToken,
            ("worker", worker), ("token", token), ("lease", options.Value.LeaseSeconds * 1000L));
        return await db.Set<Job>().AsNoTracking().Where(j => j.LeaseToken == token).ToListAsync(cancellationToken);
    }

    /// <summary>The job, as long as the lease is good.</summary>
    /// <exception cref="HubException"><see cref="JobLease.Lost"/>: another worker has it, or it is over.</exception>
    public async Task<Job> RequireAsync(JobLease lease, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Held(db, lease).AsNoTracking().SingleOrDefaultAsync(cancellationToken) ?? throw JobLease.AsLost();
    }

    /// <summary>Notes what the holder of the lease may read and has stored.</summary>
    /// <exception cref="HubException"><see cref="JobLease.Lost"/>.</exception>
    public async Task KeepFilesAsync(JobLease lease, JobFiles files, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await Held(db, lease).ExecuteUpdateAsync(set => set.SetProperty(j => j.Files, files), cancellationToken) == 0)
        {
            throw JobLease.AsLost();
        }
    }

    /// <summary>Whether this report of the lease was not written before. Call it in the transaction of its beat.</summary>
    public static async Task<bool> IsNewReportAsync(HubDbContext db, JobLease lease, long number, CancellationToken cancellationToken) =>
        await Held(db, lease).Where(j => j.Reports < number).ExecuteUpdateAsync(set => set.SetProperty(j => j.Reports, number), cancellationToken) > 0;

    /// <summary>
    /// Ends the leases of a worker that is known to be gone, so that its jobs need not wait for the clock: a server that starts
    /// again calls it with its own name. Its children died with it, because their standard input closed.
    /// </summary>
    public async Task<int> ExpireAsync(string worker, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var sql = new Dialect(db);
        return await sql.ExecuteAsync(
            $"""UPDATE "Jobs" SET "LeaseUntil" = 0 WHERE "State" = 'Running' AND "Worker" = @worker""",
            cancellationToken,
            ("worker", worker));
    }

    /// <summary>
    /// Renews the lease, tells how far the job is, and writes what it reported (curve points, log lines) in the same fenced transaction.
    /// </summary>
    /// <returns><c>null</c> when the lease is lost: stop at once; nothing was written.</returns>
    public async Task<JobOrders?> BeatAsync(Job job, double progress, string? stage, string? message, Func<HubDbContext, Task>? record, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var sql = new Dialect(db);
        await using var transaction = await sql.BeginAsync(cancellationToken);
        var changed = await sql.ExecuteAsync(
            $"""
            UPDATE "Jobs" SET "LeaseUntil" = {sql.NowPlus("@lease")}, "Progress" = @progress, "Stage" = @stage, "Message" = @message
            WHERE "Id" = @id AND "LeaseToken" = @token AND "State" = 'Running'
            """,
            cancellationToken,
            ("lease", options.Value.LeaseSeconds * 1000L),
            ("progress", Math.Clamp(double.IsFinite(progress) ? progress : 0, 0, 1)),
            ("stage", Cut(stage, 64)),
            ("message", Cut(message, 500)),
            ("id", job.Id),
            ("token", job.LeaseToken!));
        if (changed == 0)
        {
            return null;
        }

        if (record is not null)
        {
            await record(db);
            await db.SaveChangesAsync(cancellationToken);
        }

        var orders = await db.Set<Job>().Where(j => j.Id == job.Id).Select(j => new JobOrders(j.CancelRequested, j.FinishRequested)).SingleAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Tell(job);
        return orders;
    }

    /// <summary>
    /// Ends the job: the feature's rows and the job's state change in one transaction, and only for the holder of the lease.
    /// </summary>
    /// <returns>False when the lease was lost: nothing was written.</returns>
    public async Task<bool> EndAsync(Job job, JobState state, JobFailure? failure, Func<HubDbContext, Task> record, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var sql = new Dialect(db);
        await using var transaction = await sql.BeginAsync(cancellationToken);
        var changed = await sql.ExecuteAsync(
            $"""
            UPDATE "Jobs" SET "State" = @state, "EndedAt" = @now, "LeaseToken" = NULL, "LeaseUntil" = NULL,
                "Progress" = CASE WHEN @state = 'Succeeded' THEN 1 ELSE "Progress" END, "Error" = @error, "ErrorCode" = @code
            WHERE "Id" = @id AND "LeaseToken" = @token AND "State" = 'Running'
            """,
            cancellationToken,
            ("state", state.ToString()), ("now", time.GetUtcNow().UtcDateTime), ("error", Cut(failure?.Message, 4000)), ("code", failure?.Code), ("id", job.Id), ("token", job.LeaseToken!));
        if (changed == 0)
        {
            return false;
        }

        await record(db);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        JobMeter.Ended(job, state, time.GetUtcNow().UtcDateTime);
        Tell(job);
        return true;
    }

    /// <summary>Gives the job back unfinished: at once for a server that stops (the attempt does not count), later after a failure of ours.</summary>
    public async Task<bool> ReleaseAsync(Job job, bool countsAsAttempt, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var sql = new Dialect(db);
        var changed = await sql.ExecuteAsync(
            $"""
            UPDATE "Jobs" SET "State" = 'Queued', "LeaseToken" = NULL, "LeaseUntil" = NULL, "Worker" = NULL, "Progress" = 0, "Stage" = NULL, "Message" = NULL,
                "MaxAttempts" = "MaxAttempts" + @more
            WHERE "Id" = @id AND "LeaseToken" = @token AND "State" = 'Running'
            """,
            cancellationToken,
            ("more", countsAsAttempt ? 0 : 1), ("id", job.Id), ("token", job.LeaseToken!));
        if (changed > 0)
        {
            Tell(job);
            Wake();
        }

        return changed > 0;
    }

    /// <summary>Asks a running job to stop. A queued one is returned with a lease, so that the caller can close it with its owner.</summary>
    /// <returns>The job when it was still queued and is now held by the caller; otherwise <c>null</c>.</returns>
    public async Task<Job?> RequestCancelAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var token = Guid.NewGuid().ToString("N");
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var sql = new Dialect(db);
        await sql.ExecuteAsync(
            $"""
            UPDATE "Jobs" SET "CancelRequested" = {sql.True},
                "LeaseToken" = CASE WHEN "State" = 'Queued' THEN @token ELSE "LeaseToken" END,
                "LeaseUntil" = CASE WHEN "State" = 'Queued' THEN {sql.NowPlus("@lease")} ELSE "LeaseUntil" END,
                "State" = 'Running'
            WHERE "Id" = @id AND "State" IN ('Queued', 'Running')
            """,
            cancellationToken,
            ("token", token), ("lease", options.Value.LeaseSeconds * 1000L), ("id", jobId));
        news.Publish(Topic.Job(jobId));
        return await db.Set<Job>().AsNoTracking().SingleOrDefaultAsync(j => j.LeaseToken == token, cancellationToken);
    }

    /// <summary>Asks a running job to end early and keep what it has.</summary>
    public async Task RequestFinishAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var sql = new Dialect(db);
        await sql.ExecuteAsync(
            $"""UPDATE "Jobs" SET "FinishRequested" = {sql.True} WHERE "Id" = @id AND "State" = 'Running'""",
            cancellationToken,
            ("id", jobId));
        news.Publish(Topic.Job(jobId));
    }

    private static IQueryable<Job> Held(HubDbContext db, JobLease lease) => db.Set<Job>().Where(j =>
        j.Id == lease.JobId && j.LeaseToken == lease.Token && j.State == JobState.Running && (j.Worker == lease.Holder || j.Worker!.StartsWith(lease.Holder + "/")));

    private void Tell(Job job) => news.Publish(Topic.Job(job.Id), Topic.Workspace(job.WorkspaceId));

    private static string? Cut(string? text, int length) => text is not null && text.Length > length ? text[..length] : text;

    /// <summary>The few words in which the two engines differ.</summary>
    private sealed class Dialect(HubDbContext db)
    {
        private readonly bool _postgres = db is PostgresHubDbContext;

        /// <summary>Milliseconds since 1970 by the database's clock.</summary>
        public string Now => _postgres
            ? "(extract(epoch from clock_timestamp()) * 1000)::bigint"
            : "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

        public string SkipLocked => _postgres ? "FOR UPDATE SKIP LOCKED" : "";

        public string True => _postgres ? "TRUE" : "1";

        public string NowPlus(string milliseconds) => $"({Now} + {milliseconds})";

        /// <summary>On SQLite BEGIN IMMEDIATE: a transaction that reads before it writes could not get the write lock later.</summary>
        public Task<IDbContextTransaction> BeginAsync(CancellationToken cancellationToken) =>
            _postgres ? db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken) : db.Database.BeginTransactionAsync(cancellationToken);

        public async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
        {
            await using var command = await CommandAsync(sql, parameters, cancellationToken);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }

        public async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
        {
            await using var command = await CommandAsync(sql, parameters, cancellationToken);
            return await command.ExecuteScalarAsync(cancellationToken);
        }

        private async Task<DbCommand> CommandAsync(string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken)
        {
            await db.Database.OpenConnectionAsync(cancellationToken);
            var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = sql;
            command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
            foreach (var (name, value) in parameters)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                // EF Core stores ids as upper-case text on SQLite; Microsoft.Data.Sqlite writes a Guid parameter the same way.
                parameter.Value = value ?? DBNull.Value;
                if (value is null)
                {
                    parameter.DbType = DbType.String;
                }

                command.Parameters.Add(parameter);
            }

            return command;
        }
    }
}

/// <summary>What the user wants of a running job.</summary>
public sealed record JobOrders(bool Cancel, bool Finish);
