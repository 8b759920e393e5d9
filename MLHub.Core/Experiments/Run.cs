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

/// <summary>One training: what was asked, on which data, and what came out. Data, configuration and results never change.</summary>
public sealed class Run
{
    public const int MaxNoteLength = 10_000;

    private Run()
    {
    }

    public Guid Id { get; private set; }

    public Guid WorkspaceId { get; private set; }

    public Guid ExperimentId { get; private set; }

    public Guid? ParentRunId { get; private set; }

    public string Name { get; private set; } = "";

    public RunState State { get; private set; }

    public TrainingConfiguration Configuration { get; private set; } = null!;

    public Guid DatasetId { get; private set; }

    public Guid DatasetVersionId { get; private set; }

    public int DatasetVersion { get; private set; }

    /// <summary>What the rows were, whatever becomes of the dataset.</summary>
    public BlobHash ContentHash { get; private set; }

    public Guid JobId { get; private set; }

    public IReadOnlyDictionary<string, string> Tags { get; private set; } = new Dictionary<string, string>();

    public string? Note { get; private set; }

    /// <summary>Name of the model that the result becomes a version of; <c>null</c> leaves that to the user.</summary>
    public string? RegisterAs { get; private set; }

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime? StartedAt { get; private set; }

    public DateTime? EndedAt { get; private set; }

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
            State = RunState.Queued,
            Configuration = configuration,
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

    internal void AssignJob(Guid jobId) => JobId = jobId;

    public void Rename(string name) => Name = Slug.RequireName(name, "run");

    public void Annotate(string? note)
    {
        if (note is { Length: > MaxNoteLength })
        {
            throw HubException.Field("note", $"A note has at most {MaxNoteLength} characters.");
        }

        Note = note;
    }

    public void SetTags(IReadOnlyDictionary<string, string> tags)
    {
        if (tags.Count > 100 || tags.Any(t => t.Key.Trim().Length is 0 or > 250 || t.Value.Length > 5000))
        {
            throw HubException.Field("tags", "A run has at most 100 tags; keys have 1 to 250 characters, values at most 5000.");
        }

        Tags = tags;
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
        EndedAt = now;
    }

    internal void Abandon(bool isCancelled, string? code, string message, DateTime now)
    {
        State = isCancelled ? RunState.Cancelled : RunState.Failed;
        Error = isCancelled ? null : message;
        ErrorCode = code;
        EndedAt = now;
    }

    public void Delete(DateTime now)
    {
        if (!IsOver)
        {
            throw HubException.Conflict("The run is still going on. Cancel it first, then delete it.", "RUN_ACTIVE");
        }

        DeletedAt = now;
    }
}

/// <summary>The rows that a run learns from.</summary>
public sealed record RunData(Guid DatasetId, Guid DatasetVersionId, int Version, BlobHash ContentHash);

internal sealed class RunConfiguration : IEntityTypeConfiguration<Run>
{
    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.ToTable("Runs");
        builder.Property(r => r.Name).HasMaxLength(Slug.MaxNameLength);
        builder.Property(r => r.State).HasConversion<string>().HasMaxLength(16);
        builder.Property(r => r.Configuration).HasJson();
        builder.Property(r => r.Tags).HasJson();
        builder.Property(r => r.Result).HasJson();
        builder.Property(r => r.Error).HasMaxLength(4000);
        builder.Property(r => r.RegisterAs).HasMaxLength(Slug.MaxNameLength);
        builder.Property(r => r.ModelSeal).HasMaxLength(64);
        builder.Property(r => r.ErrorCode).HasMaxLength(64);
        builder.Ignore(r => r.IsOver);
        builder.HasIndex(r => new { r.ExperimentId, r.Id });
        builder.HasIndex(r => new { r.WorkspaceId, r.Id });
        builder.HasIndex(r => r.JobId);
        builder.HasIndex(r => r.ParentRunId);
        builder.HasOne<Experiment>().WithMany().HasForeignKey(r => r.ExperimentId).OnDelete(DeleteBehavior.Cascade);
    }
}
