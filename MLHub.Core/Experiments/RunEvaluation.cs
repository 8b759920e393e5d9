using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Data;
using MLHub.Core.Evaluation;

namespace MLHub.Core.Experiments;

/// <summary>The evaluation of a finished run: a row of its own, so that lists of runs do not carry it.</summary>
public sealed class RunEvaluation
{
    private RunEvaluation()
    {
    }

    public Guid RunId { get; private set; }

    public EvaluationReport Report { get; private set; } = null!;

    internal static RunEvaluation Create(Guid runId, EvaluationReport report) => new() { RunId = runId, Report = report };
}

internal sealed class RunEvaluationConfiguration : IEntityTypeConfiguration<RunEvaluation>
{
    public void Configure(EntityTypeBuilder<RunEvaluation> builder)
    {
        builder.ToTable("RunEvaluations");
        builder.HasKey(e => e.RunId);
        builder.Property(e => e.Report).HasJson();
        builder.HasOne<Run>().WithOne().HasForeignKey<RunEvaluation>(e => e.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}
