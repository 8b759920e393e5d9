using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

/// <summary>
/// Edges are those of scikit-learn's KBinsDiscretizer (uniform, quantile): a value on an edge falls into the upper bin, the last bin has both, values
/// outside fall into the outer ones, and edges of quantiles that lie on each other become one.
/// </summary>
internal sealed class BinStep : FittedStep<BinStep.State>
{
    private const double Narrowest = 1e-8;

    public override RecipeStepDescriptor Descriptor { get; } = new("bin", "Bin numbers", "values", "Puts numbers into a few classes from … to ….")
    {
        Fitted = true,
        Keywords = ["discretize", "bucket", "cut", "qcut", "histogram", "interval"],
        Parameters =
        [
            Parameters.Columns("Which ones.", Parameters.Numeric),
            Parameters.Choice("method", "Bins", "equal_width", ["equal_width", "quantile", "edges"], "Of the same width, with about the same number of rows, or with edges of yours."),
            new StepParameter("bins", StepParameterType.Integer, "Number") { Default = Parameters.Json(5), Min = 2, Max = 1000, Help = "How many." }.Only("method", "equal_width", "quantile"),
            new StepParameter("edges", StepParameterType.List, "Edges") { Required = true, Help = "From the lowest to the highest; values outside fall into the outer bins." }.Only("method", "edges"),
            Parameters.Choice("labels", "Show", "number", ["number", "range"], "The number of the bin from 0, or what it is from and to."),
            Parameters.Choice("into", "Into", "same", ["same", "new"], "The column itself, or a new one beside it."),
        ],
    };

    public override string Sentence(StepWords words) => words.Word("method") switch
    {
        "edges" => $"Bin {words.Columns("columns")} at {words.List("edges")}",
        "quantile" => $"Bin {words.Columns("columns")} into {words.Text("bins")} quantiles",
        _ => $"Bin {words.Columns("columns")} into {words.Text("bins")} of equal width",
    };

    public override State Learn(StepInput input, StepRows rows)
    {
        var columns = input.Arguments.Columns("columns");
        if (input.Arguments.Text("method") == "edges")
        {
            var edges = input.Arguments.List("edges").Select(Edge).ToList();
            return edges.Count < 2 || edges.Zip(edges.Skip(1)).Any(e => e.First >= e.Second)
                ? throw new StepException("BAD_PARAMETER", "edges", "Edges: At least two numbers, each greater than the one before.")
                : new([.. columns.Select(_ => edges)]);
        }

        var bins = input.Arguments.Integer("bins");
        if (input.Arguments.Text("method") == "equal_width")
        {
            var bounds = rows.Figures([.. columns.SelectMany(c => new[] { $"min({StepRows.Finite(c.Name)})", $"max({StepRows.Finite(c.Name)})" })]);
            return new([.. columns.Select((_, i) => Equal(StepRows.Double(bounds[2 * i]), StepRows.Double(bounds[2 * i + 1]), bins))]);
        }

        var quantiles = Enumerable.Range(0, bins + 1).Select(i => (double)i / bins).ToList();
        var figures = rows.Figures([.. columns.SelectMany(c => Quantiles.Aggregates(StepRows.Finite(c.Name), quantiles))]);
        return new([.. columns.Select((_, i) => Apart(Quantiles.Of(figures[2 * i], figures[2 * i + 1])))]);
    }

    public override StepSelect Select(StepInput input, State state, StepSql sql)
    {
        var isRange = input.Arguments.Text("labels") == "range";
        var type = isRange ? ColumnType.Text : ColumnType.Integer;
        var taken = input.Columns.Select(c => c.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var select = StepSelect.All(input);
        List<string> without = [];
        foreach (var (column, edges) in input.Arguments.Columns("columns").Zip(state.Columns))
        {
            if (edges.Count < 2)
            {
                without.Add(column.Name);
            }

            var expression = Expression(Sql.Name(column.Name), edges, isRange, sql);
            if (input.Arguments.Text("into") == "new")
            {
                select.Add(StepInput.FreeName($"{column.Name}_bin", taken), type, expression, column);
            }
            else
            {
                select.Replace(column, type, expression);
            }
        }

        return select.Warn(without.Count == 0 ? null : $"{StepWords.Join([.. without.Select(StepWords.Star)])} had no value to learn bins from: all became missing.");
    }

    private static string Expression(string name, IReadOnlyList<double> edges, bool isRange, StepSql sql)
    {
        if (edges.Count < 2)
        {
            return "NULL";
        }

        // The number of inner edges that are not above the value: what numpy's searchsorted(…, side="right") says.
        var cases = new List<string>();
        for (var i = 1; i < edges.Count - 1; i++)
        {
            cases.Add($"WHEN {name} < {sql.Number(edges[i])} THEN {Label(i - 1)}");
        }

        return $"CASE WHEN {name} IS NULL OR isnan({name}::DOUBLE) THEN NULL {string.Join(' ', cases)} ELSE {Label(edges.Count - 2)} END";

        string Label(int bin) => isRange ? sql.Text(Range(edges, bin)) : bin.ToString(CultureInfo.InvariantCulture);
    }

    private static string Range(IReadOnlyList<double> edges, int bin) => string.Create(CultureInfo.InvariantCulture, $"[{edges[bin]:G6}, {edges[bin + 1]:G6}{(bin == edges.Count - 2 ? ']' : ')')}");

    private static List<double> Equal(double? min, double? max, int bins)
    {
        if (min is not { } from || max is not { } to)
        {
            return [];
        }

        // A constant has a single bin, without bounds.
        return from == to ? [double.NegativeInfinity, double.PositiveInfinity] : [.. Enumerable.Range(0, bins + 1).Select(i => i == bins ? to : from + i * ((to - from) / bins))];
    }

    private static List<double> Apart(IReadOnlyList<double> edges)
    {
        if (edges.Count == 0)
        {
            return [];
        }

        List<double> apart = [.. edges.Where((e, i) => i == 0 || e - edges[i - 1] > Narrowest)];
        return apart.Count == 1 ? [double.NegativeInfinity, double.PositiveInfinity] : apart;
    }

    private static double Edge(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : double.TryParse(StepArguments.TextOf(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : throw new StepException("BAD_PARAMETER", "edges", $"Edges: \"{StepArguments.TextOf(value)}\" is no number.");

    internal sealed record State(IReadOnlyList<IReadOnlyList<double>> Columns);
}
