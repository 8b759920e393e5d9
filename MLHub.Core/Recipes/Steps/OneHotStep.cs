using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

/// <summary>Classes and their order are those of scikit-learn's OneHotEncoder(handle_unknown="ignore"): a value never seen before has 0 in all columns.</summary>
internal sealed class OneHotStep : FittedStep<OneHotStep.State>
{
    private const string MissingName = "missing";

    public override RecipeStepDescriptor Descriptor { get; } = new("one_hot", "One-hot encode", "encode", "Makes a column of 0 and 1 for each class.")
    {
        Fitted = true,
        Keywords = ["dummy", "dummies", "categorical", "indicator", "encode"],
        Parameters =
        [
            Parameters.Columns("Which ones.", Parameters.Classes),
            new("maxClasses", StepParameterType.Integer, "At most") { Default = Parameters.Json(50), Min = 1, Max = 500, Help = "The most frequent classes get a column; rarer ones share the column “other”." },
            Parameters.Flag("missing", "Missing has a column", false, "Otherwise it has 0 in all."),
            Parameters.Flag("dropFirst", "Without the first", false, "The first class has no column: the others say it."),
        ],
    };

    public override string Sentence(StepWords words) => $"One-hot encode {words.Columns("columns")}{(words.Flag("dropFirst") ? " without the first class" : "")}";

    public override State Learn(StepInput input, StepRows rows)
    {
        var most = input.Arguments.Integer("maxClasses");
        List<Classes> columns = [];
        foreach (var column in input.Arguments.Columns("columns"))
        {
            var name = Sql.Name(column.Name);
            var found = rows.Groups($"{name}::VARCHAR, count(*)", name, $"{name} IS NOT NULL", $"count(*) DESC, {name}", "columns", StepRows.MaxGroups);
            var kept = found.Take(most).Select(f => (string)f[0]!).ToHashSet();
            var inOrder = rows.Groups($"{name}::VARCHAR", name, $"{name} IS NOT NULL", name, "columns", StepRows.MaxGroups).Select(f => (string)f[0]!).Where(kept.Contains).ToList();
            columns.Add(new(inOrder, found.Count > most));
            if (columns.Sum(c => c.Values.Count) > RecipeCatalog.MaxColumns)
            {
                throw new StepException("TOO_MANY_COLUMNS", "columns", $"Columns: This would make more than {RecipeCatalog.MaxColumns} columns. Group rare classes first, or take fewer columns.");
            }
        }

        return new(columns);
    }

    public override StepSelect Select(StepInput input, State state, StepSql sql)
    {
        var select = StepSelect.All(input);
        var encoded = input.Arguments.Columns("columns");
        var taken = input.Columns.Except(encoded).Select(c => c.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (column, classes) in encoded.Zip(state.Columns))
        {
            var name = $"{Sql.Name(column.Name)}::VARCHAR";
            foreach (var value in classes.Values.Skip(input.Arguments.Flag("dropFirst") ? 1 : 0))
            {
                select.Add(StepInput.FreeName($"{column.Name}_{value}", taken), ColumnType.Integer, $"CASE WHEN {name} = {sql.Text(value)} THEN 1 ELSE 0 END", column);
            }

            if (classes.HasOthers)
            {
                select.Add(
                    StepInput.FreeName($"{column.Name}_other", taken), ColumnType.Integer,
                    $"CASE WHEN {name} IS NOT NULL AND NOT list_contains({sql.Value(classes.Values.ToList())}::VARCHAR[], {name}) THEN 1 ELSE 0 END", column);
            }

            if (input.Arguments.Flag("missing"))
            {
                select.Add(StepInput.FreeName($"{column.Name}_{MissingName}", taken), ColumnType.Integer, $"CASE WHEN {name} IS NULL THEN 1 ELSE 0 END", column);
            }
        }

        foreach (var column in encoded)
        {
            select.Remove(column);
        }

        var none = encoded.Zip(state.Columns).Where(p => p.Second.Values.Count == 0).Select(p => StepWords.Star(p.First.Name)).ToList();
        return select.Warn(none.Count == 0 ? null : $"{StepWords.Join(none)} had no value at all, so there is no class to make a column of.");
    }

    internal sealed record State(IReadOnlyList<Classes> Columns);

    /// <param name="Values">In order, as text.</param>
    internal sealed record Classes(IReadOnlyList<string> Values, bool HasOthers);
}
