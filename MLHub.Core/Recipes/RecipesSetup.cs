using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Jobs;
using MLHub.Core.Queries;

namespace MLHub.Core.Recipes;

public static class RecipesSetup
{
    public static IServiceCollection AddRecipes(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RecipeOptions>().Bind(configuration.GetSection(RecipeOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RecipePreviewService>();
        services.AddSingleton<RecipeService>();
        services.AddSingleton<RecipeDraftService>();
        services.AddSingleton<RecipeTemplateService>();
        services.AddSingleton<IJobOwner, PrepareOwner>();
        return services;
    }

    /// <summary>What the child process of a recipe needs.</summary>
    /// <param name="sandbox">For the steps with users' SQL; <c>null</c> where there is none.</param>
    public static PrepareHandler CreatePrepareHandler(IQuerySandbox? sandbox) => new(sandbox);
}
