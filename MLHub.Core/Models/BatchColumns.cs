using MLHub.Core.Common;
using MLHub.Core.Training;

namespace MLHub.Core.Models;

/// <summary>Whether a table can be asked about: what a model needs and what the columns are.</summary>
public static class BatchColumns
{
    /// <exception cref="HubException"><c>COLUMNS_DIFFER</c>, with every column that does not fit.</exception>
    public static void Require(ModelSignature signature, IReadOnlyList<ColumnSchema> columns)
    {
        var problems = Find(signature, columns);
        if (problems.Count > 0)
        {
            throw new HubException(
                Refusal.Impossible,
                $"The rows do not fit the model: {string.Join(" ", problems.Values.Take(5).Select(p => p[0]))}{(problems.Count > 5 ? $" And {problems.Count - 5} more." : "")}",
                "COLUMNS_DIFFER")
            {
                Errors = problems,
            };
        }
    }

    public static IReadOnlyDictionary<string, string[]> Find(ModelSignature signature, IReadOnlyList<ColumnSchema> columns)
    {
        var problems = new Dictionary<string, string[]>();
        foreach (var input in signature.Inputs)
        {
            var column = columns.FirstOrDefault(c => c.Name == input.Name);
            if (column is null && !input.Nullable)
            {
                problems[$"columns.{input.Name}"] = [$"'{input.Name}' is missing."];
            }
            else if (column is not null && !Fits(input.Type, column.Type))
            {
                problems[$"columns.{input.Name}"] = [$"'{input.Name}' holds {Word(column.Type)}, but the model learned from {Word(input.Type)}."];
            }
        }

        return problems;
    }

    /// <summary>Every value of a column of the second type is one of the first, or can be read as one.</summary>
    private static bool Fits(ColumnType wanted, ColumnType given) => wanted == given || wanted switch
    {
        ColumnType.Text => true,
        ColumnType.Number or ColumnType.Integer => given is ColumnType.Integer or ColumnType.Number or ColumnType.Boolean,
        ColumnType.Date or ColumnType.Datetime => given is ColumnType.Date or ColumnType.Datetime,
        _ => false,
    };

    private static string Word(ColumnType type) => type switch
    {
        ColumnType.Integer => "whole numbers",
        ColumnType.Number => "numbers",
        ColumnType.Boolean => "yes or no",
        ColumnType.Date => "dates",
        ColumnType.Datetime => "dates with time",
        ColumnType.Time => "times of day",
        _ => "text",
    };
}
