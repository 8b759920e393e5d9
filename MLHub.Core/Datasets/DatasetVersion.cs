using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Storage;

namespace MLHub.Core.Datasets;

public enum DatasetVersionState
{
    Importing,
    Ready,
    Failed,
}

/// <summary>Where a version came from.</summary>
public enum DatasetVersionCause
{
    Upload,
    Recipe,
    Query,
    Restore,
    Edit,
    Prediction,
}

/// <summary>One state of a dataset. Once ready it never changes: its rows are a Parquet blob under their content hash.</summary>
public sealed class DatasetVersion
{
    public const int MaxMessageLength = 500;
    public const int MaxOriginalNameLength = 255;

    private DatasetVersion()
    {
    }

    public Guid Id { get; private set; }

    public Guid DatasetId { get; private set; }

    /// <summary>1, 2, 3 … within the dataset.</summary>
    public int Number { get; private set; }

    public DatasetVersionState State { get; private set; }

    public DatasetVersionCause Cause { get; private set; }

    /// <summary>Number of the version that it was made from.</summary>
    public int? Parent { get; private set; }

    public string? Message { get; private set; }

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    /// <summary>The job that makes or made it.</summary>
    public Guid? JobId { get; private set; }

    /// <summary>The uploaded bytes as they came.</summary>
    public BlobHash? OriginalHash { get; private set; }

    public long OriginalBytes { get; private set; }

    /// <summary>File name as the user gave it: to be shown and offered for download, never a path.</summary>
    public string? OriginalName { get; private set; }

    public ImportOptions? ImportOptions { get; private set; }

    /// <summary>The Parquet blob; <see cref="ColumnSchema.RowId"/> is its first column.</summary>
    public BlobHash? ContentHash { get; private set; }

    /// <summary>Bytes of the Parquet blob.</summary>
    public long SizeBytes { get; private set; }

    public long RowCount { get; private set; }

    public int ColumnCount { get; private set; }

    public IReadOnlyList<DatasetColumn> Columns { get; private set; } = [];

    public ImportReport? ImportReport { get; private set; }

    /// <summary>The steps that make or made it, when it comes from a recipe.</summary>
    public VersionRecipe? Recipe { get; private set; }

    /// <summary>Parquet blob with the rows that did not parse: line, column, text, reason.</summary>
    public BlobHash? RejectsHash { get; private set; }

    /// <summary>Why it failed, for the user.</summary>
    public string? Error { get; private set; }

    public string? ErrorCode { get; private set; }

    /// <summary>Words such as <c>golden</c>, by which people find it again.</summary>
    public IReadOnlyList<string> Tags { get; private set; } = [];

    /// <summary>When it went to the trash alone; then no query finds it unless it asks for the trash.</summary>
    public DateTime? DeletedAt { get; private set; }

    public Guid? DeletedBy { get; private set; }

    /// <summary>When it was deleted for ever. Its row stays, because numbers are never used again; what it names is let go soon.</summary>
    public DateTime? PurgedAt { get; private set; }

    /// <summary>The next number of a dataset. Versions in the trash keep theirs.</summary>
    public static async Task<int> NextNumberAsync(HubDbContext db, Guid datasetId, CancellationToken cancellationToken) =>
        1 + (await db.Set<DatasetVersion>().IgnoreQueryFilters().Where(v => v.DatasetId == datasetId).MaxAsync(v => (int?)v.Number, cancellationToken) ?? 0);

    public static DatasetVersion Create(Guid datasetId, int number, DatasetVersionCause cause, int? parent, string? message, Guid createdBy, DateTime now) => new()
    {
        Id = Guid.CreateVersion7(),
        DatasetId = datasetId,
        Number = number,
        State = DatasetVersionState.Importing,
        Cause = cause,
        Parent = parent,
        Message = message is { Length: > MaxMessageLength } ? message[..MaxMessageLength] : message,
        CreatedBy = createdBy,
        CreatedAt = now,
    };

