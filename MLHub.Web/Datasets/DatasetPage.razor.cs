using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Datasets.Trash;
using MLHub.Core.Jobs;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;
using MLHub.Web.Workspaces;
using MudBlazor;

namespace MLHub.Web.Datasets;

/// <summary>One dataset in one of its versions. Version, tab, order, filter and open row stand in the address.</summary>
public sealed partial class DatasetPage : HubPage
{
    private const int VersionsListed = 100;
    private const int RejectsAtOnce = 50;

    private Actor? _actor;
    private DatasetView? _dataset;
    private DatasetVersionView? _version;
    private IReadOnlyList<DatasetVersionView> _versions = [];
    private DatasetProfileDocument? _profile;
    private DatasetRows? _rows;
    private string? _filterProblem;
    private List<RejectedRow>? _rejects;
    private string? _rejectsToken;
    private JobView? _job;
    private List<JobLogLine> _log = [];
    private IReadOnlyList<Crumb> _crumbs = [];
    private TableLayout? _layout;
    private (Guid Id, int? Version)? _loaded;
    private (Guid VersionId, string? Sort, string? Filter)? _opened;
    private bool _isMissing;
    private string? _failure;

    [Inject]
    public required DatasetService Datasets { get; set; }

    [Inject]
    public required DatasetReader Reader { get; set; }

    [Inject]
    public required DatasetLayoutService Layouts { get; set; }

    [Inject]
    public required JobService Jobs { get; set; }

    [Inject]
    public required DatasetSharing Sharing { get; set; }

    [Inject]
    public required CurrentWorkspace Current { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required IDialogService DialogService { get; set; }

    [Inject]
    public required TrashService Trash { get; set; }

    [Inject]
    public required ISnackbar Toasts { get; set; }

    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery(Name = "v")]
    public int? VersionNumber { get; set; }

