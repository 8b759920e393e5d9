using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Tests.Recipes;

/// <summary>What steps compute is what pandas and scikit-learn compute: <c>reference_recipes.py</c> wrote the figures.</summary>
public sealed class RecipeNumbersTests
{
    private static readonly Lazy<Dictionary<string, Case>> _cases = new(() =>
        HubJson.Read<Case[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Recipes", "reference_recipes.json"))).ToDictionary(c => c.Name));

    public static TheoryData<string> Names => [.. _cases.Value.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_gives_the_figures_of_the_reference(string name)
    {
        var expected = _cases.Value[name];
        using var table = StepTable.Load(expected.File);

        var (columns, rows) = table.Run(expected.Steps);

        Assert.Equal(expected.Count, rows.Count);
        foreach (var (column, values) in expected.Columns)
        {
            var index = columns.ToList().FindIndex(c => c.Name == column);
            Assert.True(index >= 0, $"There is no column {column}: {string.Join(", ", columns.Select(c => c.Name))}");
            for (var i = 0; i < values.Count; i++)
            {
                Assert.True(Same(values[i], rows[expected.Rows[i]][index]), $"{column}, row {expected.Rows[i]}: {values[i]} expected, {rows[expected.Rows[i]][index] ?? "missing"} found");
            }
        }
    }

    private static bool Same(JsonElement expected, object? found) => expected.ValueKind switch
    {
        JsonValueKind.Null => found is null,
        JsonValueKind.Number => found is long or double && Math.Abs(expected.GetDouble() - Convert.ToDouble(found, CultureInfo.InvariantCulture)) <= 1e-9 * Math.Max(1, Math.Abs(expected.GetDouble())),
        _ => expected.GetString() == (found switch
        {
            DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateTime moment => moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            _ => found as string,
        }),
    };

    private sealed record Case(string Name, string File, IReadOnlyList<RecipeStep> Steps, int Count, IReadOnlyList<int> Rows, Dictionary<string, List<JsonElement>> Columns);
}
