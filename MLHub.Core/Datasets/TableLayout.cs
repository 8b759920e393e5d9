using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>How one person arranged the table of one dataset. Columns are named, so that it fits later versions, too.</summary>
public sealed record TableLayout
{
    public const int MaxNamed = 4096;

    public static TableLayout Default { get; } = new();

    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>Columns in the wanted order; those not named follow in the order of the file.</summary>
    public IReadOnlyList<string> Order { get; init; } = [];

    /// <summary>Stay in sight at the left, in this order.</summary>
    public IReadOnlyList<string> Frozen { get; init; } = [];

    /// <summary>In CSS pixels.</summary>
    public IReadOnlyDictionary<string, int> Widths { get; init; } = new Dictionary<string, int>();

    internal void RequireBounded()
    {
        if (Hidden.Count > MaxNamed || Order.Count > MaxNamed || Frozen.Count > MaxNamed || Widths.Count > MaxNamed
            || Hidden.Concat(Order).Concat(Frozen).Concat(Widths.Keys).Any(n => n.Length > DatasetColumn.MaxNameLength))
        {
            throw HubException.Invalid("A layout names no more columns than a table can have.", "BAD_LAYOUT");
        }
    }
}