    /// <summary>Says which stored bytes are to be imported, how, and by which job.</summary>
    public void ImportFrom(BlobRef original, string originalName, ImportOptions options, Guid jobId)
    {
        OriginalHash = original.Hash;
        OriginalBytes = original.Length;
        OriginalName = originalName;
        ImportOptions = options;
        JobId = jobId;
    }

    /// <summary>Versions that are computed from others (recipes, queries) have a job but no uploaded bytes.</summary>
    public void MadeBy(Guid jobId) => JobId = jobId;

    /// <summary>Says which steps make it; afterwards once more, with what they did.</summary>
    public void MadeWith(VersionRecipe recipe) => Recipe = recipe;

    public void Complete(BlobRef content, IReadOnlyList<DatasetColumn> columns, long rowCount, ImportReport? report, BlobHash? rejects)
    {
        if (State == DatasetVersionState.Ready)
        {
            return;
        }

        State = DatasetVersionState.Ready;
        ContentHash = content.Hash;
        SizeBytes = content.Length;
        Columns = columns;
        ColumnCount = columns.Count;
        RowCount = rowCount;
        ImportReport = report;
        RejectsHash = rejects;
        Error = null;
        ErrorCode = null;
    }

    /// <summary>The same content again: nothing is copied but names of bytes.</summary>
    public void CopyOf(DatasetVersion source)
    {
        Complete(new(source.ContentHash!.Value, source.SizeBytes), source.Columns, source.RowCount, source.ImportReport, source.RejectsHash);
        OriginalHash = source.OriginalHash;
        OriginalBytes = source.OriginalBytes;
        OriginalName = source.OriginalName;
        ImportOptions = source.ImportOptions;
    }

    public void Tag(IEnumerable<string> tags) => Tags = Dataset.CleanTags(tags);

    public void Delete(Guid by, DateTime now) => (DeletedAt, DeletedBy) = (now, by);

    public void Undelete() => (DeletedAt, DeletedBy) = (null, null);

    public void Purge(DateTime now) => PurgedAt = now;

    /// <summary>Lets go of everything but the number.</summary>
    public void Forget()
    {
        (ContentHash, OriginalHash, RejectsHash) = (null, null, null);
        (Columns, ImportReport, ImportOptions, OriginalName, Message) = ([], null, null, null, null);
        (SizeBytes, OriginalBytes, Recipe) = (0, 0, null);
    }

    public void Fail(string? code, string message)
    {
        if (State == DatasetVersionState.Importing)
        {
            State = DatasetVersionState.Failed;
            ErrorCode = code;
            Error = message.Length > 4000 ? message[..4000] : message;
        }
    }
}

internal sealed class DatasetVersionConfiguration : IEntityTypeConfiguration<DatasetVersion>
{
    public void Configure(EntityTypeBuilder<DatasetVersion> builder)
    {
        builder.ToTable("DatasetVersions");
        builder.Property(v => v.State).HasConversion<string>().HasMaxLength(16);
        builder.Property(v => v.Cause).HasConversion<string>().HasMaxLength(16);
        builder.Property(v => v.Message).HasMaxLength(DatasetVersion.MaxMessageLength);
        builder.Property(v => v.OriginalName).HasMaxLength(DatasetVersion.MaxOriginalNameLength);
        builder.Property(v => v.Error).HasMaxLength(4000);
        builder.Property(v => v.ErrorCode).HasMaxLength(64);
        builder.Property(v => v.Columns).HasJson();
        builder.Property(v => v.ImportReport).HasJson();
        builder.Property(v => v.Recipe).HasJson();
        builder.Property(v => v.ImportOptions).HasJson();
        builder.Property(v => v.Tags).HasJson();
        builder.HasQueryFilter(v => v.DeletedAt == null);
        builder.HasIndex(v => new { v.DatasetId, v.Number }).IsUniqueOr("Somebody made a version at the same moment. Try again.");
        builder.HasIndex(v => v.ContentHash);
        builder.HasIndex(v => v.OriginalHash);
        builder.HasOne<Dataset>().WithMany().HasForeignKey(v => v.DatasetId).OnDelete(DeleteBehavior.Cascade);
    }
}
