using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Data;

namespace MLHub.Core.Accounts;

/// <summary>
/// Identity's user manager with a context of its own for one operation: in a circuit the request's scope lives for hours,
/// and a context in it would hold stale rows.
/// </summary>
internal sealed class IdentityScope(AsyncServiceScope scope) : IAsyncDisposable
{
    public UserManager<HubUser> Users { get; } = scope.ServiceProvider.GetRequiredService<UserManager<HubUser>>();

    /// <summary>The context that <see cref="Users"/> writes through.</summary>
    public HubDbContext Db { get; } = scope.ServiceProvider.GetRequiredService<HubDbContext>();

    public DateTime Now => scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;

    public ValueTask DisposeAsync() => scope.DisposeAsync();
}

internal static class IdentityScopeExtensions
{
    public static IdentityScope CreateIdentityScope(this IServiceScopeFactory scopes) => new(scopes.CreateAsyncScope());
}
