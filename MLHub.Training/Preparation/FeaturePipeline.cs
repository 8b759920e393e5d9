using System.Text.Json.Serialization;
using MLHub.Core.Common;

namespace MLHub.Training.Preparation;

/// <summary>The way from raw columns to features, fitted on training rows only and stored with the model.</summary>
internal sealed record FeaturePipeline(IReadOnlyList<ColumnEncoding> Columns)
{
    private readonly IReadOnlyList<FeatureSlot> _slots =
        [.. Columns.SelectMany((c, i) => c.Slots.Select(s => new FeatureSlot(s.Name, i, s.IsCategory)))];

    /// <summary>The features in the order of the matrix.</summary>
    [JsonIgnore]
    public IReadOnlyList<FeatureSlot> Slots => _slots;

    public FeatureMatrix Transform(RawTable table, ReadOnlySpan<int> rows)
    {
        var cells = (long)rows.Length * Slots.Count;
        if (cells > Array.MaxLength)
        {
            throw HubException.Impossible(
                $"{rows.Length} rows with {Slots.Count} prepared features do not fit into memory. Use fewer columns or a sample of the rows.", "TOO_LARGE_FOR_MEMORY");
        }

        var matrix = new float[cells];
        var offset = 0;
        foreach (var column in Columns)
        {
            column.Write(table[column.Schema.Name], rows, matrix, Slots.Count, offset);
            offset += column.Slots.Count;
        }

        return new(matrix, rows.Length, Slots.Count);
    }

    public FeatureMatrix Transform(RawTable table)
    {
        var rows = new int[table.Rows];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }

        return Transform(table, rows);
    }
}
