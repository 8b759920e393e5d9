using DuckDB.NET.Data;
using DuckDB.NET.Native;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes;

/// <summary>A fitted recipe with an engine of its own that stays ready: one for each process that answers questions. Not for several threads at a time.</summary>
public sealed class RecipeScorer : IDisposable
{
    private const string Table = "asked";
    private const long MemoryBytes = 256L * 1024 * 1024;

    private readonly FittedRecipe _recipe;
    private readonly DuckDBConnection _connection;

    public RecipeScorer(FittedRecipe recipe)
    {
        _recipe = recipe;
        _connection = Sql.Open(null, Path.GetTempPath(), 1, MemoryBytes);
        _connection.Run($"CREATE TABLE {Table} ({Sql.Name(Hidden.Id)} BIGINT{string.Concat(recipe.Input.Select(c => $", {Sql.Name(c.Name)} {Sql.Type(c.Type)}"))})");
    }

    /// <summary>Every row that comes in comes out, in order.</summary>
    public IReadOnlyList<object?[]> Apply(IReadOnlyList<object?[]> rows, CancellationToken cancellationToken)
    {
        _connection.Run($"DELETE FROM {Table}");
        using (var appender = _connection.CreateAppender(Table))
        {
            for (var i = 0; i < rows.Count; i++)
            {
                Append(appender.CreateRow().AppendValue((long?)i), rows[i]);
            }
        }

        var chain = new RecipeChain(_connection, Table, _recipe.Input, null, "p_", forgets: true, cancellationToken) { IsLasting = true };
        var progress = new RecipeProgress(chain, measures: false);
        foreach (var step in _recipe.Steps.Where(s => s.Scope == StepScope.Row))
        {
            progress.Take(step.Step, step.State, isFitted: true);
        }

        return chain.Rows(chain.Statement($"SELECT {string.Join(", ", _recipe.Output.Select(c => Sql.Name(c.Name)))} FROM {chain.Current} ORDER BY {Sql.Name(Hidden.Id)}"));
    }

    public void Dispose() => _connection.Dispose();

    private void Append(IDuckDBAppenderRow row, object?[] cells)
    {
        for (var i = 0; i < _recipe.Input.Count; i++)
        {
            _ = cells[i] switch
            {
                null => row.AppendNullValue(),
                long whole => _recipe.Input[i].Type == ColumnType.Number ? row.AppendValue((double?)whole) : row.AppendValue((long?)whole),
                double number => row.AppendValue((double?)number),
                bool yes => row.AppendValue((bool?)yes),
                string text => row.AppendValue(text),
                DateOnly day => row.AppendValue((DuckDBDateOnly)day),
                TimeOnly time => row.AppendValue((DuckDBTimeOnly)time),
                DateTime moment => row.AppendValue((DateTime?)moment),
                var other => throw new ArgumentException($"A cell cannot hold {other.GetType().Name}.", nameof(cells)),
            };
        }

        row.EndRow();
    }
}
