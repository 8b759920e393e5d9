using System.Text.Json;

namespace MLHub.Core.Recipes;

/// <summary>
/// A way of changing a table, defined once: <see cref="Fit"/> learns from the rows that reach it, <see cref="Apply"/> says what comes out as one SELECT.
/// The same two make the preview on a sample, the run on all rows and the preparation of rows at prediction.
/// </summary>
/// <remarks>Implementations keep no state. Column names go through <see cref="Datasets.Sql.Name"/>, values through <see cref="StepSql.Value"/>.</remarks>
public interface IRecipeStep
{
    RecipeStepDescriptor Descriptor { get; }

    /// <summary>The step as told, in words, with names between asterisks: <c>Fill missing *age* with the median by *class*</c>. Never throws.</summary>
    string Sentence(StepWords words);

    /// <summary>What the step does with these arguments; most do the same with all.</summary>
    StepScope ScopeOf(StepArguments arguments) => Descriptor.Scope;

    /// <summary>Learns what <see cref="Apply"/> needs to know of the rows, in one aggregate query where it can; <c>null</c> when it needs nothing.</summary>
    /// <returns>A small document: it is stored in models.</returns>
    JsonElement? Fit(StepInput input, StepRows rows) => null;

    /// <param name="state">What <see cref="Fit"/> returned, perhaps long ago on other rows.</param>
    StepSelect Apply(StepInput input, JsonElement? state, StepSql sql);
}
