using System.Globalization;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Recipes;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Runs;

/// <summary>
/// The recipe of a run: learned anew on the training rows of each fit, also of each fold. Steps that take rows away or order them act on the
/// training rows; all other rows are prepared as the model will prepare what it is asked about, each by itself, none left out.
/// </summary>
internal sealed class RecipeFitter : IDisposable
{
    private readonly IReadOnlyList<RecipeStep> _steps;
    private readonly IReadOnlyList<ColumnSchema> _columns;
    private readonly TrainingRows _rows;
    private readonly DuckDBConnection _engine;

    private RecipeFitter(IReadOnlyList<RecipeStep> steps, IReadOnlyList<ColumnSchema> columns, TrainingRows rows, DuckDBConnection engine) =>
        (_steps, _columns, _rows, _engine) = (steps, columns, rows, engine);

    /// <returns><c>null</c> when the run has no recipe.</returns>
    public static RecipeFitter? Of(TrainingSpec spec, TrainingRows rows, string path, string scratchFolder, int threads, long memoryBytes)
    {
        if (spec.Configuration.Steps is not { } steps || !steps.Any(s => s.Enabled))
        {
            return null;
        }

        var engine = Sql.Open(Path.Combine(scratchFolder, "recipe.duckdb"), scratchFolder, threads, memoryBytes / 4);
        var id = Sql.Name(ColumnSchema.RowId);
        engine.Run($"CREATE TABLE usable (id BIGINT); CREATE TABLE taught (id BIGINT)");
        Fill(engine, "usable", rows.RowIds);
        engine.Run($"CREATE VIEW asked_rows AS SELECT * FROM read_parquet({Sql.Text(path)}) WHERE {id} IN (SELECT id FROM usable)");
        engine.Run($"CREATE VIEW taught_rows AS SELECT * FROM read_parquet({Sql.Text(path)}) WHERE {id} IN (SELECT id FROM taught)");
        return new(steps, [.. spec.Columns.Where(c => rows.Features.Contains(c.Name))], rows, engine);
    }

    /// <param name="train">Positions of the rows to learn from.</param>
    public RecipeRows Fit(int[] train, CancellationToken cancellationToken)
    {
        _engine.Run("DELETE FROM taught; DROP TABLE IF EXISTS asked_out; DROP TABLE IF EXISTS taught_out");
        Fill(_engine, "taught", Array.ConvertAll(train, r => _rows.RowIds[r]));
        var recipe = RecipeRunner.Fit(_engine, "taught_rows", _columns, _steps, null, cancellationToken);
        RecipeRunner.Apply(_engine, "taught_rows", recipe, "taught_out", cancellationToken);
        RecipeRunner.Apply(_engine, "asked_rows", recipe with { Steps = [.. recipe.Steps.Where(s => s.Scope == StepScope.Row)] }, "asked_out", cancellationToken);

        var taught = new RowReader(_engine, "taught_out");
        if (taught.Rows < 2)
        {
            throw HubException.Impossible($"The recipe leaves {taught.Rows} training rows. Look at its steps in the preview.", "NO_ROWS");
        }

        var asked = new RowReader(_engine, "asked_out");
        if (asked.Rows != _rows.Table.Rows)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{asked.Rows} of {_rows.Table.Rows} rows came out of a recipe that takes none away."));
        }

        // Row ids ascend within a file, and so do both tables here: positions are found by halving.
        var positions = Array.ConvertAll(taught.RowIds(), id => Array.BinarySearch(_rows.RowIds, id));
        return new(recipe, Read(asked, recipe, cancellationToken), Read(taught, recipe, cancellationToken), positions);
    }

    public void Dispose() => _engine.Dispose();

    private static RawTable Read(RowReader reader, FittedRecipe recipe, CancellationToken cancellationToken)
    {
        var columns = new List<RawColumn>();
        foreach (var column in recipe.Output)
        {
            cancellationToken.ThrowIfCancellationRequested();
            columns.Add(reader.Column(column));
        }

        return new(reader.Rows, columns);
    }

    private static void Fill(DuckDBConnection engine, string table, long[] ids)
    {
        using var appender = engine.CreateAppender(table);
        foreach (var id in ids)
        {
            appender.CreateRow().AppendValue((long?)id).EndRow();
        }
    }
}

/// <summary>Rows as a recipe left them.</summary>
/// <param name="All">Every row, in the order of the rows that were read.</param>
/// <param name="Taught">The training rows that were left.</param>
/// <param name="Positions">Which of the rows those are.</param>
internal sealed record RecipeRows(FittedRecipe Recipe, RawTable All, RawTable Taught, int[] Positions);
