using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Accounts;
using MudBlazor;

namespace MLHub.Web.Datasets.Samples;

/// <summary>Loads one of the tables that are shipped with the program into a workspace, and opens it.</summary>
public sealed partial class SampleMenu : ComponentBase
{
    private bool _isLoading;

    [Inject]
    public required DatasetUploadService Uploads { get; set; }

    [Inject]
    public required CurrentActor Actors { get; set; }

    [Inject]
    public required ISnackbar Toasts { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Parameter, EditorRequired]
    public required Guid WorkspaceId { get; set; }

    [Parameter]
    public string Text { get; set; } = "Load a sample";

    private async Task LoadAsync(SampleDataset sample)
    {
        _isLoading = true;
        try
        {
            await using var content = sample.Open();
            var request = new UploadRequest(WorkspaceId, sample.File)
            {
                Name = sample.Name,
                Description = $"{sample.Use}. Source: {sample.Source} ({sample.Terms}).",
                Options = new() { AcceptDefaults = true },
            };
            var made = await Uploads.ReceiveAsync(await Actors.GetAsync(), request, content, CancellationToken.None);
            Navigation.NavigateTo($"/datasets/{made.DatasetId:N}");
        }
        catch (HubException refused)
        {
            Toasts.Add(refused.Message, Severity.Error);
        }
        finally
        {
            _isLoading = false;
        }
    }
}
