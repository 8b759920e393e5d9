using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class FilterRowsStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("filter_rows", "Filter rows", "rows", "Keeps the rows that meet a condition, or takes them away.")
    {
        Scope = StepScope.Rows,
        Keywords = ["where", "condition", "select", "remove"],
        Parameters =
        [
            new("filter", StepParameterType.Filter, "Condition") { Required = true, Help = "As in the data grid: age >= 30 and city = 'Bonn'." },
            Parameters.Choice("action", "Rows that meet it", "keep", ["keep", "drop"], "What happens to them."),
        ],
    };

    public string Sentence(StepWords words) => $"{(words.Word("action") == "drop" ? "Drop" : "Keep")} rows where {words.Text("filter")}";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        try
        {
            var filter = RowFilter.Parse(input.Arguments.Text("filter"), [.. input.Columns.Select(c => new DatasetColumn(c.Name, c.Type, ColumnMeaning.Text, true))], sql.Value);
            // A condition on a missing value is neither met nor not met: such rows are not the ones that meet it.
            return StepSelect.All(input).Keep(input.Arguments.Text("action") == "drop" ? $"({filter.Condition}) IS NOT TRUE" : $"({filter.Condition})");
        }
        catch (HubException bad)
        {
            throw new StepException(bad.Code, "filter", bad.Message);
        }
    }
}
