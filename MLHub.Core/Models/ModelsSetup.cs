using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Experiments;

namespace MLHub.Core.Models;

public static class ModelsSetup
{
    public static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.AddSingleton<ModelService>();
        services.AddSingleton<ModelSharing>();
        services.AddSingleton<PredictionService>();
        services.AddSingleton<IRunFollower, RegisterFinishedRun>();
        return services;
    }
}
