using Microsoft.AspNetCore.Components;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Web.Components;
using MudBlazor;

namespace MLHub.Web.Accounts;

/// <summary>For administrators: who has an account, and a way back for whoever forgot the password on a server without mail.</summary>
public sealed partial class ServerPeoplePage : HubPage
{
    private Page<ServerPerson>? _page;
    private ServerPerson? _linkFor;
    private string? _link;
    private string? _failure;

    [Inject]
    private ServerPeopleService People { get; set; } = null!;

    [Inject]
    private RecoveryService Recovery { get; set; } = null!;

    [Inject]
    private IDialogService DialogService { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

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
            _page = await People.ListAsync(await ActorAsync(), Search, new(50, PageToken), CancellationToken.None);
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task HandOutAsync(ServerPerson person)
    {
        if (!await Dialogs.ConfirmAsync(DialogService, "Make a link?", $"Whoever has it chooses a new password for {person.DisplayName}. The audit log tells that you made it.", "Make the link"))
        {
            return;
        }

        await TryAsync(async () =>
        {
            var token = await Recovery.HandOutAsync(await ActorAsync(), person.Id, CancellationToken.None);
            (_linkFor, _link) = (person, Navigation.ToAbsoluteUri($"/account/reset?link={token}").ToString());
        });
    }

    private void Find(ChangeEventArgs change)
    {
        var text = change.Value?.ToString()?.Trim();
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["q"] = string.IsNullOrEmpty(text) ? null : text, ["page"] = null }), replace: true);
    }
}
