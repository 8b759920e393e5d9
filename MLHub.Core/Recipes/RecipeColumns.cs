using System.Text;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Recipes.Expressions;

namespace MLHub.Core.Recipes;

/// <summary>Which columns a step names, and the same step with another name in their place.</summary>
public static class RecipeColumns
{
    /// <summary>Names given in parameters that take columns; formulas and queries are not looked into.</summary>
    public static IReadOnlyList<string> NamedBy(RecipeStep step, RecipeStepDescriptor? descriptor) =>
        [.. ColumnParameters(step, descriptor).SelectMany(p => Names(p.Value)).Distinct()];

    /// <summary>The columns that a step names and the table does not have, each with the one that is probably meant.</summary>
    public static IReadOnlyList<MissingColumn> Missing(RecipeStep step, RecipeStepDescriptor? descriptor, IReadOnlyList<ColumnSchema> columns) =>
        [.. NamedBy(step, descriptor).Where(n => n.Length > 0 && columns.All(c => c.Name != n)).Select(n => new MissingColumn(n, Nearest(n, columns)))];

    /// <summary>The step with one column in place of another: in its parameters, in the keys of its maps, and where a formula names it.</summary>
    public static RecipeStep Rename(RecipeStep step, RecipeStepDescriptor? descriptor, string from, string to)
    {
        if (descriptor is null || step.Parameters is null)
        {
            return step;
        }

        var parameters = step.Parameters.ToDictionary();
        foreach (var parameter in descriptor.Parameters.Where(p => parameters.ContainsKey(p.Name)))
        {
            parameters[parameter.Name] = Rename(parameter, parameters[parameter.Name], from, to);
        }

        return step with { Parameters = parameters };
    }

    private static JsonElement Rename(StepParameter parameter, JsonElement value, string from, string to) => (parameter.Type, value.ValueKind) switch
    {
        (StepParameterType.Column or StepParameterType.Columns, JsonValueKind.String) => Json(value.GetString() == from ? to : value.GetString()!),
        (StepParameterType.Columns, JsonValueKind.Array) => Json(Names(value).Select(n => n == from ? to : n).Distinct().ToList()),
        (StepParameterType.Map, JsonValueKind.Object) when IsOfColumns(parameter) =>
            Json(value.EnumerateObject().DistinctBy(m => m.Name == from ? to : m.Name).ToDictionary(m => m.Name == from ? to : m.Name, m => m.Value)),
        (StepParameterType.Expression or StepParameterType.Filter, JsonValueKind.String) => Json(RenameInFormula(value.GetString()!, from, to)),
        _ => value,
    };

    private static IEnumerable<(StepParameter Parameter, JsonElement Value)> ColumnParameters(RecipeStep step, RecipeStepDescriptor? descriptor) =>
        from parameter in descriptor?.Parameters ?? []
        where parameter.Type is StepParameterType.Column or StepParameterType.Columns || IsOfColumns(parameter)
        where step.Parameters?.ContainsKey(parameter.Name) == true
        select (parameter, step.Parameters![parameter.Name]);

    /// <summary>A map whose keys are columns, not values: new names for them.</summary>
    public static bool IsOfColumns(StepParameter parameter) => parameter is { Type: StepParameterType.Map, Name: "names" or "columns" };

    private static IEnumerable<string> Names(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!),
        JsonValueKind.Object => value.EnumerateObject().Select(m => m.Name),
        _ => [],
    };

    /// <summary>Names stand bare or in double quotes; what stands in single quotes is text.</summary>
    private static string RenameInFormula(string formula, string from, string to)
    {
        var renamed = new StringBuilder(formula.Length + 16);
        for (var at = 0; at < formula.Length;)
        {
            var start = at;
            if (formula[at] is '\'' or '"')
            {
                at = EndOfQuoted(formula, at);
                var isName = formula[start] == '"' && formula[start..at].Length > 1 && formula[(start + 1)..(at - 1)].Replace("\"\"", "\"") == from;
                renamed.Append(isName ? Quoted(to) : formula[start..at]);
            }
            else if (IsWord(formula[at]))
            {
                while (at < formula.Length && IsWord(formula[at]))
                {
                    at++;
                }

                renamed.Append(formula[start..at] == from ? Quoted(to) : formula[start..at]);
            }
            else
            {
                renamed.Append(formula[at++]);
            }
        }

        return renamed.ToString();
    }

    private static int EndOfQuoted(string formula, int start)
    {
        var quote = formula[start];
        for (var at = start + 1; at < formula.Length; at++)
        {
            if (formula[at] == quote)
            {
                if (at + 1 < formula.Length && formula[at + 1] == quote)
                {
                    at++;
                }
                else
                {
                    return at + 1;
                }
            }
        }

        return formula.Length;
    }

    /// <summary>A column as formulas name it.</summary>
    public static string Quoted(string column) => Sql.IsPlainName(column) && !ExpressionParser.IsKeyword(column) ? column : Sql.Name(column);

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '.';

    /// <summary>The column whose name is the same but for case and signs, or differs by two letters at most.</summary>
    private static string? Nearest(string name, IReadOnlyList<ColumnSchema> columns)
    {
        var plain = Plain(name);
        return columns.FirstOrDefault(c => Plain(c.Name) == plain)?.Name
            ?? columns.Select(c => (c.Name, Distance: Distance(plain, Plain(c.Name)))).Where(c => c.Distance <= 2 && c.Distance * 3 <= plain.Length).OrderBy(c => c.Distance).FirstOrDefault().Name;
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>Levenshtein's distance: insertions, deletions and replacements of one letter.</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, _) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                var next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], next);
            }
        }

        return row[^1];
    }

    private static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value, HubJson.Options);
}

/// <param name="Suggested">A column of the table with nearly the same name.</param>
public sealed record MissingColumn(string Name, string? Suggested);
