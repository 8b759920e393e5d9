using MLHub.Core.Datasets;
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
        return Dialogs.ConfirmAsync(dialogs, $"Delete {dataset.Name}?", "Everybody in the workspace loses it at once.", "Delete", consequences);
    }
}
