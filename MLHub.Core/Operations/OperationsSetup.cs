using Microsoft.Extensions.DependencyInjection;

namespace MLHub.Core.Operations;

public static class OperationsSetup
{
    public static IServiceCollection AddOperations(this IServiceCollection services) => services
        .AddSingleton<DatabaseSnapshot>()
        .AddSingleton<HubBackup>()
        .AddSingleton<HubRestore>()
        .AddSingleton<HubCheck>()
        .AddSingleton<HubGauges>();
}
