using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class GroupRareStep : FittedStep<GroupRareStep.State>
{
    public override RecipeStepDescriptor Descriptor { get; } = new("group_rare", "Group rare classes", "encode", "Puts one word in the place of all classes that few rows have.")
    {
        Fitted = true,
        Keywords = ["other", "infrequent", "categories", "lump", "top"],
        Parameters =
        [
            Parameters.Columns("Which ones.", Parameters.Textual),
            Parameters.Choice("method", "Rare means", "share", ["share", "count", "top"], "Less than a share of the rows that have a value, fewer rows than a number, or not among the most frequent."),
            new StepParameter("share", StepParameterType.Number, "Share") { Default = Parameters.Json(0.01), Min = 0, Max = 1, Help = "0.01 is one row in a hundred." }.Only("method", "share"),
            new StepParameter("count", StepParameterType.Integer, "Rows") { Default = Parameters.Json(10), Min = 1, Max = int.MaxValue, Help = "Classes with fewer are rare." }.Only("method", "count"),
            new StepParameter("top", StepParameterType.Integer, "Most frequent") { Default = Parameters.Json(10), Min = 1, Max = StepRows.MaxGroups, Help = "So many stay; of equally frequent ones the first in the alphabet." }.Only("method", "top"),
            new("label", StepParameterType.Text, "Word") { Default = Parameters.Json("Other"), Help = "What stands in their place." },
        ],
    };

    public override string Sentence(StepWords words) => $"Group classes of {words.Columns("columns")} {(words.Word("method") switch { "count" => $"with fewer than {words.Text("count")} rows", "top" => $"outside of the top {words.Text("top")}", _ => $"below a share of {words.Text("share")}" })} as {words.Quoted("label")}";

    public override State Learn(StepInput input, StepRows rows)
    {
        var method = input.Arguments.Text("method");
        return new([.. input.Arguments.Columns("columns").Select(c => method switch
        {
            "count" => rows.Most(c.Name, $"n >= {input.Arguments.Integer("count")}", StepRows.MaxGroups),
            "top" => rows.Most(c.Name, "true", input.Arguments.Integer("top")),
            _ => rows.Most(c.Name, $"n >= {rows.Values.Number(input.Arguments.Number("share"))} * total", StepRows.MaxGroups),
        })]);
    }

    public override StepSelect Select(StepInput input, State state, StepSql sql)
    {
        var select = StepSelect.All(input);
        foreach (var (column, kept) in input.Arguments.Columns("columns").Zip(state.Columns))
        {
            var name = Sql.Name(column.Name);
            select.Replace(column, ColumnType.Text, $"CASE WHEN {name} IS NULL OR list_contains({sql.Value(kept.ToList())}::VARCHAR[], {name}) THEN {name} ELSE {sql.Text(input.Arguments.Text("label"))} END");
        }

        return select;
    }

    /// <param name="Columns">Of each column the classes that stay.</param>
    internal sealed record State(IReadOnlyList<IReadOnlyList<string>> Columns);
}
