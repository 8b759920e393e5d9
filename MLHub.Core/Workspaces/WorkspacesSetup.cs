using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MLHub.Core.Accounts;
using MLHub.Core.Common;

namespace MLHub.Core.Workspaces;

public static class WorkspacesSetup
{
    public static IServiceCollection AddWorkspaces(this IServiceCollection services)
    {
        services.TryAddSingleton<News>();
        services.AddSingleton<WorkspaceAccess>();
        services.AddSingleton<PeopleByAddress>();
        services.AddSingleton<WorkspaceService>();
        services.AddSingleton<WorkspaceMemberService>();
        services.AddSingleton<WorkspaceAuditService>();
        services.AddSingleton<InvitationService>();
        services.AddHostedService<AccessWatch>();
        services.AddSingleton<IAccountWorkspaces, AccountWorkspaces>();
        return services;
    }
}
