using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

/// <summary>Moves and stretches numbers by two figures of their column; what differs between the ways of scaling is which.</summary>
internal abstract class ScaleStep : FittedStep<ScaleStep.State>
{
    public override State Learn(StepInput input, StepRows rows)
    {
        var columns = input.Arguments.Columns("columns");
        var aggregates = columns.Select(c => Aggregates(StepRows.Finite(c.Name), input.Arguments)).ToList();
        var figures = rows.Figures([.. aggregates.SelectMany(a => a)]);
        var each = aggregates.Count == 0 ? 0 : aggregates[0].Count;
        return new([.. columns.Select((_, i) => figures[i * each] is null ? null : Of([.. figures.Skip(i * each).Take(each)], input.Arguments))]);
    }

    public override StepSelect Select(StepInput input, State state, StepSql sql)
    {
        var select = StepSelect.All(input);
        foreach (var (column, scale) in input.Arguments.Columns("columns").Zip(state.Columns))
        {
            var name = $"{Sql.Name(column.Name)}::DOUBLE";
            select.Replace(column, ColumnType.Number, scale is null ? name : Bounded($"(({name} - {sql.Number(scale.Centre)}) / {sql.Number(scale.Width)} * {sql.Number(scale.Stretch)} + {sql.Number(scale.Shift)})", input.Arguments, sql));
        }

        return select;
    }

    /// <summary>The figures, over a column as finite doubles; the first is missing when there is no value.</summary>
    protected abstract IReadOnlyList<string> Aggregates(string value, StepArguments arguments);

    protected abstract Scale Of(IReadOnlyList<object?> figures, StepArguments arguments);

    protected virtual string Bounded(string expression, StepArguments arguments, StepSql sql) => expression;

    /// <summary>A constant column has no width: its values become the centre.</summary>
    protected static double WidthOrOne(double width) => width == 0 || !double.IsFinite(width) ? 1 : width;

    internal sealed record State(IReadOnlyList<Scale?> Columns);

    /// <summary>x → (x − centre) / width × stretch + shift.</summary>
    internal sealed record Scale(double Centre, double Width, double Stretch = 1, double Shift = 0);
}
