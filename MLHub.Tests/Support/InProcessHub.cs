using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Data;
using MLHub.Web.Api;

namespace MLHub.Tests.Support;

/// <summary>The whole server in the process of the test, which can look into it. It computes no jobs, and nobody calls it too often.</summary>
internal sealed class InProcessHub : IAsyncDisposable
{
    private readonly TestFolder _folder = new();

    private InProcessHub()
    {
    }

    public WebApplication App { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public IDbContextFactory<HubDbContext> Contexts => Get<IDbContextFactory<HubDbContext>>();

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    /// <param name="configure">Before the server is built.</param>
    /// <param name="map">Before it starts.</param>
    /// <param name="settings"><c>--name=value</c>.</param>
    public static async Task<InProcessHub> StartAsync(Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? map = null, params string[] settings)
    {
        var hub = new InProcessHub();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [$"--MLHub:DataPath={hub._folder.Path}", "--MLHub:Jobs:Slots=0", "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Error", .. settings],
            ApplicationName = "mlhub",
            ContentRootPath = AppContext.BaseDirectory,
        });
        Web.HubSetup.AddHub(builder);
        builder.Services.PostConfigure<RateLimitOptions>(limits =>
            limits.UserBurst = limits.UserPerSecond = limits.AnonymousBurst = limits.AnonymousPerSecond = limits.SignInBurst = limits.SignInPerSecond = 1_000_000);
        configure?.Invoke(builder);
        hub.App = builder.Build();
        Web.HubSetup.UseHub(hub.App);
        map?.Invoke(hub.App);
        await hub.Get<HubMigrator>().MigrateAsync(CancellationToken.None);
        await hub.App.StartAsync();
        hub.Address = new Uri(hub.App.Urls.First());
        return hub;
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        _folder.Dispose();
    }
}
