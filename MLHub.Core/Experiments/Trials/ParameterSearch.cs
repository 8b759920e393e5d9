using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Data;
using MLHub.Core.Training.Search;

namespace MLHub.Core.Experiments.Trials;

/// <summary>What a run that searches was asked, and how far it is. Its trials are rows of their own, so that none is lost or done twice.</summary>
public sealed class ParameterSearch
{
    public const int MaxReasonLength = 1000;

    private ParameterSearch()
    {
    }

    /// <summary>The run that searches, and that becomes the training of the winner.</summary>
    public Guid RunId { get; private set; }

    public SearchConfiguration Configuration { get; private set; } = null!;

    /// <summary>Trials that were started.</summary>
    public int Started { get; private set; }

    /// <summary>Trials that are over.</summary>
    public int Done { get; private set; }

    /// <summary>What the trials have taken so far; waiting for other jobs does not count.</summary>
    public double SpentSeconds { get; private set; }

    /// <summary>Somebody wants the best so far.</summary>
    public bool FinishRequested { get; private set; }

    /// <summary>When the last trial was over; the run goes on with the training of the winner.</summary>
    public DateTime? EndedAt { get; private set; }

    /// <summary>Why there are no more trials, for the user.</summary>
    public string? EndReason { get; private set; }

    public Guid? BestTrialId { get; private set; }

    public static ParameterSearch Create(Guid runId, SearchConfiguration configuration) => new() { RunId = runId, Configuration = configuration };

    internal int Begin() => ++Started;

    internal void Count(double seconds)
    {
        Done++;
        SpentSeconds += seconds;
    }

    internal void RequestFinish() => FinishRequested = true;

    internal void End(string reason, Guid? best, DateTime now)
    {
        EndReason = reason.Length > MaxReasonLength ? reason[..MaxReasonLength] : reason;
        BestTrialId = best;
        EndedAt = now;
    }
}

internal sealed class ParameterSearchConfiguration : IEntityTypeConfiguration<ParameterSearch>
{
    public void Configure(EntityTypeBuilder<ParameterSearch> builder)
    {
        builder.ToTable("ParameterSearches");
        builder.HasKey(s => s.RunId);
        builder.Property(s => s.Configuration).HasJson();
        builder.Property(s => s.EndReason).HasMaxLength(ParameterSearch.MaxReasonLength);
        builder.HasOne<Run>().WithOne().HasForeignKey<ParameterSearch>(s => s.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}
