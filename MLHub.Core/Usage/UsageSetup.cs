using Microsoft.Extensions.DependencyInjection;

namespace MLHub.Core.Usage;

public static class UsageSetup
{
    public static IServiceCollection AddUsage(this IServiceCollection services) => services.AddSingleton<UsageService>().AddSingleton<StorageReportService>().AddSingleton<MyWorkService>();
}
