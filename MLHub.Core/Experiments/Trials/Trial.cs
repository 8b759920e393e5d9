using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Data;
using MLHub.Core.Training.Search;

namespace MLHub.Core.Experiments.Trials;

/// <summary>A trial of a search; its run is a part of the run that searches and has the curve, the log and all metrics.</summary>
public sealed class Trial
{
    public const int MaxReasonLength = 200;

    private Trial()
    {
    }

    public Guid RunId { get; private set; }

    public Guid SearchRunId { get; private set; }

    /// <summary>From 1, in the order in which they were started.</summary>
    public int Number { get; private set; }

    public string Algorithm { get; private set; } = "";

    /// <summary>What the search set; other parameters have their defaults.</summary>
    public IReadOnlyDictionary<string, JsonElement> Parameters { get; private set; } = null!;

    /// <summary>Why just this was tried.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>As long as it may take.</summary>
    public int LimitSeconds { get; private set; }

    public double? Score { get; private set; }

    public double? ScoreDeviation { get; private set; }

    public bool HasFailed { get; private set; }

    /// <summary>The winner could not be trained once more: it is not chosen again.</summary>
    public bool IsRejected { get; private set; }

    internal static Trial Create(Guid runId, Guid searchRunId, int number, TrialPlan plan) => new()
    {
        RunId = runId,
        SearchRunId = searchRunId,
        Number = number,
        Algorithm = plan.Algorithm!,
        Parameters = plan.Parameters,
        Reason = plan.Reason,
        LimitSeconds = plan.Seconds,
    };

    internal void Finish(double score, double? deviation) => (Score, ScoreDeviation) = (score, deviation);

    internal void Fail() => HasFailed = true;

    internal void Reject() => IsRejected = true;

    internal TrialOutcome Outcome => new(Number, Algorithm, Parameters, Score, HasFailed);
}

internal sealed class TrialConfiguration : IEntityTypeConfiguration<Trial>
{
    public void Configure(EntityTypeBuilder<Trial> builder)
    {
        builder.ToTable("Trials");
        builder.HasKey(t => t.RunId);
        builder.Property(t => t.Algorithm).HasMaxLength(Run.MaxAlgorithmLength);
        builder.Property(t => t.Parameters).HasJson();
        builder.Property(t => t.Reason).HasMaxLength(Trial.MaxReasonLength);
        builder.Ignore(t => t.Outcome);
        builder.HasIndex(t => new { t.SearchRunId, t.Number }).IsUnique();
        builder.HasOne<Run>().WithOne().HasForeignKey<Trial>(t => t.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}
