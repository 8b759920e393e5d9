using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workers;
using MLHub.Web.Accounts;
using MudBlazor;

namespace MLHub.Web.Workers;

/// <summary>Lets a worker in: asks for its name, then shows its token and how to start it, once.</summary>
public sealed partial class WorkerDialog : ComponentBase
{
    private string _name = "";
    private NewWorker? _made;
    private string? _problem;
    private bool _isBusy;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Inject]
    private WorkerService Workers { get; set; } = null!;

    [Inject]
    private CurrentActor Actors { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IOptions<HubOptions> Hub { get; set; } = null!;

    private string Command => $"mlhub worker --hub {Address} --token {_made?.Token}";

    private string Address => (Hub.Value.PublicBaseUrl.Length > 0 ? Hub.Value.PublicBaseUrl : Navigation.BaseUri).TrimEnd('/');

    public static async Task ShowAsync(IDialogService dialogs) => await (await dialogs.ShowAsync<WorkerDialog>("Add a worker", new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small, FullWidth = true })).Result;

    private async Task SaveAsync()
    {
        if (_isBusy || string.IsNullOrWhiteSpace(_name))
        {
            return;
        }

        _isBusy = true;
        _problem = null;
        try
        {
            _made = await Workers.CreateAsync(await Actors.GetAsync(), _name, CancellationToken.None);
        }
        catch (HubException refused)
        {
            _problem = refused.Message;
        }
        finally
        {
            _isBusy = false;
        }
    }
}
