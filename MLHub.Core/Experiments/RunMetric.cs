using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MLHub.Core.Experiments;

/// <summary>A metric of a run in short, kept when points are written: lists read this and never add up points.</summary>
public sealed class RunMetric
{
    private RunMetric()
    {
    }

    /// <summary>A short name for the points, which are many.</summary>
    public long Id { get; private set; }

    public Guid RunId { get; private set; }

    public string Key { get; private set; } = "";

    /// <summary>Value at the greatest step, of several the latest; <c>null</c> when it was not a number (SQLite cannot keep NaN).</summary>
    public double? Last { get; private set; }

    public double? Min { get; private set; }

    public double? Max { get; private set; }

    /// <summary>Step of <see cref="Last"/>.</summary>
    public long Step { get; private set; }

    /// <summary>Time of <see cref="Last"/> in milliseconds since 1970; decides between points of one step.</summary>
    public long LastAt { get; private set; }

    public long Count { get; private set; }

    public static RunMetric Create(Guid runId, string key) => new() { RunId = runId, Key = key, Step = long.MinValue, LastAt = long.MinValue };

    internal static double? Number(double value) => double.IsNaN(value) ? null : value;

    /// <summary>Takes a point in; taking it twice changes nothing but the count, which the writer leaves out then.</summary>
    internal void Add(long step, double value, long at)
    {
        if (!double.IsNaN(value))
        {
            Min = Math.Min(Min ?? value, value);
            Max = Math.Max(Max ?? value, value);
        }

        if ((step, at).CompareTo((Step, LastAt)) > 0 || ((step, at) == (Step, LastAt) && value > (Last ?? double.NegativeInfinity)))
        {
            Step = step;
            LastAt = at;
            Last = Number(value);
        }
    }

    internal void CountUp(long points) => Count += points;

    internal void Settle(double value) => Last = Number(value);
}

/// <summary>One point of a curve. Points of one step may differ in time or value; only the very same point is stored once.</summary>
public sealed class RunMetricPoint
{
    private RunMetricPoint()
    {
    }

    public long MetricId { get; private set; }

    public long Step { get; private set; }

    /// <summary>Milliseconds since 1970.</summary>
    public long At { get; private set; }

    /// <summary>The bits of the value: part of the key, in which NaN equals itself.</summary>
    public long Bits { get; private set; }

    /// <summary><c>null</c> when it was not a number.</summary>
    public double? Value { get; private set; }

    internal static RunMetricPoint Create(long metricId, long step, long at, double value) =>
        new() { MetricId = metricId, Step = step, At = at, Bits = BitConverter.DoubleToInt64Bits(value), Value = RunMetric.Number(value) };
}

internal sealed class RunMetricConfiguration : IEntityTypeConfiguration<RunMetric>
{
    public void Configure(EntityTypeBuilder<RunMetric> builder)
    {
        builder.ToTable("RunMetrics");
        builder.HasIndex(m => new { m.RunId, m.Key }).IsUnique();
        builder.Property(m => m.Key).HasMaxLength(RunKey.MaxLength);
        builder.HasOne<Run>().WithMany().HasForeignKey(m => m.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class RunMetricPointConfiguration : IEntityTypeConfiguration<RunMetricPoint>
{
    public void Configure(EntityTypeBuilder<RunMetricPoint> builder)
    {
        builder.ToTable("RunMetricPoints");
        builder.HasKey(p => new { p.MetricId, p.Step, p.At, p.Bits });
        builder.HasOne<RunMetric>().WithMany().HasForeignKey(p => p.MetricId).OnDelete(DeleteBehavior.Cascade);
    }
}
