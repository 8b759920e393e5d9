using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Models;
using MLHub.Web.Components;
using MLHub.Web.Shell;

namespace MLHub.Web.Models;

public sealed partial class ModelsPage : HubPage
{
    private Page<ModelView>? _page;
    private string? _failure;

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private CurrentWorkspace Current { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Parameter]
    public string Slug { get; set; } = "";

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageToken { get; set; }

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            await Current.UseAsync(Slug);
            var workspace = await Current.GetAsync();
            Listen(Topic.Workspace(workspace.Id));
            _page = await Models.ListAsync(await ActorAsync(), workspace.Id, Search, new(50, PageToken), CancellationToken.None);
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private void Find(ChangeEventArgs change)
    {
        var text = change.Value?.ToString()?.Trim();
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["q"] = string.IsNullOrEmpty(text) ? null : text, ["page"] = null }), replace: true);
    }
}
