using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Storage;
using MLHub.Core.Training;

namespace MLHub.Core.Experiments;

public enum RunState
{
    Queued,
    Running,
    Finished,
    Failed,
    Cancelled,

    /// <summary>Nothing was heard of it for too long; it may come back.</summary>
    Lost,
}

/// <summary>Who computes a run.</summary>
public enum RunSource
{
    /// <summary>MLHub itself: there is a job, a configuration and, when it finished, a model.</summary>
    Mlhub,

    /// <summary>A program elsewhere that reports what it does.</summary>
    External,
}

/// <summary>
/// One attempt: what was asked, on which data, and what came out. Of a training by MLHub data, configuration and results never change;
/// a run from outside is told by the program that computes it.
/// </summary>
public sealed class Run
{
    public const int MaxNoteLength = 10_000;
    public const int MaxAlgorithmLength = 120;

    private Run()
    {
    }

    public Guid Id { get; private set; }

    public Guid WorkspaceId { get; private set; }

    public Guid ExperimentId { get; private set; }

    public Guid? ParentRunId { get; private set; }

    public RunSource Source { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>Form of the name for search and order.</summary>
    public string NameKey { get; private set; } = "";

    public RunState State { get; private set; }

    /// <summary>What MLHub computes; <c>null</c> for a run from outside.</summary>
    public TrainingConfiguration? Configuration { get; private set; }

    /// <summary>Of the configuration, for search; a run from outside may say it.</summary>
    public string? Algorithm { get; private set; }

    public TrainingTask? Task { get; private set; }

    /// <summary>The dataset fields are set together; a run from outside may have none.</summary>
    public Guid? DatasetId { get; private set; }

    public Guid? DatasetVersionId { get; private set; }

    public int? DatasetVersion { get; private set; }

    /// <summary>What the rows were, whatever becomes of the dataset.</summary>
    public BlobHash? ContentHash { get; private set; }

    /// <summary>The job that computes it; <c>null</c> for a run from outside.</summary>
    public Guid? JobId { get; private set; }

    public string? Note { get; private set; }

    /// <summary>Name of the model that the result becomes a version of; <c>null</c> leaves that to the user.</summary>
    public string? RegisterAs { get; private set; }

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime? StartedAt { get; private set; }

    public DateTime? EndedAt { get; private set; }

    /// <summary>From start to end, kept for search and order; <c>null</c> until it is over.</summary>
    public double? DurationSeconds { get; private set; }

    /// <summary>When its program was last heard of, for runs from outside.</summary>
    public DateTime? SeenAt { get; private set; }

    public DateTime? ArchivedAt { get; private set; }

    public string? Error { get; private set; }

    public string? ErrorCode { get; private set; }

    /// <summary>What came out beside metrics and evaluation; <c>null</c> until it finished.</summary>
    public TrainingResult? Result { get; private set; }

    public BlobHash? ModelHash { get; private set; }

    public long? ModelBytes { get; private set; }

    /// <summary>Proof that this server made the model; see <see cref="BlobSeal"/>.</summary>
    public string? ModelSeal { get; private set; }

    public BlobHash? PredictionsHash { get; private set; }

    public DateTime? DeletedAt { get; private set; }

    /// <summary>The rows that it learnt from; a run from outside may not have said.</summary>
    public RunData? Data => DatasetId is { } dataset && DatasetVersionId is { } version && DatasetVersion is { } number && ContentHash is { } hash
        ? new(dataset, version, number, hash)
        : null;

    public bool IsOver => State is RunState.Finished or RunState.Failed or RunState.Cancelled;

    /// <summary>Time from start to end, or to now while it runs.</summary>
    public TimeSpan? Duration(DateTime now) => StartedAt is { } start ? (EndedAt ?? now) - start : null;

    public static Run Create(Experiment experiment, string? name, TrainingConfiguration configuration, RunData data, string? registerAs, Guid createdBy, DateTime now)
    {
        var run = new Run
        {
            Id = Guid.CreateVersion7(),
            WorkspaceId = experiment.WorkspaceId,
            ExperimentId = experiment.Id,
            Source = RunSource.Mlhub,
            State = RunState.Queued,
            Configuration = configuration,
            Algorithm = configuration.Algorithm,
            Task = configuration.Task,
            DatasetId = data.DatasetId,
            DatasetVersionId = data.DatasetVersionId,
            DatasetVersion = data.Version,
            ContentHash = data.ContentHash,
            RegisterAs = registerAs is null ? null : Slug.RequireName(registerAs, "model"),
            CreatedBy = createdBy,
            CreatedAt = now,
        };
        run.Rename(string.IsNullOrWhiteSpace(name) ? RunName.Next() : name);
        return run;
    }

    /// <summary>A run that a program elsewhere computes and reports; it counts as running until it says otherwise.</summary>
    /// <param name="parent">The run that it is a part of (a fold, a trial).</param>
    public static Run CreateExternal(Experiment experiment, string? name, string? algorithm, RunData? data, Run? parent, DateTime startedAt, Guid createdBy, DateTime now)
    {
        if (algorithm is { Length: > MaxAlgorithmLength })
        {
            throw HubException.Field("algorithm", $"The name of an algorithm has at most {MaxAlgorithmLength} characters.");
        }

        var run = new Run
        {
            Id = Guid.CreateVersion7(),
            WorkspaceId = experiment.WorkspaceId,
            ExperimentId = experiment.Id,
            ParentRunId = parent?.Id,
            Source = RunSource.External,
            State = RunState.Running,
            Algorithm = string.IsNullOrWhiteSpace(algorithm) ? null : algorithm.Trim(),
            DatasetId = data?.DatasetId,
            DatasetVersionId = data?.DatasetVersionId,
            DatasetVersion = data?.Version,
            ContentHash = data?.ContentHash,
            CreatedBy = createdBy,
            CreatedAt = now,
            StartedAt = startedAt,
            SeenAt = now,
        };
        run.Rename(string.IsNullOrWhiteSpace(name) ? RunName.Next() : name);
        return run;
    }

    /// <summary>A trial of a search: a part of the search's run, judged on validation rows, without a model that is kept.</summary>
    internal static Run CreateTrial(Run search, int number, TrainingConfiguration configuration, DateTime now)
    {
        var run = new Run
        {
            Id = Guid.CreateVersion7(),
            WorkspaceId = search.WorkspaceId,
            ExperimentId = search.ExperimentId,
            ParentRunId = search.Id,
            Source = RunSource.Mlhub,
            State = RunState.Queued,
            Configuration = configuration,
            Algorithm = configuration.Algorithm,
            Task = configuration.Task,
            DatasetId = search.DatasetId,
            DatasetVersionId = search.DatasetVersionId,
            DatasetVersion = search.DatasetVersion,
            ContentHash = search.ContentHash,
            CreatedBy = search.CreatedBy,
            CreatedAt = now,
        };
        var end = $" · trial {number}";
        run.Rename(search.Name[..Math.Min(search.Name.Length, Slug.MaxNameLength - end.Length)].TrimEnd() + end);
        return run;
    }

    internal void AssignJob(Guid jobId) => JobId = jobId;

    /// <summary>The search of this run has found its settings: from here on it is the training with them.</summary>
    internal void Choose(TrainingConfiguration configuration)
    {
        Configuration = configuration;
        Algorithm = configuration.Algorithm;
    }

    public void Rename(string name)
    {
        Name = Slug.RequireName(name, "run");
        NameKey = Slug.Key(Name);
    }

    /// <summary>What MLHub computed and from which rows; refuses for a run from outside, of which MLHub has neither.</summary>
    public RunTraining RequireTraining() =>
        Configuration is { } configuration && Data is { } data
            ? new(configuration, data)
            : throw HubException.Conflict("This run was logged from outside: MLHub did not train it and has no model of it.", "EXTERNAL_RUN");

    public void Annotate(string? note)
    {
        if (note is { Length: > MaxNoteLength })
        {
            throw HubException.Field("note", $"A note has at most {MaxNoteLength} characters.");
        }

        Note = note;
    }

    /// <summary>The program was heard of: a lost run is running again.</summary>
    internal void Hear(DateTime now)
    {
        SeenAt = now;
        if (State == RunState.Lost)
        {
            State = RunState.Running;
        }
    }

    /// <summary>Nothing was heard of its program for too long.</summary>
    internal void Lose() => State = RunState.Lost;

    /// <summary>Ends a run from outside, or takes it up again; one that is over may be ended differently, because its program knows best.</summary>
    public void Report(RunState state, string? error, DateTime? endedAt, DateTime now)
    {
        if (Source != RunSource.External)
        {
            throw HubException.Conflict("MLHub computes this run and says itself how it ends. To stop it, cancel it.", "NOT_EXTERNAL");
        }

        if (state is RunState.Queued or RunState.Lost)
        {
            throw HubException.Field("state", "Say running, finished, failed or cancelled.", "BAD_STATE");
        }

        State = state;
        SeenAt = now;
        Error = state == RunState.Failed ? error is { Length: > 4000 } ? error[..4000] : error : null;
        ErrorCode = null;
        End(state == RunState.Running ? null : endedAt ?? now);
    }

    public void Archive(DateTime now) => ArchivedAt ??= now;

    public void Unarchive() => ArchivedAt = null;

    public void Restore() => DeletedAt = null;

    private void End(DateTime? at)
    {
        EndedAt = at;
        DurationSeconds = at is { } end && StartedAt is { } start ? Math.Max(0, (end - start).TotalSeconds) : null;
    }

    /// <summary>A worker begins, for the first time or again after one was lost.</summary>
    internal void Start(DateTime now)
    {
        State = RunState.Running;
        StartedAt ??= now;
    }

    internal void Finish(TrainingResult result, BlobRef model, string modelSeal, BlobHash? predictions, DateTime now)
    {
        State = RunState.Finished;
        Result = result;
        ModelHash = model.Hash;
        ModelBytes = model.Length;
        ModelSeal = modelSeal;
        PredictionsHash = predictions;
        End(now);
    }

    /// <summary>A trial has its score; it keeps no model.</summary>
    internal void FinishTrial(DateTime now)
    {
        State = RunState.Finished;
        End(now);
    }

    internal void Abandon(bool isCancelled, string? code, string message, DateTime now)
    {
        State = isCancelled ? RunState.Cancelled : RunState.Failed;
        Error = isCancelled ? null : message;
        ErrorCode = code;
        End(now);
    }

    public void Delete(DateTime now)
    {
        // A lost run may never come back; nobody should have to wait for it.
        if (!IsOver && State != RunState.Lost)
        {
            throw HubException.Conflict("The run is still going on. Cancel it first, then delete it.", "RUN_ACTIVE");
        }

        DeletedAt = now;
    }
}

/// <summary>The rows that a run learns from.</summary>
public sealed record RunData(Guid DatasetId, Guid DatasetVersionId, int Version, BlobHash ContentHash);

/// <summary>What MLHub computed and from which rows.</summary>
public sealed record RunTraining(TrainingConfiguration Configuration, RunData Data);

internal sealed class RunConfiguration : IEntityTypeConfiguration<Run>
{
    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.ToTable("Runs");
        builder.Property(r => r.Name).HasMaxLength(Slug.MaxNameLength);
        builder.Property(r => r.NameKey).HasMaxLength(200);
        builder.Property(r => r.Source).HasConversion<string>().HasMaxLength(16);
        builder.Property(r => r.Algorithm).HasMaxLength(Run.MaxAlgorithmLength);
        builder.Property(r => r.Task).HasConversion<string>().HasMaxLength(16);
        builder.Property(r => r.State).HasConversion<string>().HasMaxLength(16);
        builder.Property(r => r.Configuration).HasJson();
        builder.Property(r => r.Result).HasJson();
        builder.Property(r => r.Error).HasMaxLength(4000);
        builder.Property(r => r.RegisterAs).HasMaxLength(Slug.MaxNameLength);
        builder.Property(r => r.ModelSeal).HasMaxLength(64);
        builder.Property(r => r.ErrorCode).HasMaxLength(64);
        builder.Ignore(r => r.IsOver);
        builder.Ignore(r => r.Data);
        builder.HasIndex(r => new { r.ExperimentId, r.Id });
        builder.HasIndex(r => new { r.WorkspaceId, r.Id });
        builder.HasIndex(r => r.JobId);
        builder.HasIndex(r => r.ParentRunId);
        // For the watch over runs that fell silent.
        builder.HasIndex(r => new { r.State, r.SeenAt });
        builder.HasOne<Experiment>().WithMany().HasForeignKey(r => r.ExperimentId).OnDelete(DeleteBehavior.Cascade);
    }
}
