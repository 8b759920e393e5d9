using MLHub.Core.Common;

namespace MLHub.Core.Recipes;

/// <summary>What comes out of a step: one SELECT over its input, in parts, so that its effect can be told.</summary>
public sealed class StepSelect
{
    /// <summary>Stands for the input inside of a sub-query.</summary>
    public const string Source = "__row_source";

    private readonly List<StepColumn> _columns;

    private StepSelect(IEnumerable<StepColumn> columns) => _columns = [.. columns];

    public IReadOnlyList<StepColumn> Columns => _columns;

    /// <summary>Rows for which this holds stay; <c>null</c> keeps all.</summary>
    public string? Where { get; private set; }

    /// <summary>The new order of the rows; <c>null</c> keeps it.</summary>
    public string? OrderBy { get; private set; }

    /// <summary>Looks at several rows at a time (windows, sub-queries): its result is kept rather than computed anew by each later step.</summary>
    public bool IsCostly { get; private set; }

    /// <summary>Conditions that count what the user should know of, with the sentence for it; <c>{0}</c> is the number.</summary>
    public List<(string Condition, string Text)> Counted { get; } = [];

    /// <summary>One sentence for the sum of all that is counted.</summary>
    public string? Together { get; private set; }

    public string? Warning { get; private set; }

    /// <summary>All columns as they come.</summary>
    public static StepSelect All(StepInput input) => new(input.Columns.Select(StepColumn.Kept));

    /// <summary>These columns, in this order, and no other.</summary>
    public static StepSelect Only(IEnumerable<ColumnSchema> columns) => new(columns.Select(StepColumn.Kept));

    /// <summary>What a query made of a table: columns of the same name are taken for the same.</summary>
    internal static StepSelect Of(IReadOnlyList<ColumnSchema> before, IReadOnlyList<ColumnSchema> after) => new(after.Select(c =>
        before.FirstOrDefault(b => b.Name == c.Name) is { } same ? new StepColumn(c.Name, c.Type, null, same.Name, same.Type) : new StepColumn(c.Name, c.Type, null, null, null)));

    public StepSelect Replace(ColumnSchema column, ColumnType type, string expression)
    {
        _columns[_columns.FindIndex(c => c.Origin == column.Name)] = new(column.Name, type, expression, column.Name, column.Type);
        return this;
    }

    public StepSelect Rename(ColumnSchema column, string name)
    {
        _columns[_columns.FindIndex(c => c.Origin == column.Name)] = new(name, column.Type, null, column.Name, column.Type);
        return this;
    }

    /// <param name="after">Stands behind this column; <c>null</c> adds it at the end.</param>
    public StepSelect Add(string name, ColumnType type, string expression, ColumnSchema? after = null)
    {
        var place = after is null ? -1 : _columns.FindLastIndex(c => c.Origin == after.Name || c.Beside == after.Name);
        _columns.Insert(place < 0 ? _columns.Count : place + 1, new(name, type, expression, null, null) { Beside = after?.Name });
        return this;
    }

    public StepSelect Remove(ColumnSchema column)
    {
        _columns.RemoveAll(c => c.Origin == column.Name);
        return this;
    }

    public StepSelect Keep(string condition)
    {
        Where = condition;
        return this;
    }

    public StepSelect Order(string terms)
    {
        OrderBy = terms;
        IsCostly = true;
        return this;
    }

    public StepSelect Costly()
    {
        IsCostly = true;
        return this;
    }

    public StepSelect Warn(string? warning)
    {
        Warning = warning;
        return this;
    }

    /// <summary>All that was counted so far as one number.</summary>
    public StepSelect CountTogether(string text)
    {
        Together = text;
        return this;
    }

    public StepSelect Count(string condition, string text)
    {
        Counted.Add((condition, text));
        return this;
    }
}

/// <summary>A column that comes out of a step.</summary>
/// <param name="Expression">SQL over the columns of the input; <c>null</c> hands the origin on as it is.</param>
/// <param name="Origin">The column of the input that it is or replaces; <c>null</c> for a new one.</param>
public sealed record StepColumn(string Name, ColumnType Type, string? Expression, string? Origin, ColumnType? OriginType)
{
    internal string? Beside { get; init; }

    public ColumnSchema Schema => new(Name, Type);

    internal string Sql => Expression is null ? Datasets.Sql.Name(Origin!) : Datasets.Sql.Value(Expression, Type);

    internal static StepColumn Kept(ColumnSchema column) => new(column.Name, column.Type, null, column.Name, column.Type);
}
