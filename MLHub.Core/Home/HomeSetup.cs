using Microsoft.Extensions.DependencyInjection;

namespace MLHub.Core.Home;

public static class HomeSetup
{
    public static IServiceCollection AddHome(this IServiceCollection services) => services
        .AddSingleton<VisitService>()
        .AddSingleton<FirstStepsService>()
        .AddSingleton<AttentionService>()
        .AddSingleton<BestResultService>()
        .AddSingleton<ActivityService>()
        .AddSingleton<RunCalendarService>();
}
