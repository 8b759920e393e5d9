using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Datasets.Trash;
using MLHub.Web.Components;
using MudBlazor;

namespace MLHub.Web.Datasets;

internal static class DatasetDeletion
{
    /// <summary>Says what goes with the dataset before it goes.</summary>
    public static Task<bool> ConfirmAsync(IDialogService dialogs, DatasetView dataset)
    {
        var consequences = new List<string>();
        if (dataset.Newest is { } newest)
        {
            consequences.Add(newest.Number == 1 ? "its only version" : $"all {newest.Number} versions of it");
        }

        if (dataset.RowCount is { } rows)
        {
            consequences.Add($"{DatasetWords.Count(rows, "row", "rows")} ({Format.Bytes(dataset.SizeBytes ?? 0)}) of its latest version");
        }

        consequences.Add("Models trained on it stay and go on predicting; training on it again is no longer possible.");
        return Dialogs.ConfirmAsync(dialogs, $"Delete {dataset.Name}?", "It goes to the trash, where it can be brought back for 30 days.", "Delete", consequences);
    }

    /// <summary>After it went: ten seconds to take it back.</summary>
    public static void OfferUndo(ISnackbar toasts, TrashService trash, NavigationManager navigation, Actor actor, DatasetView dataset) =>
        UndoToast.Offer(toasts, dataset.Id, $"{dataset.Name} is in the trash.", async () =>
        {
            await trash.RestoreAsync(actor, dataset.WorkspaceId, dataset.Id, null, CancellationToken.None);
            navigation.NavigateTo($"/datasets/{dataset.Id:N}");
        });
}
