using MLHub.Core.Training;
using MLHub.Training.Preparation;
using MLHub.Training.Splits;

namespace MLHub.Training.Runs;

/// <summary>Everything a run reads, in memory: rows with a target, features, the split's column.</summary>
internal sealed record TrainingRows(
    RawTable Table,
    long[] RowIds,
    Target Target,
    IReadOnlyList<string> Features,
    long Dropped,
    IReadOnlyList<string> Warnings)
{
    public static TrainingRows Read(TrainingSpec spec, string path, string scratchFolder, int threads, long memoryBytes, CancellationToken cancellationToken)
    {
        var configuration = spec.Configuration;
        var target = configuration.Target is null ? null : spec.Columns.Single(c => c.Name == configuration.Target);
        // Rows without a label of an anomaly are as good to learn from as others.
        using var reader = new RowReader(path, configuration.Task == TrainingTask.Anomaly ? null : target, scratchFolder, threads, memoryBytes);
        var read = Target.Read(reader, target, configuration);
        var features = configuration.LearnedFrom(spec.Columns);
        var columns = new List<RawColumn>();
        foreach (var name in features.Append(configuration.Split.Column).Where(n => n is not null).Distinct())
        {
            cancellationToken.ThrowIfCancellationRequested();
            columns.Add(reader.Column(spec.Columns.Single(c => c.Name == name)));
        }

        var dropped = reader.TotalRows - reader.Rows;
        var warnings = read.Warnings.ToList();
        if (dropped > 0)
        {
            warnings.Add($"{dropped} of {reader.TotalRows} rows have no value in '{target!.Name}' and were left out.");
        }

        return new(new(reader.Rows, columns), reader.RowIds(), read, features, dropped, [.. warnings, .. reader.Warnings]);
    }

    /// <summary>Which rows are learned from, watched and held back. A search and the run of its winner divide in the same way.</summary>
    public RowSplit Divide(TrainingConfiguration configuration) => RowSplitter.Split(
        configuration.Split,
        RowIds,
        configuration.Task is TrainingTask.Binary or TrainingTask.Multiclass ? Array.ConvertAll(Target.Values, v => (int)v) : null,
        configuration.Split.Column is { } column ? Table[column] : null);
}
