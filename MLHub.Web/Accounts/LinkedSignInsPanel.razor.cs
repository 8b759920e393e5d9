using Microsoft.AspNetCore.Components;
using MLHub.Core.Accounts;
using MLHub.Core.Common;

namespace MLHub.Web.Accounts;

/// <summary>With which accounts elsewhere the signed-in user can come in. The password is asked for before that changes.</summary>
public sealed partial class LinkedSignInsPanel(
    CurrentActor current, ExternalSignInService external, SessionService sessions, TwoFactorService twoFactor, ExternalProviders providers, LinkTickets tickets, NavigationManager navigation) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private LinkedSignIns? _linked;
    private string? _failure;
    private string? _news;
    private string? _chosen;
    private string? _problem;
    private string _password = "";
    private string _code = "";
    private bool _asksCode;
    private bool _isBusy;

    /// <summary>How the way to another service ended, in one word.</summary>
    [SupplyParameterFromQuery]
    public string? Link { get; set; }

    private ExternalProviders Providers => providers;

    private IEnumerable<ExternalProvider> Unlinked => providers.All.Where(p => !IsLinked(p.Key));

    private bool MayUnlink => _linked is { } linked && (linked.HasPassword || linked.Linked.Count > 1);

    private string Verb => IsLinked(_chosen) ? "unlink" : "link";

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _failure = null;
        try
        {
            _linked = await external.ListAsync(await current.GetAsync(), _gone.Token);
            _news = Link == "done" ? "It is linked: you can sign in with it from now on." : ExternalWords.TextOf(Link);
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private bool IsLinked(string? key) => _linked?.Linked.Any(l => l.Provider == key) == true;

    private void Choose(string key)
    {
        _chosen = key;
        _problem = null;
        _password = "";
    }

    private async Task GoAsync()
    {
        if (_chosen is not { } key)
        {
            return;
        }

        _isBusy = true;
        _problem = null;
        try
        {
            var actor = await current.GetAsync();
            if (_asksCode)
            {
                await twoFactor.ConfirmAsync(actor, _code, null, _gone.Token);
                _asksCode = false;
            }

            if (IsLinked(key))
            {
                await external.UnlinkAsync(actor, key, _password, _gone.Token);
                navigation.NavigateTo("/account/login?done=unlinked", forceLoad: true);
            }
            else
            {
                await sessions.RequireOwnerAsync(actor, _password, _gone.Token);
                var provider = providers.All.Single(p => p.Key == key);
                navigation.NavigateTo($"/account/external/{provider.Scheme}/link?ticket={Uri.EscapeDataString(tickets.Issue(actor, provider))}", forceLoad: true);
            }
        }
        catch (HubException refused)
        {
            _asksCode |= refused.Code == "TWO_FACTOR_NEEDED";
            _problem = refused.Errors?.Values.SelectMany(e => e).FirstOrDefault() ?? refused.Message;
        }
        finally
        {
            _password = _asksCode ? _password : "";
            _code = "";
            _isBusy = false;
        }
    }
}
