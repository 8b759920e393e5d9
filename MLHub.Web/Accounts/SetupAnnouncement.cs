using MLHub.Core.Accounts;

namespace MLHub.Web.Accounts;

/// <summary>Prints the set-up code while nobody has an account. Runs after the database was migrated.</summary>
internal sealed partial class SetupAnnouncement(AccountService accounts, SetupCode code, ILogger<SetupAnnouncement> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await accounts.IsUnclaimedAsync(cancellationToken))
        {
            Log.Unclaimed(logger, code.Text);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "This server has no account yet. The first one becomes its administrator; from another machine it needs the set-up code {Code}")]
        public static partial void Unclaimed(ILogger logger, string code);
    }
}
