using MLHub.Core.Common;
using MudBlazor;

namespace MLHub.Web.Components;

/// <summary>Says that something was done and offers for ten seconds to take it back, also on the next page.</summary>
public static class UndoToast
{
    private const int Milliseconds = 10_000;

    /// <param name="thing">That it is about, for <see cref="Withdraw"/>.</param>
    public static void Offer(ISnackbar toasts, Guid thing, string text, Func<Task> undo)
    {
        toasts.Add(
            text,
            Severity.Normal,
            options =>
            {
                options.Action = "Undo";
                options.HideIcon = true;
                options.VisibleStateDuration = Milliseconds;
                options.CloseAfterNavigation = false;
                options.OnClick = async _ =>
                {
                    try
                    {
                        await undo();
                    }
                    catch (HubException refused)
                    {
                        toasts.Add(refused.Message, Severity.Error);
                    }
                };
            },
            Key(thing));
    }

    /// <summary>It was taken back in another way.</summary>
    public static void Withdraw(ISnackbar toasts, Guid thing) => toasts.RemoveByKey(Key(thing));

    private static string Key(Guid thing) => $"undo-{thing:N}";
}
