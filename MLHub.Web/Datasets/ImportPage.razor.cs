using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Components;
using MLHub.Web.Shell;

namespace MLHub.Web.Datasets;

/// <summary>
/// What an import would make of a file, before it is made: of an upload that was held, or again of the file of a version. The options
/// stand in the address; each change asks for a new preview, and the old one stays in sight until it is there.
/// </summary>
public sealed partial class ImportPage : HubPage
{
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(350);
    private static readonly JsonSerializerOptions Short = new(HubJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, WriteIndented = false };

    private Actor? _actor;
    private ImportPreview? _preview;
    private ImportOptions _options = new();
    private IReadOnlyList<Crumb> _crumbs = [];
    private Guid? _datasetId;
    private string? _shown;
    private string _fileName = "";
    private string? _name;
    private string? _message;
    private string? _failure;
    private long _length;
    private bool _isMissing;
    private bool _isBusy;
    private bool _isImporting;
    private CancellationTokenSource? _waiting;
    private (Guid?, Guid?, int) _loaded;

    [Inject]
    public required DatasetUploadService Uploads { get; set; }

    [Inject]
    public required ImportPreviewService Previews { get; set; }

    [Inject]
    public required DatasetService Datasets { get; set; }

    [Inject]
    public required CurrentWorkspace Current { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Parameter]
    public Guid? UploadId { get; set; }

    [Parameter]
    public Guid? DatasetId { get; set; }

    [Parameter]
    public int Number { get; set; }

    /// <summary>The import options as JSON; absent takes those that came with the file.</summary>
    [SupplyParameterFromQuery(Name = "options")]
    public string? OptionsText { get; set; }

    private bool IsNew => _datasetId is null;

    private bool MayImport => !_isImporting && _preview is { Error: null } && _preview.Questions.All(q => q.Default is not null);

    private string Progress => _isBusy ? "Looking at the file …" : _preview?.Report is { Sampled: true } ? "Figures of the beginning and of some places between" : "";

