using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>The versions of a dataset as a time line: where each came from, how it differs in size, what was made of it.</summary>
public sealed partial class DatasetVersionsPanel(NavigationManager navigation) : ComponentBase
{
    private int _from;
    private int _to;
    private Guid? _picked;
    private int? _tagging;
    private string _tags = "";

    [Parameter, EditorRequired]
    public required DatasetView Dataset { get; set; }

    /// <summary>Newest first.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<DatasetVersionView> Versions { get; set; }

    [Parameter]
    public IReadOnlyList<VersionUse> Uses { get; set; } = [];

    [Parameter]
    public bool HasMore { get; set; }

    /// <summary>Number of the version that the page shows.</summary>
    [Parameter]
    public int? Open { get; set; }

    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>Others' versions, too.</summary>
    [Parameter]
    public bool MayDeleteAll { get; set; }

    [Parameter]
    public Guid? ActorId { get; set; }

    [Parameter]
    public EventCallback<int> OnRestore { get; set; }

    [Parameter]
    public EventCallback<int> OnDelete { get; set; }

    [Parameter]
    public EventCallback<(int Number, IReadOnlyList<string> Tags)> OnTag { get; set; }

    private IEnumerable<DatasetVersionView> Ready => Versions.Where(v => v.State == DatasetVersionState.Ready);

    protected override void OnParametersSet()
    {
        if (_picked != Versions.FirstOrDefault()?.Id)
        {
            _picked = Versions.FirstOrDefault()?.Id;
            var numbers = Ready.Select(v => v.Number).Take(2).ToList();
            (_from, _to) = numbers is [var newest, var before] ? (before, newest) : (0, 0);
        }
    }

    private string Address(int number) => $"/datasets/{Dataset.Id:N}{(number == Dataset.LatestVersion ? "" : $"?v={number}")}";

    private string CompareAddress(int from, int to) => $"/datasets/{Dataset.Id:N}/compare?from={from}&to={to}";

    // A link would be followed as if it were a page, and take the address along.
    private void Download(int number, string format) => navigation.NavigateTo(DatasetDownload.Address(Dataset.Id, number, format), forceLoad: true);

    private void Compare()
    {
        if (_from != _to)
        {
            navigation.NavigateTo(CompareAddress(_from, _to));
        }
    }

    /// <summary>What it is measured against: the version it was made from, else the one before it.</summary>
    private DatasetVersionView? PreviousOf(DatasetVersionView version) =>
        (version.Cause == DatasetVersionCause.Restore ? null : Ready.FirstOrDefault(v => v.Number == version.Parent)) ?? Ready.FirstOrDefault(v => v.Number < version.Number);

    private string Delta(DatasetVersionView version, Func<DatasetVersionView, long> figure) => PreviousOf(version) is { } previous
        ? (figure(version) - figure(previous)) switch
        {
            0 => "",
            > 0 and var more => $"(+{Format.Count(more)})",
            var fewer => $"(−{Format.Count(-fewer)})",
        }
        : "";

    private static string IconOf(DatasetVersionView version) => version.Cause switch
    {
        DatasetVersionCause.Upload => HubIcons.Upload,
        DatasetVersionCause.Recipe => HubIcons.Flask,
        DatasetVersionCause.Query => HubIcons.Code,
        DatasetVersionCause.Restore => HubIcons.Refresh,
        DatasetVersionCause.Prediction => HubIcons.Cube,
        _ => HubIcons.Edit,
    };

    private IReadOnlyList<VersionUse> UsesOf(DatasetVersionView version) => [.. Uses.Where(u => u.VersionId == version.Id)];

    private bool MayDelete(DatasetVersionView version) =>
        MayEdit && (MayDeleteAll || version.CreatedBy == ActorId) && version.State != DatasetVersionState.Importing
        && (version.State != DatasetVersionState.Ready || Ready.Skip(1).Any());

    private void BeginTagging(DatasetVersionView version) => (_tagging, _tags) = (version.Number, string.Join(", ", version.Tags));

    private async Task SaveTagsAsync(DatasetVersionView version)
    {
        _tagging = null;
        await OnTag.InvokeAsync((version.Number, _tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
    }
}
