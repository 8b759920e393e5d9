using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MLHub.Core.Experiments;

/// <summary>A metric of a run in short, kept when points are written: lists read this and never add up points.</summary>
public sealed class RunMetric
{
    private RunMetric()
    {
    }

    public Guid RunId { get; private set; }

    public string Key { get; private set; } = "";

    /// <summary>Value at the greatest step; <c>null</c> when it was not a number (SQLite cannot keep NaN).</summary>
    public double? Last { get; private set; }

    public double? Min { get; private set; }

    public double? Max { get; private set; }

    /// <summary>Step of <see cref="Last"/>.</summary>
    public long Step { get; private set; }

    public long Count { get; private set; }

    public static RunMetric Create(Guid runId, string key, long step, double value) =>
        new() { RunId = runId, Key = key, Step = step, Last = Number(value), Min = Number(value), Max = Number(value), Count = 1 };

    internal static double? Number(double value) => double.IsNaN(value) ? null : value;

    public void Add(long step, double value)
    {
        Count++;
        if (!double.IsNaN(value))
        {
            Min = Math.Min(Min ?? value, value);
            Max = Math.Max(Max ?? value, value);
        }

        if (step >= Step)
        {
            Step = step;
            Last = Number(value);
        }
    }

    internal void Settle(double value) => Last = Number(value);
}

/// <summary>One point of a curve.</summary>
public sealed class RunMetricPoint
{
    private RunMetricPoint()
    {
    }

    public Guid RunId { get; private set; }

    public string Key { get; private set; } = "";

    public long Step { get; private set; }

    /// <summary><c>null</c> when it was not a number.</summary>
    public double? Value { get; private set; }

    public DateTime At { get; private set; }

    public static RunMetricPoint Create(Guid runId, string key, long step, double value, DateTime at) =>
        new() { RunId = runId, Key = key, Step = step, Value = RunMetric.Number(value), At = at };
}

internal sealed class RunMetricConfiguration : IEntityTypeConfiguration<RunMetric>
{
    public void Configure(EntityTypeBuilder<RunMetric> builder)
    {
        builder.ToTable("RunMetrics");
        builder.HasKey(m => new { m.RunId, m.Key });
        builder.Property(m => m.Key).HasMaxLength(250);
        builder.HasOne<Run>().WithMany().HasForeignKey(m => m.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class RunMetricPointConfiguration : IEntityTypeConfiguration<RunMetricPoint>
{
    public void Configure(EntityTypeBuilder<RunMetricPoint> builder)
    {
        builder.ToTable("RunMetricPoints");
        builder.HasKey(p => new { p.RunId, p.Key, p.Step });
        builder.Property(p => p.Key).HasMaxLength(250);
        builder.HasOne<Run>().WithMany().HasForeignKey(p => p.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}
