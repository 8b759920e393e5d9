namespace MLHub.Core.Recipes.Steps;

/// <summary>scikit-learn's MinMaxScaler.</summary>
internal sealed class MinMaxStep : ScaleStep
{
    public override RecipeStepDescriptor Descriptor { get; } = new("min_max", "Scale to a range", "scale", "Moves and stretches numbers so that they lie between two bounds.")
    {
        Fitted = true,
        Keywords = ["minmax", "normalise", "normalize", "range", "scale", "0..1"],
        Parameters =
        [
            Parameters.AnyColumns("Which ones; none chosen means all numbers.", Parameters.Numeric),
            new("lower", StepParameterType.Number, "From") { Default = Parameters.Json(0), Help = "The smallest value becomes this." },
            new("upper", StepParameterType.Number, "To") { Default = Parameters.Json(1), Help = "The greatest value becomes this." },
            Parameters.Flag("clip", "Clip", false, "Later values outside of what was seen are brought back to the bounds."),
        ],
    };

    public override string Sentence(StepWords words) => $"Scale {words.Columns("columns", "all numbers")} to {words.Text("lower")} to {words.Text("upper")}";

    public override State Learn(StepInput input, StepRows rows) => input.Arguments.Number("lower") >= input.Arguments.Number("upper")
        ? throw new StepException("OUT_OF_RANGE", "upper", "To: It must be greater than the lower bound.")
        : base.Learn(input, rows);

    protected override IReadOnlyList<string> Aggregates(string value, StepArguments arguments) => [$"min({value})", $"max({value})"];

    protected override Scale Of(IReadOnlyList<object?> figures, StepArguments arguments)
    {
        var (min, max) = (StepRows.Double(figures[0])!.Value, StepRows.Double(figures[1])!.Value);
        return new(min, WidthOrOne(max - min), arguments.Number("upper") - arguments.Number("lower"), arguments.Number("lower"));
    }

    protected override string Bounded(string expression, StepArguments arguments, StepSql sql) => arguments.Flag("clip")
        ? $"CASE WHEN {expression} IS NULL THEN NULL ELSE least(greatest({expression}, {sql.Number(arguments.Number("lower"))}), {sql.Number(arguments.Number("upper"))}) END"
        : expression;
}
