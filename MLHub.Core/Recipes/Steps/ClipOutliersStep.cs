using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

/// <summary>Quantiles are interpolated linearly, as numpy's by default; the IQR rule is Tukey's.</summary>
internal sealed class ClipOutliersStep : FittedStep<ClipOutliersStep.State>
{
    public override RecipeStepDescriptor Descriptor { get; } = new("clip_outliers", "Clip outliers", "values", "Brings values that are far outside back to a bound, or takes them away.")
    {
        Fitted = true,
        Keywords = ["outlier", "winsorize", "iqr", "quantile", "bounds", "limit"],
        Parameters =
        [
            Parameters.AnyColumns("Which ones; none chosen means all numbers.", Parameters.Numeric),
            Parameters.Choice("method", "Bounds", "iqr", ["iqr", "quantile", "bounds"], "Quartiles and their distance, quantiles, or bounds of yours."),
            new StepParameter("factor", StepParameterType.Number, "Factor") { Default = Parameters.Json(1.5), Min = 0, Max = 100, Help = "So many distances of the quartiles below the lower and above the upper one." }.Only("method", "iqr"),
            new StepParameter("lowerQuantile", StepParameterType.Number, "Lower quantile") { Default = Parameters.Json(0.01), Min = 0, Max = 1, Help = "0.01 is the smallest hundredth." }.Only("method", "quantile"),
            new StepParameter("upperQuantile", StepParameterType.Number, "Upper quantile") { Default = Parameters.Json(0.99), Min = 0, Max = 1, Help = "0.99 is the greatest hundredth." }.Only("method", "quantile"),
            new StepParameter("lower", StepParameterType.Number, "Lower bound") { Help = "Empty means none." }.Only("method", "bounds"),
            new StepParameter("upper", StepParameterType.Number, "Upper bound") { Help = "Empty means none." }.Only("method", "bounds"),
            Parameters.Choice("action", "Values outside", "clip", ["clip", "missing"], "Become the bound, or missing."),
        ],
    };

    public override string Sentence(StepWords words)
    {
        var bounds = words.Word("method") switch
        {
            "quantile" => $"the quantiles {words.Text("lowerQuantile")} and {words.Text("upperQuantile")}",
            "bounds" => (words.Has("lower"), words.Has("upper")) switch { (true, true) => $"{words.Text("lower")} and {words.Text("upper")}", (true, _) => $"{words.Text("lower")}", (_, true) => $"{words.Text("upper")}", _ => "…" },
            _ => $"{words.Text("factor")} × IQR",
        };
        return words.Word("action") == "missing" ? $"Make {words.Columns("columns", "all numbers")} outside of {bounds} missing" : $"Clip {words.Columns("columns", "all numbers")} to {bounds}";
    }

    public override State Learn(StepInput input, StepRows rows)
    {
        var columns = input.Arguments.Columns("columns");
        switch (input.Arguments.Text("method"))
        {
            case "bounds":
                var (lower, upper) = (input.Arguments.NumberOrNull("lower"), input.Arguments.NumberOrNull("upper"));
                if (lower is null && upper is null)
                {
                    throw new StepException("REQUIRED", "lower", "Lower bound: Give at least one bound.");
                }

                return lower > upper ? throw new StepException("OUT_OF_RANGE", "upper", "Upper bound: It must not be below the lower one.") : new([.. columns.Select(_ => new Bounds(lower, upper))]);
            case "quantile":
                var (low, high) = (input.Arguments.Number("lowerQuantile"), input.Arguments.Number("upperQuantile"));
                return low >= high
                    ? throw new StepException("OUT_OF_RANGE", "upperQuantile", "Upper quantile: It must be above the lower one.")
                    : new([.. Quantiles(rows, columns, low, high).Select(q => new Bounds(q.Low, q.High))]);
            default:
                var factor = input.Arguments.Number("factor");
                return new([.. Quantiles(rows, columns, 0.25, 0.75).Select(q => new Bounds(q.Low - factor * (q.High - q.Low), q.High + factor * (q.High - q.Low)))]);
        }
    }

    public override StepSelect Select(StepInput input, State state, StepSql sql)
    {
        var select = StepSelect.All(input);
        foreach (var (column, bounds) in input.Arguments.Columns("columns").Zip(state.Columns))
        {
            if (bounds is { Lower: null, Upper: null })
            {
                continue;
            }

            var name = Sql.Name(column.Name);
            var isMissing = input.Arguments.Text("action") == "missing";
            // A bound of whole numbers is seldom whole; taking values away leaves the type as it is.
            var type = isMissing || (IsWhole(bounds.Lower) && IsWhole(bounds.Upper)) ? column.Type : ColumnType.Number;
            var below = bounds.Lower is { } lower ? $" WHEN {name} < {sql.Number(lower)} THEN {(isMissing ? "NULL" : sql.Number(lower))}" : "";
            var above = bounds.Upper is { } upper ? $" WHEN {name} > {sql.Number(upper)} THEN {(isMissing ? "NULL" : sql.Number(upper))}" : "";
            select.Replace(column, type, $"CASE WHEN isnan({name}::DOUBLE) THEN {name}{below}{above} ELSE {name} END");
        }

        return select;
    }

    private static IEnumerable<(double? Low, double? High)> Quantiles(StepRows rows, IReadOnlyList<ColumnSchema> columns, double low, double high)
    {
        var figures = rows.Figures([.. columns.SelectMany(c => Datasets.Quantiles.Aggregates(StepRows.Finite(c.Name), [low, high]))]);
        return columns.Select((_, i) => Datasets.Quantiles.Of(figures[2 * i], figures[2 * i + 1]) is [var a, var b] ? ((double?)a, (double?)b) : (null, null));
    }

    private static bool IsWhole(double? bound) => bound is null || (bound == Math.Floor(bound.Value) && Math.Abs(bound.Value) < 1e15);

    internal sealed record State(IReadOnlyList<Bounds> Columns);

    internal sealed record Bounds(double? Lower, double? Upper);
}
