using Microsoft.Extensions.DependencyInjection;

namespace MLHub.Core.Models;

public static class ModelsSetup
{
    public static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.AddSingleton<ModelService>();
        services.AddSingleton<PredictionService>();
        return services;
    }
}
