using System.Globalization;

namespace MLHub.Core.Recipes;

/// <summary>Collects the values that the SQL of a step names: every one is a parameter.</summary>
public sealed class StepSql
{
    private readonly string _prefix;
    private readonly Dictionary<string, object?> _values;
    private int _count;

    internal StepSql(string prefix, Dictionary<string, object?> values)
    {
        _prefix = prefix;
        _values = values;
    }

    /// <summary>What stands in the SQL for the value: <c>$s3_1</c>.</summary>
    public string Value(object? value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{_prefix}_{_count++}");
        _values[name] = value;
        return "$" + name;
    }

    public string Text(string value) => $"{Value(value)}::VARCHAR";

    public string Number(double value) => $"{Value(value)}::DOUBLE";

    public string Integer(long value) => $"{Value(value)}::BIGINT";

    /// <summary>The entry of <paramref name="values"/> at the place where <paramref name="expression"/> stands among <paramref name="keys"/>; missing when it is not there.</summary>
    public string Lookup(string expression, IReadOnlyList<string> keys, string values) =>
        $"list_extract({values}, list_position({Value(keys.ToList())}::VARCHAR[], {expression})::BIGINT)";
}
