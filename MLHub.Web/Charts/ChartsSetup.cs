namespace MLHub.Web.Charts;

public static class ChartsSetup
{
    /// <param name="environment">Its web root holds the fonts.</param>
    public static IServiceCollection AddCharts(this IServiceCollection services, IWebHostEnvironment environment)
    {
        ChartFonts.Register(FontFolder(environment));
        return services.AddSingleton<ChartCache>();
    }

    // Run from its project folder the web root is the source's; published it lies beside the program.
    private static string FontFolder(IWebHostEnvironment environment) =>
        new[] { environment.WebRootPath, Path.Combine(environment.ContentRootPath, "wwwroot"), Path.Combine(AppContext.BaseDirectory, "wwwroot") }
            .Where(root => !string.IsNullOrEmpty(root)).Select(root => Path.Combine(root, "fonts"))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "Inter-Regular.ttf")))
        ?? throw new DirectoryNotFoundException("The fonts of the charts are missing: wwwroot/fonts/Inter-Regular.ttf.");
}
