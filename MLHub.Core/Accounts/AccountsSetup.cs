using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Mail;

namespace MLHub.Core.Accounts;

public static class AccountsSetup
{
    /// <summary>Needs <c>AddData</c> for the contexts and <c>AddWorkspaces</c> for the personal workspaces.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AccountOptions>().Bind(configuration.GetSection(AccountOptions.Section)).ValidateDataAnnotations()
            .Validate<IOptions<MailOptions>>((accounts, mail) => !accounts.RequireConfirmedEmail || mail.Value.IsConfigured, "MLHub:Accounts:RequireConfirmedEmail needs MLHub:Mail: the link to confirm with is sent by mail.")
            .ValidateOnStart();

        // Identity's stores want a context from the scope; services make their own scope for each operation.
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<HubDbContext>>().CreateDbContext());
        services.AddDataProtection();
        services.AddIdentityCore<HubUser>()
            .AddRoles<IdentityRole<Guid>>()
            .AddEntityFrameworkStores<HubDbContext>()
            .AddPasswordValidator<PasswordRules>()
            .AddDefaultTokenProviders();
        services.AddOptions<IdentityOptions>().Configure<IOptions<AccountOptions>>(Configure);
        services.AddOptions<PasswordHasherOptions>().Configure<IOptions<AccountOptions>>((hasher, accounts) => hasher.IterationCount = accounts.Value.PasswordIterations);

        services.AddMail(configuration);
        services.AddSingleton<AccountLinks>();
        services.AddSingleton<AccountMails>();
        services.AddSingleton<EmailService>();
        services.AddSingleton<ExternalSignInService>();
        services.AddSingleton<RecoveryService>();
        services.AddSingleton<IMailWriter>(provider => provider.GetRequiredService<RecoveryService>());
        services.AddSingleton<ServerPeopleService>();
        services.TryAddSingleton<News>();
        services.AddSingleton<SetupCode>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<UserStates>();
        services.AddSingleton<AccountService>();
        services.AddSingleton<SessionService>();
        services.AddSingleton<OpenSessionsService>();
        services.AddSingleton<TwoFactorService>();
        services.AddHostedService<SessionWatch>();
        services.AddSingleton<TokenService>();
        return services;
    }

    private static void Configure(IdentityOptions identity, IOptions<AccountOptions> accounts)
    {
        identity.User.RequireUniqueEmail = true;
        identity.User.AllowedUserNameCharacters = "";
        identity.Password.RequiredLength = accounts.Value.MinPasswordLength;
        identity.Password.RequireDigit = false;
        identity.Password.RequireLowercase = false;
        identity.Password.RequireUppercase = false;
        identity.Password.RequireNonAlphanumeric = false;
        identity.Lockout.MaxFailedAccessAttempts = accounts.Value.LockoutFailures;
        identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(accounts.Value.LockoutMinutes);
    }
}
