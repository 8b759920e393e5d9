using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Queries;

namespace MLHub.Core.Recipes.Steps;

/// <summary>One SELECT that the user wrote over the table as it is at this step. It runs shut in, in a process of its own; what comes out is the table from here on.</summary>
internal sealed class SqlStep : ITableStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("sql", "SQL", "script", "Makes the table anew by one SELECT over the view dataset: joins with itself, groups, windows.")
    {
        Scope = StepScope.Table,
        Keywords = ["query", "select", "group by", "aggregate", "pivot", "join", "script"],
        Parameters = [new("sql", StepParameterType.Sql, "Query") { Required = true, Help = "SELECT class, avg(age) AS age FROM dataset GROUP BY class. It sees this table and nothing else." }],
    };

    public string Sentence(StepWords words) => $"SQL: {words.Text("sql")}";

    public async Task<IReadOnlyList<ColumnSchema>> RunAsync(StepArguments arguments, string source, string target, IQuerySandbox sandbox, QueryLimits? limits, CancellationToken cancellationToken)
    {
        try
        {
            var result = await sandbox.WriteAsync(new(arguments.Text("sql"), [new(SandboxQuery.MainTable, source)]) { Limits = limits }, target, cancellationToken);
            return result.Columns;
        }
        catch (HubException refused)
        {
            throw new StepException(refused.Code, "sql", refused.Message);
        }
    }

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql) => throw new NotSupportedException("A query is run as a whole.");
}