    private string Outcome => _preview?.Report switch
    {
        null => "The file cannot be opened with these settings.",
        { Sampled: true } report => $"{DatasetWords.Count(_preview.Columns.Count(c => c.Included), "column", "columns")}. {Problems(report)} among the {DatasetWords.Count(report.RowsRead, "row", "rows")} that were looked at.",
        { } report => $"{DatasetWords.Count(report.RowsKept, "row", "rows")} × {DatasetWords.Count(_preview.Columns.Count(c => c.Included), "column", "columns")}. {Problems(report)}.",
    };

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != (UploadId, DatasetId, Number))
        {
            _loaded = (UploadId, DatasetId, Number);
            (_preview, _shown) = (null, null);
            await LoadAsync();
        }
        else if (_shown != (OptionsText ?? ""))
        {
            await LookAsync(Debounce);
        }
    }

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        (_isMissing, _failure) = (false, null);
        try
        {
            _actor = await ActorAsync();
            if (UploadId is { } uploadId)
            {
                await ReadUploadAsync(uploadId);
            }
            else
            {
                await ReadVersionAsync(DatasetId!.Value);
            }

            if (!_isMissing)
            {
                await LookAsync(TimeSpan.Zero);
            }
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

    private async Task ReadUploadAsync(Guid uploadId)
    {
        var upload = await Uploads.GetAsync(_actor!, uploadId, CancellationToken.None);
        if (upload.Result is { } made)
        {
            Navigation.NavigateTo($"/datasets/{made.DatasetId:N}?v={made.VersionNumber}", replace: true);
            return;
        }

        (_fileName, _length, _datasetId) = (upload.FileName, upload.Length, upload.DatasetId);
        _options = upload.Options;
        await CrumbAsync(upload.WorkspaceId, upload.DatasetId);
    }

    private async Task ReadVersionAsync(Guid datasetId)
    {
        var version = await Datasets.VersionAsync(_actor!, datasetId, Number, CancellationToken.None);
        if (version.OriginalName is null)
        {
            _isMissing = true;
            return;
        }

        (_fileName, _length, _datasetId) = (version.OriginalName, version.OriginalBytes, datasetId);
        _options = version.ImportOptions ?? new();
        await CrumbAsync((await Datasets.GetAsync(_actor!, datasetId, CancellationToken.None)).WorkspaceId, datasetId);
    }

    private async Task CrumbAsync(Guid workspaceId, Guid? datasetId)
    {
        List<Crumb> crumbs = [.. await Current.PathToAsync(workspaceId, "datasets", "Datasets")];
        if (datasetId is { } id)
        {
            crumbs.Add(new((await Datasets.GetAsync(_actor!, id, CancellationToken.None)).Name, $"/datasets/{id:N}"));
        }

        _crumbs = [.. crumbs, new("Import", null)];
    }

    /// <summary>Several changes in quick succession are one question.</summary>
    private async Task LookAsync(TimeSpan wait)
    {
        _waiting?.Cancel();
        var mine = _waiting = new();
        _isBusy = true;
        try
        {
            _shown = OptionsText ?? "";
            if (OptionsText is { Length: > 0 } text)
            {
                _options = ImportOptions.Parse(text);
            }

            if (wait > TimeSpan.Zero)
            {
                StateHasChanged();
                await Task.Delay(wait, mine.Token);
            }

            var preview = UploadId is { } uploadId
                ? await Previews.PreviewAsync(_actor!, uploadId, _options, mine.Token)
                : await Previews.PreviewVersionAsync(_actor!, DatasetId!.Value, Number, _options, mine.Token);
            if (ReferenceEquals(_waiting, mine))
            {
                (_preview, _failure) = (preview, null);
            }
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested)
        {
            // Overtaken by a later change.
        }
        catch (HubException refused) when (refused.Refusal != Refusal.NotFound)
        {
            if (ReferenceEquals(_waiting, mine))
            {
                _failure = refused.Message;
            }
        }
        finally
        {
            if (ReferenceEquals(_waiting, mine))
            {
                _isBusy = false;
            }
        }
    }

    private void Change(ImportOptions options) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("options", JsonSerializer.Serialize(options, Short)), replace: true);

    private void Answer((ImportQuestion Question, string Value) answer) => Change(ImportAnswer.Give(_options, answer.Question, answer.Value));

    private async Task ImportAsync()
    {
        _isImporting = true;
        try
        {
            await TryAsync(async () =>
            {
                // What was asked was in sight with its default: whoever imports has taken it.
                var options = _options with { AcceptDefaults = true };
                var made = UploadId is { } uploadId
                    ? await Uploads.ImportAsync(_actor!, uploadId, new(Blank(_name), null, Blank(_message), options), CancellationToken.None)
                    : await Uploads.ReimportAsync(_actor!, DatasetId!.Value, Number, options, Blank(_message), CancellationToken.None);
                Navigation.NavigateTo($"/datasets/{made.DatasetId:N}?v={made.VersionNumber}");
            });
        }
        finally
        {
            _isImporting = false;
        }
    }

    private Task<bool> DiscardAsync() => TryAsync(async () =>
    {
        await Uploads.AbortAsync(_actor!, UploadId!.Value, CancellationToken.None);
        Navigation.NavigateTo(_crumbs.Count > 1 ? _crumbs[^2].Href! : "/");
    });

    public override void Dispose()
    {
        _waiting?.Cancel();
        _waiting?.Dispose();
        base.Dispose();
    }

    private static string Problems(ImportReport report)
    {
        var (cells, columns) = (report.Columns.Sum(c => c.Unparsed), report.Columns.Count(c => c.Unparsed > 0));
        return (cells, report.RowsRejected) switch
        {
            (0, 0) => "Every cell fits",
            (0, var rows) => $"{DatasetWords.Count(rows, "row does", "rows do")} not fit and will be listed as rejected",
            (_, 0) => $"{DatasetWords.Count(cells, "cell", "cells")} in {DatasetWords.Count(columns, "column", "columns")} did not parse and will be missing",
            (_, var rows) => $"{DatasetWords.Count(cells, "cell", "cells")} in {DatasetWords.Count(columns, "column", "columns")} did not parse and will be missing, {DatasetWords.Count(rows, "row", "rows")} will be rejected",
        };
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
