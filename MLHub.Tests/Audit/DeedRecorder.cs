using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Audit;
using MLHub.Core.Data;

namespace MLHub.Tests.Audit;

/// <param name="Route">Method and template: <c>POST /api/v1/workspaces</c>.</param>
/// <param name="Entries">How many lines the audit log grew by before the answer was sent.</param>
internal sealed record RecordedDeed(string Route, int Status, int Entries);

/// <summary>Counts the audit log around each call. For calls that come one after the other.</summary>
internal sealed class DeedRecorder : IStartupFilter
{
    public ConcurrentQueue<RecordedDeed> Deeds { get; } = [];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        var contexts = app.ApplicationServices.GetRequiredService<IDbContextFactory<HubDbContext>>();
        app.Use(async (http, go) =>
        {
            var before = await CountAsync(contexts);
            http.Response.OnStarting(async () =>
            {
                if (http.GetEndpoint() is RouteEndpoint endpoint)
                {
                    Deeds.Enqueue(new($"{http.Request.Method} /{endpoint.RoutePattern.RawText?.TrimStart('/')}", http.Response.StatusCode, await CountAsync(contexts) - before));
                }
            });
            await go(http);
        });
        next(app);
    };

    private static async Task<int> CountAsync(IDbContextFactory<HubDbContext> contexts)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Set<AuditEntry>().CountAsync();
    }
}
