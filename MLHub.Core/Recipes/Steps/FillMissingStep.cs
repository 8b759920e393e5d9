using System.Globalization;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

/// <summary>The figures are those of scikit-learn's SimpleImputer; ties of the most frequent value go to the smallest, as there.</summary>
internal sealed class FillMissingStep : FittedStep<FillMissingStep.State>
{
    private const string Constant = "constant";
    private const string Mean = "mean";
    private const string Median = "median";
    private const string Mode = "mode";
    private const string Forward = "forward";

    public override RecipeStepDescriptor Descriptor { get; } = new("fill_missing", "Fill missing values", "values", "Puts a value where there is none.")
    {
        Fitted = true,
        Keywords = ["impute", "fillna", "null", "empty", "mean", "median", "default"],
        Parameters =
        [
            Parameters.AnyColumns("Which ones to fill; none chosen means all that the method can fill."),
            Parameters.Choice("method", "With", Median, [Constant, Mean, Median, Mode, Forward], "A value of yours, the mean or median, the most frequent value, or the last value before."),
            new StepParameter("value", StepParameterType.Text, "Value") { Required = true, Help = "Must fit the type of the columns." }.Only("method", Constant),
            new StepParameter("by", StepParameterType.Columns, "By") { Help = "Compute it for each group of these columns; groups without any value take the figure of all rows." }
                .Only("method", Mean, Median, Mode, Forward),
        ],
    };

    public override string Sentence(StepWords words)
    {
        var what = words.Word("method") switch
        {
            Constant => $"with {words.Quoted("value")}",
            Mode => "with the most frequent value",
            Forward => "with the value before",
            var method => $"with the {method}",
        };
        return $"Fill missing {words.Columns("columns", "values")} {what}{(words.Word("method") != Constant && words.Has("by") ? $" by {words.Columns("by")}" : "")}";
    }

    public override StepScope ScopeOf(StepArguments arguments) => arguments.Text("method") == Forward ? StepScope.Table : StepScope.Row;

    public override State Learn(StepInput input, StepRows rows)
    {
        var method = input.Arguments.Text("method");
        var columns = Columns(input);
        if (method is Constant or Forward || columns.Count == 0)
        {
            return new([], []);
        }

        var by = input.Arguments.Columns("by");
        var aggregates = columns.Select(c => Aggregate(c, method)).ToList();
        var overall = rows.Figures(aggregates).Select(Store).ToList();
        if (by.Count == 0)
        {
            return new(overall, []);
        }

        // Written as one text: groups are told apart whatever types their columns have.
        var groups = rows.Groups($"{GroupKey(by)}, {string.Join(", ", aggregates)}", "1", null, "1", "by");
        return new(overall, [.. groups.Select(g => new Group((string)g[0]!, [.. g.Skip(1).Select(Store)]))]);
    }

    public override StepSelect Select(StepInput input, State state, StepSql sql)
    {
        var method = input.Arguments.Text("method");
        var by = input.Arguments.Columns("by");
        var select = StepSelect.All(input);
        var columns = Columns(input);
        List<string> empty = [];
        for (var i = 0; i < columns.Count; i++)
        {
            var column = columns[i];
            var name = Sql.Name(column.Name);
            // A mean of whole numbers is seldom whole.
            var type = column.Type == ColumnType.Integer && method is Mean or Median ? Fits(state, i) : column.Type;
            if (method == Constant)
            {
                select.Replace(column, type, $"coalesce({name}, {Value(input.Arguments.Text("value"), column, sql)})");
            }
            else if (method == Forward)
            {
                var partition = by.Count == 0 ? "" : $"PARTITION BY {string.Join(", ", by.Select(c => Sql.Name(c.Name)))} ";
                select.Costly().Replace(column, type, $"coalesce({name}, last_value({name} IGNORE NULLS) OVER ({partition}ORDER BY {Sql.Name(Hidden.Id)} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))");
            }
            else if (state.Overall[i] is not { } overall)
            {
                empty.Add(column.Name);
            }
            else if (by.Count == 0)
            {
                select.Replace(column, type, $"coalesce({name}, {Parameter(overall, type, sql)})");
            }
            else
            {
                var index = i;
                var known = state.Groups.Where(g => g.Values[index] is not null).ToList();
                var lookup = sql.Lookup(GroupKey(by), [.. known.Select(g => g.Key)], $"{sql.Value(known.ConvertAll(g => g.Values[index]!))}::VARCHAR[]");
                select.Replace(column, type, $"coalesce({name}, CASE WHEN {name} IS NULL THEN {lookup}::{Sql.Type(type)} END, {Parameter(overall, type, sql)})");
            }
        }

        return select.Warn(empty.Count == 0 ? null : $"{StepWords.Join([.. empty.Select(StepWords.Star)])} had no value at all to learn from and stays as it is.");
    }

    private static IReadOnlyList<ColumnSchema> Columns(StepInput input)
    {
        var method = input.Arguments.Text("method");
        var chosen = input.Arguments.Columns("columns").Except(input.Arguments.Columns("by")).ToList();
        if (method is not (Mean or Median))
        {
            return chosen;
        }

        var numeric = chosen.Where(c => Parameters.Numeric.Contains(c.Type)).ToList();
        return numeric.Count == chosen.Count || chosen.Count == input.Columns.Except(input.Arguments.Columns("by")).Count()
            ? numeric
            : throw new StepException("WRONG_COLUMN_TYPE", "columns", $"Columns: \"{chosen.Except(numeric).First().Name}\" holds no numbers, so it has no {method}. Fill it with the most frequent value or a value of yours.");
    }

    private static string Aggregate(ColumnSchema column, string method)
    {
        var name = Sql.Name(column.Name);
        return method switch
        {
            Mean => $"avg({StepRows.Finite(column.Name)})",
            Median => $"quantile_cont({StepRows.Finite(column.Name)}, 0.5)",
            _ => $"mode({name} ORDER BY {name})::VARCHAR",
        };
    }

    /// <summary>Groups as one text each, missing values being a group like others.</summary>
    private static string GroupKey(IReadOnlyList<ColumnSchema> by) =>
        $"concat_ws('', {string.Join(", ", by.Select(c => $"coalesce(length({Sql.Name(c.Name)}::VARCHAR) || ':' || {Sql.Name(c.Name)}::VARCHAR, '-')"))})";

    private static string? Store(object? value) => value switch
    {
        null => null,
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static ColumnType Fits(State state, int index)
    {
        static bool IsWhole(string? text) => text is null || (double.TryParse(text, CultureInfo.InvariantCulture, out var number) && number == Math.Floor(number) && Math.Abs(number) < 1e15);
        return IsWhole(state.Overall[index]) && state.Groups.All(g => IsWhole(g.Values[index])) ? ColumnType.Integer : ColumnType.Number;
    }

    private static string Parameter(string value, ColumnType type, StepSql sql) => $"CAST({sql.Text(value)} AS {Sql.Type(type)})";

    private static string Value(string text, ColumnSchema column, StepSql sql) => Constants.Sql(text, column.Type, sql) ?? throw new StepException(
        "BAD_PARAMETER", "value", $"Value: \"{text}\" does not fit \"{column.Name}\", which holds {StepArguments.TypeWord(column.Type)}.");

    internal sealed record State(IReadOnlyList<string?> Overall, IReadOnlyList<Group> Groups);

    internal sealed record Group(string Key, IReadOnlyList<string?> Values);
}
