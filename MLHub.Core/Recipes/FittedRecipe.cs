using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Recipes;

/// <summary>
/// Steps with what they learned: a document that travels inside of a model. Applied to the rows of training, of evaluation and of
/// prediction it does the same to each.
/// </summary>
/// <param name="Input">The columns that it takes.</param>
/// <param name="Output">The columns that it gives.</param>
public sealed record FittedRecipe(IReadOnlyList<ColumnSchema> Input, IReadOnlyList<FittedRecipeStep> Steps, IReadOnlyList<ColumnSchema> Output)
{
    /// <summary>
    /// A few rows as a model is asked about them; steps that take rows away or order them are passed over, so that every row that comes in
    /// comes out, in order. For many calls keep a <see cref="RecipeScorer"/>.
    /// </summary>
    /// <param name="rows">Cells in the order of <see cref="Input"/>, in the types of the engine; <c>null</c> when missing.</param>
    /// <returns>Cells in the order of <see cref="Output"/>.</returns>
    public IReadOnlyList<object?[]> ApplyRows(IReadOnlyList<object?[]> rows, CancellationToken cancellationToken)
    {
        using var scorer = new RecipeScorer(this);
        return scorer.Apply(rows, cancellationToken);
    }
}

/// <param name="State">What it learned; <c>null</c> for steps that learn nothing.</param>
/// <param name="Scope">What it does with its arguments.</param>
public sealed record FittedRecipeStep(RecipeStep Step, JsonElement? State, StepScope Scope);
