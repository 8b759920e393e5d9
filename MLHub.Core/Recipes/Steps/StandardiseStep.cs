namespace MLHub.Core.Recipes.Steps;

/// <summary>scikit-learn's StandardScaler: the deviation is that of the population.</summary>
internal sealed class StandardiseStep : ScaleStep
{
    public override RecipeStepDescriptor Descriptor { get; } = new("standardise", "Standardise", "scale", "Moves and stretches numbers so that their mean is 0 and their deviation 1.")
    {
        Fitted = true,
        Keywords = ["scale", "z-score", "standard", "normalise", "standardize", "mean", "deviation"],
        Parameters =
        [
            Parameters.AnyColumns("Which ones; none chosen means all numbers.", Parameters.Numeric),
            Parameters.Flag("centre", "Move to mean 0", true, "Otherwise only stretched."),
            Parameters.Flag("stretch", "Stretch to deviation 1", true, "Otherwise only moved."),
        ],
    };

    public override string Sentence(StepWords words) => $"Standardise {words.Columns("columns", "all numbers")}";

    protected override IReadOnlyList<string> Aggregates(string value, StepArguments arguments) => [$"avg({value})", $"stddev_pop({value})", $"max({value}) = min({value})"];

    // Of a constant the rounding of its mean would leave a deviation that is not quite 0.
    protected override Scale Of(IReadOnlyList<object?> figures, StepArguments arguments) => new(
        arguments.Flag("centre") ? StepRows.Double(figures[0])!.Value : 0, !arguments.Flag("stretch") || figures[2] is true ? 1 : WidthOrOne(StepRows.Double(figures[1]) ?? 1));
}
