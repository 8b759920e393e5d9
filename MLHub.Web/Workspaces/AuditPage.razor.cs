using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;

namespace MLHub.Web.Workspaces;

public sealed partial class AuditPage : HubPage
{
    private Page<AuditView>? _page;
    private string? _failure;

    [Inject]
    private WorkspaceAuditService Audit { get; set; } = null!;

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

    private string CsvHref => $"{HubRoutes.Home(Slug)}/audit.csv" + (string.IsNullOrEmpty(Search) ? "" : $"?q={Uri.EscapeDataString(Search)}");

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            await Current.UseAsync(Slug);
            var workspace = await Current.GetAsync();
            Listen(Topic.Workspace(workspace.Id));
            _page = await Audit.ListAsync(await ActorAsync(), workspace.Id, Search, new(100, PageToken), CancellationToken.None);
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

    private static string By(ActorKind kind) => kind switch
    {
        ActorKind.Browser => "browser",
        ActorKind.Session => "API session",
        ActorKind.Token => "access token",
        ActorKind.Job => "job",
        _ => "server",
    };
}
