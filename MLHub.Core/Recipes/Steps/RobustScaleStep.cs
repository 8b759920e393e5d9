using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

/// <summary>scikit-learn's RobustScaler.</summary>
internal sealed class RobustScaleStep : ScaleStep
{
    public override RecipeStepDescriptor Descriptor { get; } = new("robust_scale", "Scale by median and quartiles", "scale", "Moves numbers so that their median is 0, and stretches them by the distance of their quartiles: outliers do not matter.")
    {
        Fitted = true,
        Keywords = ["robust", "iqr", "median", "scale", "outlier"],
        Parameters =
        [
            Parameters.AnyColumns("Which ones; none chosen means all numbers.", Parameters.Numeric),
            new("lowerQuantile", StepParameterType.Number, "Lower quantile") { Default = Parameters.Json(0.25), Min = 0, Max = 1, Help = "The distance is measured from this one." },
            new("upperQuantile", StepParameterType.Number, "Upper quantile") { Default = Parameters.Json(0.75), Min = 0, Max = 1, Help = "… to this one." },
        ],
    };

    public override string Sentence(StepWords words) => $"Scale {words.Columns("columns", "all numbers")} by median and quartiles";

    public override State Learn(StepInput input, StepRows rows) => input.Arguments.Number("lowerQuantile") >= input.Arguments.Number("upperQuantile")
        ? throw new StepException("OUT_OF_RANGE", "upperQuantile", "Upper quantile: It must be greater than the lower one.")
        : base.Learn(input, rows);

    protected override IReadOnlyList<string> Aggregates(string value, StepArguments arguments) =>
        Quantiles.Aggregates(value, [0.5, arguments.Number("lowerQuantile"), arguments.Number("upperQuantile")]);

    protected override Scale Of(IReadOnlyList<object?> figures, StepArguments arguments)
    {
        var quantiles = Quantiles.Of(figures[0], figures[1]);
        return new(quantiles[0], WidthOrOne(quantiles[2] - quantiles[1]));
    }
}
