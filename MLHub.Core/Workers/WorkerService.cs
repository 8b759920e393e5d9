using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Jobs;

namespace MLHub.Core.Workers;

/// <summary>A worker as administrators see it.</summary>
/// <param name="IsAlive">It was heard a moment ago.</param>
/// <param name="IsOutdated">It runs another version of the program than the server and gets no jobs.</param>
public sealed record WorkerView(
    Guid Id, string Name, string Hint, DateTime CreatedAt, bool IsDraining, bool IsAlive, bool IsOutdated, WorkerFacts? Facts, DateTime? LastSeenAt, IReadOnlyList<WorkerJob> Jobs);

/// <summary>What a worker works on. Whose it is does not matter here.</summary>
public sealed record WorkerJob(Guid Id, string Kind, double Progress, string? Stage, DateTime? StartedAt);

/// <summary>A new worker; <paramref name="Token"/> is shown this once.</summary>
public sealed record NewWorker(WorkerView View, string Token);

/// <summary>A worker that has shown its token.</summary>
public sealed record WorkerIdentity(Guid Id, string Name, bool IsDraining)
{
    /// <summary>The beginning of the names under which its processes hold jobs.</summary>
    public string Holder => Id.ToString("N");
}

/// <summary>The machines that may compute for this server: who they are, what they do, and whether they go on.</summary>
public sealed class WorkerService(IDbContextFactory<HubDbContext> contexts, News news, TimeProvider time)
{
    private const int MaxWorkers = 500;
    private const int MaxJobs = 20;

    /// <summary>So long after its last word a worker counts as there.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan IsNotedEvery = TimeSpan.FromSeconds(4);

    public async Task<Page<WorkerView>> ListAsync(Actor actor, PageRequest page, CancellationToken cancellationToken)
    {
        RequireAdministrator(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<RemoteWorker>().AsNoTracking().OrderBy(w => w.Name).ThenBy(w => w.Id).Skip(page.Skip).Take(page.Take + 1).ToListAsync(cancellationToken);
        var running = await db.Set<Job>().AsNoTracking().Where(j => j.State == JobState.Running && j.Worker != null).OrderBy(j => j.Id).Take(5000)
            .Select(j => new { j.Worker, Job = new WorkerJob(j.Id, j.Kind, j.Progress, j.Stage, j.StartedAt) }).ToListAsync(cancellationToken);
        var jobs = running.ToLookup(r => r.Worker!.Split('/')[0], r => r.Job);
        return page.ToPage(rows.ConvertAll(w => View(w, [.. jobs[w.Id.ToString("N")].Take(MaxJobs)])));
    }

    /// <param name="actor">An administrator who is signed in: a stolen access token must not make itself a second life.</param>
    /// <param name="name">Tells it apart; usually the machine's.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<NewWorker> CreateAsync(Actor actor, string? name, CancellationToken cancellationToken)
    {
        RequireAdministrator(actor);
        if (actor.Kind == ActorKind.Token)
        {
            throw new HubException(Refusal.Forbidden, "An access token cannot let a worker in. Sign in with your password.", "SIGN_IN_NEEDED");
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<RemoteWorker>().CountAsync(cancellationToken) >= MaxWorkers)
        {
            throw HubException.Conflict($"There are {MaxWorkers} workers. Remove those that are no more.", "TOO_MANY_WORKERS");
        }

        var text = TokenText.New(TokenText.WorkerPrefix);
        var worker = RemoteWorker.Create(actor.UserId, name ?? "", text, Now);
        db.Add(worker);
        db.Audit(actor, null, "worker.create", worker.Id, worker.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Workers);
        return new(View(worker, []), text.ToString());
    }

    /// <summary>Lets a worker end what it has and gives it nothing new, or lets it go on.</summary>
    public async Task DrainAsync(Actor actor, Guid workerId, bool isDraining, CancellationToken cancellationToken)
    {
        RequireAdministrator(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var worker = await FindAsync(db, workerId, cancellationToken);
        worker.Drain(isDraining);
        db.Audit(actor, null, isDraining ? "worker.drain" : "worker.resume", worker.Id, worker.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Workers);
    }

    /// <summary>Ends a worker's credential at once; what it was working on goes to another as soon as its lease is over.</summary>
    public async Task RemoveAsync(Actor actor, Guid workerId, CancellationToken cancellationToken)
    {
        RequireAdministrator(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var worker = await FindAsync(db, workerId, cancellationToken);
        db.Remove(worker);
        db.Audit(actor, null, "worker.remove", worker.Id, worker.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Workers);
    }

    /// <summary>Which worker calls with this token. Asks the database each time, so a removed worker is out at once.</summary>
    /// <returns><c>null</c> for anything but the token of a worker of ours.</returns>
    public async Task<WorkerIdentity?> AuthenticateAsync(string text, CancellationToken cancellationToken)
    {
        if (TokenText.Parse(text, TokenText.WorkerPrefix) is not { } parsed)
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var worker = await db.Set<RemoteWorker>().AsNoTracking().SingleOrDefaultAsync(w => w.PublicId == parsed.PublicId, cancellationToken);
        if (worker is null || !CryptographicOperations.FixedTimeEquals(worker.Hash, parsed.Hash))
        {
            return null;
        }

        if (worker.LastSeenAt is null || worker.LastSeenAt + IsNotedEvery <= Now)
        {
            await db.Set<RemoteWorker>().Where(w => w.Id == worker.Id).ExecuteUpdateAsync(set => set.SetProperty(w => w.LastSeenAt, Now), cancellationToken);
            news.Publish(Topic.Workers);
        }

        return new(worker.Id, worker.Name, worker.IsDraining);
    }

    /// <summary>Writes down what a worker tells of itself when it comes.</summary>
    public async Task GreetAsync(WorkerIdentity worker, WorkerFacts facts, CancellationToken cancellationToken)
    {
        var clean = new WorkerFacts(Cut(facts.Version), Cut(facts.Machine), [.. facts.Labels.Take(20).Select(Cut)], facts.Slots, facts.Cores, facts.MemoryMegabytes);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Set<RemoteWorker>().Where(w => w.Id == worker.Id).ExecuteUpdateAsync(set => set.SetProperty(w => w.Facts, clean), cancellationToken);
        news.Publish(Topic.Workers);
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static void RequireAdministrator(Actor actor)
    {
        if (!actor.IsAdministrator)
        {
            throw new HubException(Refusal.Forbidden, "Only an administrator of this server can do this.");
        }
    }

    private static async Task<RemoteWorker> FindAsync(HubDbContext db, Guid workerId, CancellationToken cancellationToken) =>
        await db.Set<RemoteWorker>().SingleOrDefaultAsync(w => w.Id == workerId, cancellationToken) ?? throw HubException.NotFound("worker");

    private static string Cut(string? text) => text is { Length: > RemoteWorker.MaxFactLength } ? text[..RemoteWorker.MaxFactLength] : text ?? "";

    private WorkerView View(RemoteWorker w, IReadOnlyList<WorkerJob> jobs) => new(
        w.Id, w.Name, $"{TokenText.WorkerPrefix}{w.PublicId}_…", w.CreatedAt, w.IsDraining, w.LastSeenAt + Silence > Now,
        w.Facts is { } facts && facts.Version != ProgramVersion.Text, w.Facts, w.LastSeenAt, jobs);
}
