using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MLHub.Benchmarks;

/// <summary>The smallest web server on the same framework: what start and memory cost before MLHub adds anything.</summary>
internal static class HelloWorld
{
    public static async Task<int> ServeAsync(string url)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapGet("/", () => Results.Text("Hello"));
        await app.RunAsync(url);
        return 0;
    }
}
