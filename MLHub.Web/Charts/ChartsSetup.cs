namespace MLHub.Web.Charts;

public static class ChartsSetup
{
    public static IServiceCollection AddCharts(this IServiceCollection services)
    {
        ChartFonts.Register(ChartFonts.Folder);
        return services.AddSingleton<ChartCache>();
    }
}
