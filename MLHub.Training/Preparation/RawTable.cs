namespace MLHub.Training.Preparation;

/// <summary>Rows in memory, column by column.</summary>
internal sealed class RawTable(int rows, IReadOnlyList<RawColumn> columns)
{
    private readonly Dictionary<string, RawColumn> _byName = columns.ToDictionary(c => c.Name);

    public int Rows { get; } = rows;

    public IReadOnlyList<RawColumn> Columns { get; } = columns;

    public RawColumn this[string name] => _byName[name];

    public bool Has(string name) => _byName.ContainsKey(name);
}
