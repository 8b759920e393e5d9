using MLHub.Core.Experiments;
using MudBlazor;

namespace MLHub.Web.Experiments;

/// <summary>Says what goes with an experiment before it is deleted.</summary>
internal static class ExperimentDeletion
{
    public static Task<bool> ConfirmAsync(IDialogService dialogs, ExperimentView experiment)
    {
        var runs = experiment.RunCount == 1 ? "its run with its results" : $"its {experiment.RunCount} runs with their results";
        return Components.Dialogs.ConfirmAsync(
            dialogs, "Delete experiment", $"“{experiment.Name}” goes to the trash.", "Delete",
            experiment.RunCount == 0 ? [] : [$"With it go {runs}.", "Model versions made from its runs stay and go on predicting."]);
    }
}
