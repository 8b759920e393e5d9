using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets;

namespace MLHub.Web.Datasets;

/// <summary>The line below a dataset's name: which version, how large, from whom.</summary>
public sealed partial class DatasetFacts : ComponentBase
{
    [Parameter, EditorRequired]
    public required DatasetView Dataset { get; set; }

    [Parameter]
    public DatasetVersionView? Version { get; set; }

    [Parameter]
    public IReadOnlyList<DatasetVersionView> Versions { get; set; } = [];

    [Parameter]
    public EventCallback<int> OnVersion { get; set; }

    /// <summary>The newest ones, and the one that is shown.</summary>
    private IEnumerable<DatasetVersionView> Listed => Version is null || Versions.Any(v => v.Number == Version.Number) ? Versions : Versions.Append(Version);

    private string NameOf(DatasetVersionView version) => version switch
    {
        { State: DatasetVersionState.Importing, Cause: DatasetVersionCause.Upload } => $"v{version.Number} · importing",
        { State: DatasetVersionState.Importing } => $"v{version.Number} · being made",
        { State: DatasetVersionState.Failed } => $"v{version.Number} · failed",
        _ when version.Number == Dataset.LatestVersion => $"v{version.Number} · latest",
        _ => $"v{version.Number}",
    };

    private Task ChooseAsync(ChangeEventArgs change) => int.TryParse(change.Value?.ToString(), out var number) ? OnVersion.InvokeAsync(number) : Task.CompletedTask;
}
