using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

/// <summary>Numbers are those of scikit-learn's OrdinalEncoder: classes in order, counted from 0.</summary>
internal sealed class OrdinalStep : FittedStep<OrdinalStep.State>
{
    public override RecipeStepDescriptor Descriptor { get; } = new("ordinal", "Number the classes", "encode", "Puts a whole number in the place of each class.")
    {
        Fitted = true,
        Keywords = ["label", "encode", "categorical", "codes", "ordinal"],
        Parameters =
        [
            Parameters.Columns("Which ones.", Parameters.Classes),
            new("order", StepParameterType.List, "Order") { Help = "Classes from the lowest to the highest: small, medium, large. Empty means in the order of the alphabet." },
            Parameters.Choice("unknown", "Values not in it", "missing", ["missing", "minus_one"], "What a value becomes that is not among the classes."),
        ],
    };

    public override string Sentence(StepWords words) => $"Number the classes of {words.Columns("columns")}{(words.Has("order") ? $" in the order {words.List("order")}" : "")}";

    public override State Learn(StepInput input, StepRows rows)
    {
        var order = input.Arguments.Texts("order");
        return new([.. input.Arguments.Columns("columns").Select(c => order.Count > 0 ? order
            : rows.Groups($"{Sql.Name(c.Name)}::VARCHAR", Sql.Name(c.Name), $"{Sql.Name(c.Name)} IS NOT NULL", Sql.Name(c.Name), "columns").ConvertAll(g => (string)g[0]!))]);
    }

    public override StepSelect Select(StepInput input, State state, StepSql sql)
    {
        var select = StepSelect.All(input);
        foreach (var (column, classes) in input.Arguments.Columns("columns").Zip(state.Columns))
        {
            var name = Sql.Name(column.Name);
            var found = $"list_position({sql.Value(classes.ToList())}::VARCHAR[], {name}::VARCHAR)";
            select.Replace(column, ColumnType.Integer, $"CASE WHEN {name} IS NULL THEN NULL WHEN coalesce({found}, 0) > 0 THEN {found} - 1{(input.Arguments.Text("unknown") == "minus_one" ? " ELSE -1" : "")} END");
            if (input.Arguments.Has("order"))
            {
                select.Count($"{name} IS NOT NULL AND coalesce({found}, 0) = 0", "{0} values are not in the order.");
            }
        }

        return select;
    }

    internal sealed record State(IReadOnlyList<IReadOnlyList<string>> Columns);
}
