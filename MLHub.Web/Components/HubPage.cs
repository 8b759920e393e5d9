using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Web.Accounts;
using MudBlazor;

namespace MLHub.Web.Components;

/// <summary>A live page that knows who looks at it and turns refusals into words.</summary>
public abstract class HubPage : LivePage
{
    [Inject]
    private CurrentActor Who { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    /// <exception cref="HubException">Nobody is signed in any more.</exception>
    protected Task<Actor> ActorAsync() => Who.GetAsync();

    /// <summary>Does what the user asked for; a refusal is shown as a toast.</summary>
    /// <returns>Whether it was done.</returns>
    protected async Task<bool> TryAsync(Func<Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        try
        {
            await action();
            return true;
        }
        catch (HubException refused)
        {
            Snackbar.Add(refused.Message, Severity.Error);
            return false;
        }
    }
}
