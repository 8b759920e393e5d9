using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Tests.Datasets;
using MLHub.Web.Accounts;
using MLHub.Web.Charts;
using MLHub.Web.Shell;
using MudBlazor;
using MudBlazor.Services;

namespace MLHub.Tests.DatasetPages;

/// <summary>A page about datasets whose rows are really there: over the database and the files of a bench.</summary>
public abstract class BenchScene : BunitContext, IAsyncLifetime
{
    private BunitAuthorizationContext _visitor = null!;

    internal DatasetBench Bench { get; private set; } = null!;

    protected static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Bench = await DatasetBench.CreateAsync();
        // Rows are read for real: on a busy machine that takes its time.
        DefaultWaitTimeout = TimeSpan.FromSeconds(30);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["MLHub:DataPath"] = Bench.DataPath }).Build();
        Services.AddLogging().AddCore(configuration).AddSingleton<IImportPreviewer, InProcessPreviewer>();
        Services.AddScoped<CurrentActor>();
        Services.AddScoped<CurrentWorkspace>();
        Services.AddMudServices();
        Services.AddSingleton<ChartCache>();
        _visitor = this.AddAuthorization();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    internal void SignInAs(Actor actor) =>
        _visitor.SetAuthorized(actor.Name).SetClaims(new Claim(ClaimTypes.NameIdentifier, actor.UserId.ToString()), new Claim(ClaimTypes.Name, actor.Name));

    /// <summary>Menus and dialogs are drawn by the layout.</summary>
    protected IRenderedComponent<MudDialogProvider> RenderLayoutParts()
    {
        Render<MudPopoverProvider>();
        Render<MudSnackbarProvider>();
        return Render<MudDialogProvider>();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeComponentsAsync();
        await base.DisposeAsync();
        await Bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
