using MLHub.Core.Common;

namespace MLHub.Training.Preparation;

/// <summary>One column of the data as it was stored, in memory, before any preparation.</summary>
internal abstract class RawColumn(ColumnSchema schema)
{
    public ColumnSchema Schema { get; } = schema;

    public string Name => Schema.Name;

    public abstract bool IsMissing(int row);
}

/// <summary>Integers, numbers, booleans (0 and 1) and times of day (seconds). Missing is NaN; there are no infinities.</summary>
internal sealed class NumberColumn(ColumnSchema schema, float[] values) : RawColumn(schema)
{
    public float[] Values { get; } = values;

    public override bool IsMissing(int row) => float.IsNaN(Values[row]);
}

/// <summary>Dates and moments, as seconds since 1970 (UTC): too long for a float.</summary>
internal sealed class MomentColumn(ColumnSchema schema, double[] seconds) : RawColumn(schema)
{
    public double[] Seconds { get; } = seconds;

    public override bool IsMissing(int row) => double.IsNaN(Seconds[row]);
}

/// <summary>Texts as positions in a list of different ones; missing is <see cref="Missing"/>.</summary>
internal sealed class TextColumn(ColumnSchema schema, int[] codes, IReadOnlyList<string> levels) : RawColumn(schema)
{
    public const int Missing = -1;

    public int[] Codes { get; } = codes;

    public IReadOnlyList<string> Levels { get; } = levels;

    public override bool IsMissing(int row) => Codes[row] == Missing;
}
