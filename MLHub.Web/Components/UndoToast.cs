using MLHub.Core.Common;
using MudBlazor;

namespace MLHub.Web.Components;

/// <summary>Says that something was done and offers for ten seconds to take it back, also on the next page.</summary>
public static class UndoToast
{
    private const int Milliseconds = 10_000;

    public static void Offer(ISnackbar toasts, string text, Func<Task> undo)
    {
        toasts.Add(
            text,
            Severity.Normal,
            options =>
            {
                options.Action = "Undo";
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
            });
    }
}
