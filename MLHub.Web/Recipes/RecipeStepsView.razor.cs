using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Recipes;

namespace MLHub.Web.Recipes;

public sealed partial class RecipeStepsView : ComponentBase
{
    [Parameter, EditorRequired]
    public required VersionRecipe Recipe { get; set; }

    private static RecipeStepDescriptor? DescriptorOf(RecipeStep step) => RecipeCatalog.Find(step.Step);

    // What was said when it ran; the words of the catalog may have changed since.
    private static string SentenceOf(RecipeStep step, RecipeEffect? effect) => effect?.Sentence ?? RecipeCatalog.Sentence(step);
}
