using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Recipes;

/// <summary>A step that learns: its state is a record of its own.</summary>
public abstract class FittedStep<TState> : IRecipeStep
{
    public abstract RecipeStepDescriptor Descriptor { get; }

    public abstract string Sentence(StepWords words);

    public virtual StepScope ScopeOf(StepArguments arguments) => Descriptor.Scope;

    public abstract TState Learn(StepInput input, StepRows rows);

    public abstract StepSelect Select(StepInput input, TState state, StepSql sql);

    public JsonElement? Fit(StepInput input, StepRows rows) => JsonSerializer.SerializeToElement(Learn(input, rows), HubJson.Options);

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql) =>
        Select(input, (state ?? throw new InvalidOperationException($"{Descriptor.Name} was not fitted.")).Deserialize<TState>(HubJson.Options)!, sql);
}
