using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Data;

namespace MLHub.Core.Jobs;

/// <summary>One line that a job said. Numbered per job in the order in which the worker heard it.</summary>
public sealed class JobLogLine
{
    private JobLogLine()
    {
    }

    public Guid JobId { get; private set; }

    public int Number { get; private set; }

    public DateTime At { get; private set; }

    public JobLogLevel Level { get; private set; }

    public string Text { get; private set; } = "";

    public const int MaxTextLength = 2000;

    public static JobLogLine Create(Guid jobId, int number, DateTime at, JobLogLevel level, string text) =>
        new() { JobId = jobId, Number = number, At = at, Level = level, Text = text.Length > MaxTextLength ? text[..MaxTextLength] + " …" : text };
}

internal sealed class JobLogLineConfiguration : IEntityTypeConfiguration<JobLogLine>
{
    public void Configure(EntityTypeBuilder<JobLogLine> builder)
    {
        builder.ToTable("JobLogLines");
        builder.HasKey(l => new { l.JobId, l.Number });
        builder.Property(l => l.Level).HasConversion<string>().HasMaxLength(16);
        builder.HasOne<Job>().WithMany().HasForeignKey(l => l.JobId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class JobConfiguration : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> builder)
    {
        builder.ToTable("Jobs");
        builder.Property(j => j.Kind).HasMaxLength(64);
        builder.Property(j => j.State).HasConversion<string>().HasMaxLength(16);
        builder.Property(j => j.Stage).HasMaxLength(64);
        builder.Property(j => j.Message).HasMaxLength(500);
        builder.Property(j => j.Error).HasMaxLength(4000);
        builder.Property(j => j.ErrorCode).HasMaxLength(64);
        builder.Property(j => j.Worker).HasMaxLength(120);
        builder.Property(j => j.LeaseToken).HasMaxLength(32);
        builder.Property(j => j.Files).HasJson();
        builder.Ignore(j => j.IsOver);
        builder.HasIndex(j => new { j.State, j.Priority, j.Id });
        builder.HasIndex(j => new { j.WorkspaceId, j.Id });
        builder.HasIndex(j => j.SubjectId);
    }
}
