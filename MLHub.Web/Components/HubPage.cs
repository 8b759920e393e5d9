using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Web.Accounts;
using MudBlazor;

namespace MLHub.Web.Components;

/// <summary>A live page that knows who looks at it.</summary>
public abstract class HubPage : LivePage
{
    [Inject]
    private CurrentActor HubActors { get; set; } = null!;

    [Inject]
    private ISnackbar HubToasts { get; set; } = null!;

    /// <summary>Why the last <see cref="TryAsync"/> was refused.</summary>
    protected string? Error { get; private set; }

    protected Task<Actor> ActorAsync() => HubActors.GetAsync();

    /// <summary>Whether whoever looks at the page may no longer see what was on it.</summary>
    protected static bool IsShut(HubException refused) => refused.Refusal is Refusal.NotFound or Refusal.Forbidden or Refusal.Unauthenticated;

    /// <summary>Does what the user asked for; a refusal becomes a toast and <see cref="Error"/>.</summary>
    /// <returns>Whether it was done.</returns>
    protected async Task<bool> TryAsync(Func<Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Error = null;
        try
        {
            await action();
            return true;
        }
        catch (HubException refused)
        {
            Error = refused.Message;
            HubToasts.Add(refused.Message, Severity.Error);
            return false;
        }
    }
}
