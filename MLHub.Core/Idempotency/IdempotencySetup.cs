using Microsoft.Extensions.DependencyInjection;

namespace MLHub.Core.Idempotency;

public static class IdempotencySetup
{
    public static IServiceCollection AddIdempotency(this IServiceCollection services) => services.AddSingleton<IdempotencyLedger>();
}
