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

/// <summary>A page over the real services, as its circuit has them.</summary>
public abstract class PageScene : BunitContext
{
    private BunitAuthorizationContext? _visitor;

    /// <summary>Registers what the program does, on a data folder. Once, before anything is asked for.</summary>
    protected void Serve(string dataPath)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["MLHub:DataPath"] = dataPath }).Build();
        Services.AddLogging().AddCore(configuration).AddSingleton<IImportPreviewer, InProcessPreviewer>();
        Services.AddScoped<CurrentActor>();
        Services.AddScoped<CurrentWorkspace>();
        Services.AddMudServices();
        Services.AddSingleton<ChartCache>();
        _visitor = this.AddAuthorization();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    protected void SignInAs(Actor actor) =>
        _visitor!.SetAuthorized(actor.Name).SetClaims(new Claim(ClaimTypes.NameIdentifier, actor.UserId.ToString()), new Claim(ClaimTypes.Name, actor.Name));

    /// <summary>Menus and dialogs are drawn by the layout.</summary>
    protected IRenderedComponent<MudDialogProvider> RenderLayoutParts()
    {
        Render<MudPopoverProvider>();
        Render<MudSnackbarProvider>();
        return Render<MudDialogProvider>();
    }
}
