using System.Diagnostics.Metrics;

namespace MLHub.Core.Common;

/// <summary>What MLHub counts about itself. Names follow OpenTelemetry's: words joined by dots, units apart.</summary>
public static class HubMeter
{
    public const string Name = "MLHub";

    public static Meter Meter { get; } = new(Name);

    /// <summary>Edges of durations of statements and requests, in seconds.</summary>
    internal static InstrumentAdvice<double> Short { get; } = new() { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    /// <summary>Edges of durations of work that people wait for, in seconds.</summary>
    internal static InstrumentAdvice<double> Long { get; } = new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400] };
}
