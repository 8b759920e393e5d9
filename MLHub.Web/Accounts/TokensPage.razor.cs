using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MudBlazor;

namespace MLHub.Web.Accounts;

/// <summary>The signed-in user's access tokens: make, copy once, revoke.</summary>
public sealed partial class TokensPage(
    CurrentActor current,
    TokenService tokens,
    WorkspaceService workspaces,
    IDialogService dialogs,
    IJSRuntime script,
    IOptions<AccountOptions> options) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<TokenView>? _tokens;
    private IReadOnlyList<WorkspaceView> _workspaces = [];
    private NewToken? _made;
    private bool _isCopied;
    private bool _isBusy;
    private string? _failure;
    private string? _problem;
    private string _name = "";
    private bool _mayWrite = true;
    private Guid? _workspaceId;
    private int _days = 90;

    private int MaxDays => options.Value.MaxTokenDays;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        try
        {
            var actor = await current.GetAsync();
            _workspaces = (await workspaces.ListAsync(actor, new(PageRequest.MaxSize), _gone.Token)).Items;
            await LoadAsync(actor);
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task LoadAsync(Actor actor) => _tokens = (await tokens.ListAsync(actor, new(PageRequest.MaxSize), _gone.Token)).Items;

    private async Task CreateAsync()
    {
        _isBusy = true;
        _problem = null;
        try
        {
            var actor = await current.GetAsync();
            string[] scopes = _mayWrite ? [TokenService.Read, TokenService.Write] : [TokenService.Read];
            await CodeDialog.ConfirmedAsync(dialogs, async () => _made = await tokens.CreateAsync(actor, _name, scopes, _days, _workspaceId, _gone.Token));
            _isCopied = false;
            _name = "";
            await LoadAsync(actor);
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

    private async Task CopyAsync()
    {
        try
        {
            await script.InvokeVoidAsync("navigator.clipboard.writeText", _gone.Token, _made!.Token);
            _isCopied = true;
        }
        catch (JSException)
        {
            // Browsers without https have no clipboard for pages: the token stands there to be marked and copied.
            _isCopied = false;
        }
    }

    private async Task RevokeAsync(TokenView token)
    {
        var isSure = await dialogs.ShowMessageBoxAsync("Revoke the token?", $"Whatever uses \"{token.Name}\" is refused at once.", yesText: "Revoke", cancelText: "Keep");
        if (isSure != true)
        {
            return;
        }

        try
        {
            var actor = await current.GetAsync();
            await tokens.RevokeAsync(actor, token.Id, _gone.Token);
            _made = _made?.View.Id == token.Id ? null : _made;
            await LoadAsync(actor);
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private void Limit(ChangeEventArgs change) => _workspaceId = Guid.TryParse(change.Value?.ToString(), out var id) ? id : null;

    private void ForgetMade() => _made = null;

    private string NameOf(Guid workspaceId) => _workspaces.FirstOrDefault(w => w.Id == workspaceId)?.Name ?? "a workspace you left";
}