    [SupplyParameterFromQuery(Name = "tab")]
    public string? Tab { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    public string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "filter")]
    public string? Filter { get; set; }

    /// <summary>The open row's place in the view, from 1.</summary>
    [SupplyParameterFromQuery(Name = "row")]
    public long? Row { get; set; }

    /// <summary>The query of the SQL panel; there, even empty, when the panel is open.</summary>
    [SupplyParameterFromQuery(Name = "sql")]
    public string? Sql { get; set; }

    /// <summary>The column whose profile is shown in detail.</summary>
    [SupplyParameterFromQuery(Name = "column")]
    public string? Column { get; set; }

    /// <summary>The column by which the one in detail is split.</summary>
    [SupplyParameterFromQuery(Name = "by")]
    public string? By { get; set; }

    private string ActiveTab => Tab is "profile" or "recipe" or "import" or "versions" ? Tab : "data";

    private bool IsReady => _version?.State == DatasetVersionState.Ready;

    private bool MayEdit => _dataset?.MyRole >= WorkspaceRole.Editor;

    private bool MayDelete => _dataset?.MyRole >= WorkspaceRole.Manager || (MayEdit && _dataset?.CreatedBy == _actor?.UserId);

    private UrlTab[] Tabs =>
    [
        new("data", "Data", Address(_version?.Number, null)),
        new("profile", "Profile", Address(_version?.Number, "profile")),
        new("recipe", "Recipe", Address(_version?.Number, "recipe")),
        new("versions", "Versions", Address(_version?.Number, "versions")),
        new("import", "Import", Address(_version?.Number, "import"), _version?.ImportReport is { RowsRejected: > 0 and var rejected } ? rejected : null),
    ];

    /// <summary>Said while another version than the newest is shown, when that one is not ready.</summary>
    private string? NewerNews => _dataset?.Newest is { } newest && _version is not null && newest.Number > _version.Number
        ? newest switch
        {
            { State: DatasetVersionState.Importing, Cause: DatasetVersionCause.Upload } => $"Version {newest.Number} is being imported.",
            { State: DatasetVersionState.Importing } => $"Version {newest.Number} is being {DatasetWords.CauseText(newest.Cause)}.",
            { State: DatasetVersionState.Failed, Cause: DatasetVersionCause.Upload } => $"The import of version {newest.Number} failed.",
            { State: DatasetVersionState.Failed } => $"Version {newest.Number} could not be {DatasetWords.CauseText(newest.Cause)}.",
            _ => VersionNumber is null ? null : $"This is not the newest version: there is version {newest.Number}.",
        }
        : null;

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != (Id, VersionNumber))
        {
            if (_loaded?.Id != Id)
            {
                (_dataset, _layout) = (null, null);
            }

            _loaded = (Id, VersionNumber);
            await LoadAsync();
        }
        else
        {
            await FillTabAsync();
        }
    }

    private async Task LoadAsync()
    {
        (_isMissing, _failure) = (false, null);
        try
        {
            _actor = await ActorAsync();
            await ReadAsync();
            await FillTabAsync();
        }
        catch (HubException refused) when (refused.Refusal == Refusal.NotFound)
        {
            _isMissing = true;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    protected override async Task RefreshAsync()
    {
        if (!_isMissing && _dataset is not null)
        {
            await LoadAsync();
        }
    }

    private async Task ReadAsync()
    {
        var dataset = await Datasets.GetAsync(_actor!, Id, CancellationToken.None);
        var versions = await Datasets.VersionsAsync(_actor!, Id, new(VersionsListed), CancellationToken.None);
        var number = VersionNumber ?? dataset.LatestVersion ?? dataset.Newest?.Number;
        var version = number is null ? null
            : versions.Items.FirstOrDefault(v => v.Number == number) ?? await Datasets.VersionAsync(_actor!, Id, number, CancellationToken.None);
        if (version?.Id != _version?.Id || version?.State != _version?.State)
        {
            (_profile, _job, _log, _rejects, _rejectsToken) = (null, null, [], null, null);
        }

        if (_crumbs.Count == 0 || _dataset?.Name != dataset.Name)
        {
            _crumbs = [.. await Current.PathToAsync(dataset.WorkspaceId, "datasets", "Datasets"), new(dataset.Name, null)];
        }

        (_dataset, _version, _versions) = (dataset, version, versions.Items);
        if (version is { State: not DatasetVersionState.Ready, JobId: { } jobId })
        {
            Listen(Topic.Dataset(Id), Topic.Access(dataset.WorkspaceId), Topic.Job(jobId));
            _job = await Jobs.GetAsync(_actor!, jobId, CancellationToken.None);
            await ReadLogAsync(jobId);
        }
        else
        {
            Listen(Topic.Dataset(Id), Topic.Access(dataset.WorkspaceId));
        }
    }

    private async Task ReadLogAsync(Guid jobId)
    {
        var log = _log;
        var lines = await Jobs.LogAsync(_actor!, jobId, log.Count == 0 ? 0 : log[^1].Number, CancellationToken.None);

        // News may come while the address changes: what was read twice is kept once.
        var last = log.Count == 0 ? -1 : log[^1].Number;
        log.AddRange(lines.Where(l => l.Number > last));
    }

    private async Task FillTabAsync()
    {
        if (_dataset is null || !IsReady)
        {
            return;
        }

        if (_profile is null)
        {
            var version = _version!;
            var profile = await Datasets.ProfileAsync(_actor!, Id, version.Number, CancellationToken.None);
            if (_version?.Id != version.Id)
            {
                // The address has changed meanwhile: that change fills the tab.
                return;
            }

            _profile = profile;
        }

        if (ActiveTab == "data")
        {
            await OpenRowsAsync();
        }
        else if (ActiveTab == "import" && _rejects is null && _version!.ImportReport?.RowsRejected > 0)
        {
            await ReadRejectsAsync();
        }
    }

    private async Task OpenRowsAsync()
    {
        _layout ??= await Layouts.GetAsync(_actor!, Id, CancellationToken.None);
        var wanted = (_version!.Id, Sort, Filter);
        if (_opened == wanted)
        {
            return;
        }

        if (_opened?.VersionId != _version.Id)
        {
            _rows = null;
        }

        _opened = wanted;
        var rows = new DatasetRows(Reader, _actor!, Id, _version.Number, RowSort.ForGrid(Sort), Filter);
        try
        {
            await rows.OpenAsync(CancellationToken.None);
        }
        catch (HubException refused) when (refused.Refusal is Refusal.Invalid or Refusal.Impossible)
        {
            if (_opened == wanted)
            {
                _filterProblem = refused.Message;
                await OpenPlainAsync(wanted);
            }

            return;
        }

        // A later change of the address may have overtaken this one.
        if (_opened == wanted)
        {
            (_rows, _filterProblem) = (rows, null);
        }
    }

    // A link with a filter that cannot be used still shows the table.
    private async Task OpenPlainAsync((Guid, string?, string?) wanted)
    {
        if (_rows is null)
        {
            var rows = new DatasetRows(Reader, _actor!, Id, _version!.Number, [], null);
            await rows.OpenAsync(CancellationToken.None);
            if (_opened == wanted)
            {
                _rows = rows;
            }
        }
    }

    private async Task ReadRejectsAsync()
    {
        var (version, before) = (_version!, _rejects);
        var page = await Reader.RejectsAsync(_actor!, Id, version.Number, new(RejectsAtOnce, _rejectsToken), CancellationToken.None);
        // Pressed twice, or another version by now: these lines are there already, or not its own.
        if (_version?.Id == version.Id && ReferenceEquals(_rejects, before))
        {
            (_rejects, _rejectsToken) = ([.. before ?? [], .. page.Items], page.NextPageToken);
        }
    }

    private string Address(int? version, string? tab) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["v"] = version == _dataset?.LatestVersion ? null : version,
        ["tab"] = tab,
        ["row"] = null,
        ["column"] = null,
        ["step"] = null,
    });

    private string ColumnAddress(string column) => ByAddress(column, null);

    private string ByAddress(string column, string? by) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["column"] = column, ["by"] = by });

    private void Go(string parameter, string? value) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["row"] = null,
        [parameter] = string.IsNullOrWhiteSpace(value) ? null : value,
    }));

    private void ApplyFilter(string filter) => Go("filter", filter.Trim());

    private void ApplySort(IReadOnlyList<GridSort> sort) => Go("sort", RowSort.Format(sort));

    private Task KeepLayoutAsync(TableLayout layout)
    {
        _layout = layout;
        return TryAsync(() => Layouts.SaveAsync(_actor!, Id, layout, CancellationToken.None));
    }

    private string StatisticsAddress(string column) => PartAddress("profile", column);

    private string StepAddress(string step, string? column) => PartAddress("recipe", column, step);

    private string PartAddress(string tab, string? column, string? step = null) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["tab"] = tab,
        ["column"] = column,
        ["add"] = step,
        ["row"] = null,
    });

    private string FilterAddress(string filter) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["tab"] = null,
        ["column"] = null,
        ["row"] = null,
        ["sort"] = null,
        ["filter"] = filter,
    });

    private string ExportAddress => DatasetDownload.ViewAddress(Id, _version!.Number, Filter, Sort);

    private void RememberRow(long? row) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("row", row + 1), replace: true);

    private void ChooseVersion(int number) => Navigation.NavigateTo(Address(number, Tab));

    private void Download(string format) => Navigation.NavigateTo(DatasetDownload.Address(Id, _version!.Number, format), forceLoad: true);

    private Task<bool> CancelAsync() => TryAsync(async () =>
    {
        await Jobs.CancelAsync(_actor!, _job!.Id, CancellationToken.None);
        await LoadAsync();
    });

    private Task ShareAsync() => ShareDialog.ShowAsync(DialogService, ShareQuestion.Of(
        Sharing, Id, "dataset", _dataset!.Name, _dataset.Visibility, _dataset.MyRole, Navigation.ToAbsoluteUri(HubRoutes.Dataset(Id)).ToString(),
        "every row of every version, its profile and its history"));

    private async Task EditAsync()
    {
        if (await EditDatasetDialog.AskAsync(DialogService, _dataset!))
        {
            await LoadAsync();
        }
    }

    private async Task DeleteAsync()
    {
        if (await DatasetDeletion.ConfirmAsync(DialogService, _dataset!) && await TryAsync(() => Datasets.DeleteAsync(_actor!, Id, CancellationToken.None)))
        {
            DatasetDeletion.OfferUndo(Toasts, Trash, Navigation, _actor!, _dataset!);
            Navigation.NavigateTo(_crumbs[1].Href!);
        }
    }
}
