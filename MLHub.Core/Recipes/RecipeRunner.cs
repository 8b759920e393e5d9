using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes;

/// <summary>Recipes inside of training: learned on the training rows alone, then applied to all.</summary>
public static class RecipeRunner
{
    /// <summary>Each step learns from the training rows as the steps before it left them.</summary>
    /// <param name="source">What stands behind FROM: a table or <c>read_parquet(…)</c>, with the column of row ids.</param>
    /// <param name="trainingRows">A condition in SQL of ours for the rows to learn from; <c>null</c> for all.</param>
    /// <exception cref="HubException">A step cannot be done as it is told, or cannot travel in a model (<c>NOT_IN_MODEL</c>).</exception>
    public static FittedRecipe Fit(
        DuckDBConnection connection, string source, IReadOnlyList<ColumnSchema> columns, IReadOnlyList<RecipeStep> steps, string? trainingRows, CancellationToken cancellationToken)
    {
        RecipeChecks.RequireKnown(steps);
        var chain = new RecipeChain(connection, source, columns, trainingRows, $"f{Guid.NewGuid():N}_", forgets: true, cancellationToken);
        var progress = new RecipeProgress(chain, measures: false);
        List<FittedRecipeStep> fitted = [];
        for (var i = 0; i < steps.Count; i++)
        {
            if (!steps[i].Enabled)
            {
                continue;
            }

            try
            {
                var definition = RecipeCatalog.Require(steps[i].Step);
                var scope = definition.ScopeOf(StepArguments.Check(definition.Descriptor, steps[i], chain.Columns));
                if (scope == StepScope.Table)
                {
                    throw ModelRecipe.NotInModel;
                }

                fitted.Add(new(steps[i], progress.Take(steps[i]).State, scope));
            }
            catch (StepException broken)
            {
                throw broken.ToRefusal(i, RecipeCatalog.Title(steps[i]));
            }
        }

        var output = chain.Columns;
        chain.End();
        return new(columns, fitted, output);
    }

    /// <summary>All rows through the steps, into a new table: the row ids of the source first, then <see cref="FittedRecipe.Output"/>, in the order that the steps gave.</summary>
    public static void Apply(DuckDBConnection connection, string source, FittedRecipe recipe, string table, CancellationToken cancellationToken)
    {
        var chain = new RecipeChain(connection, source, recipe.Input, null, $"a{Guid.NewGuid():N}_", forgets: true, cancellationToken);
        var progress = new RecipeProgress(chain, measures: false);
        for (var i = 0; i < recipe.Steps.Count; i++)
        {
            try
            {
                progress.Take(recipe.Steps[i].Step, recipe.Steps[i].State, isFitted: true);
            }
            catch (StepException broken)
            {
                throw broken.ToRefusal(i, RecipeCatalog.Title(recipe.Steps[i].Step));
            }
        }

        var columns = string.Concat(recipe.Output.Select(c => $", {Sql.Name(c.Name)}"));
        chain.Run($"CREATE TABLE {Sql.Name(table)} AS {chain.Statement($"SELECT {Sql.Name(Hidden.Origin)} AS {Sql.Name(Hidden.Id)}{columns} FROM {chain.Current} ORDER BY {chain.Current}.{Sql.Name(Hidden.Id)}")}");
        chain.End();
    }
}
