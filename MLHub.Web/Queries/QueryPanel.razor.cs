using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Queries;
using MLHub.Web.Components;
using MudBlazor;

namespace MLHub.Web.Queries;

/// <summary>SQL about the version that is shown. The text stands in the address when it is short enough; such a link runs it again.</summary>
public sealed partial class QueryPanel : HubPage
{
    private const int RowsShown = 10_000;
    private const int LongestInAddress = 1500;
    private const int LongestDownload = 6000;
    private const int PastKept = 15;
    private const string HistoryKey = "mlhub.sql";
    private static readonly Dictionary<string, object?> Downloads = new() { ["download"] = "" };

    private string _text = "";
    private string? _ran;
    private string? _linked;
    private string? _problem;
    private bool _isRunning;
    private bool _isTooHeavy;
    private QueryRows? _answer;
    private List<string> _history = [];
    private CancellationTokenSource? _stop;
    private Guid _shown;
    private bool _isHistoryRead;

    [Inject]
    public required QueryService Queries { get; set; }

    [Inject]
    public required IOptions<QueryOptions> Options { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required IDialogService Dialog { get; set; }

    [Inject]
    public required IJSRuntime Js { get; set; }

    [Parameter, EditorRequired]
    public required DatasetVersionView Version { get; set; }

    /// <summary>All of the dataset; those that are ready can be queried.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<DatasetVersionView> Versions { get; set; }

    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>From the address; <c>null</c> when the panel is closed.</summary>
    [Parameter]
    public string? Sql { get; set; }

    private bool IsOpen => Sql is not null;

    private IEnumerable<QueryTable> Tables =>
    [
        new(SandboxQuery.MainTable, $"this version, {Format.Count(Version.RowCount)} rows", Version.Columns),
        .. Versions.Where(v => v.State == DatasetVersionState.Ready && v.Number != Version.Number).Take(20).Select(v => new QueryTable($"v{v.Number}", $"version {v.Number}, {Format.Count(v.RowCount)} rows", v.Columns)),
    ];

    private string Foot => _answer is null ? ""
        : $"{(_answer.HasMore ? "the first " : "")}{Format.Count(_answer.Rows.Count)} {(_answer.Rows.Count == 1 ? "row" : "rows")}{(_answer.HasMore ? " of more" : "")} · {_answer.Milliseconds.ToString("N0", CultureInfo.InvariantCulture)} ms";

    private string? Link => _ran is { Length: <= LongestInAddress } sql ? Navigation.GetUriWithQueryParameter("sql", sql) : null;

    private string? DownloadAddress => _ran is { Length: <= LongestDownload } sql ? QueryApi.Download(Version.DatasetId, Version.Number, sql) : null;

    protected override async Task OnParametersSetAsync()
    {
        if (_shown != Version.Id)
        {
            // An answer is about the version that was asked.
            (_shown, _answer, _problem, _ran, _linked, _isTooHeavy) = (Version.Id, null, null, null, null, false);
            if (_text.Length == 0)
            {
                _text = Sql is { Length: > 0 } given ? given : $"SELECT *\nFROM {SandboxQuery.MainTable}\nLIMIT 100";
            }
        }

        // A link is asked once: what was typed since, and refused, stays.
        if (Sql is { Length: > 0 } linked && linked != _linked && !_isRunning && RendererInfo.IsInteractive)
        {
            (_text, _linked) = (linked, linked);
            await RunAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (IsOpen && !_isHistoryRead)
        {
            _isHistoryRead = true;
            _history = Past(await Js.InvokeAsync<string?>("localStorage.getItem", HistoryKey));
            if (_history.Count > 0)
            {
                StateHasChanged();
            }
        }
    }

    protected override Task RefreshAsync() => Task.CompletedTask;

    public override void Dispose()
    {
        _stop?.Cancel();
        base.Dispose();
    }

    private static List<string> Past(string? kept)
    {
        try
        {
            return kept is null ? [] : [.. (JsonSerializer.Deserialize<List<string>>(kept) ?? []).Where(p => p is { Length: > 0 and <= LongestDownload }).Take(PastKept)];
        }
        catch (JsonException)
        {
            // Another program's, or cut off.
            return [];
        }
    }

    private void Open() => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("sql", ""), replace: true);

    private void Close() => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("sql", (string?)null), replace: true);

    private Task KeyAsync(KeyboardEventArgs key) => key is { Key: "Enter" } && (key.CtrlKey || key.MetaKey) ? RunAsync() : Task.CompletedTask;

    private void Stop() => _stop?.Cancel();

    private void Recall(string past) => _text = past;

    private void Insert(string column) => _text = $"{_text.TrimEnd()} {SqlWords.Name(column)}";

    private async Task RunAsync()
    {
        if (_isRunning)
        {
            return;
        }

        var text = _text;
        (_isRunning, _problem, _isTooHeavy) = (true, null, false);
        _ran = text;
        _stop = new();
        StateHasChanged();
        try
        {
            _answer = await Queries.RunAsync(await ActorAsync(), Version.DatasetId, Version.Number, text, RowsShown, _stop.Token);
            await RememberAsync(text);
            _linked = text;
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("sql", text.Length <= LongestInAddress ? text : ""), replace: true);
        }
        catch (HubException refused)
        {
            (_problem, _answer) = (refused.Message, null);
            _isTooHeavy = refused.Code is "QUERY_TIMEOUT" or "QUERY_CPU" or "QUERY_MEMORY";
        }
        catch (OperationCanceledException)
        {
            _problem = "Stopped.";
        }
        finally
        {
            _isRunning = false;
            _stop.Dispose();
            _stop = null;
        }
    }

    private async Task RememberAsync(string text)
    {
        if (text.Length > LongestDownload)
        {
            return;
        }

        _history.Remove(text);
        _history.Insert(0, text);
        _history = [.. _history.Take(PastKept)];
        await Js.InvokeVoidAsync("localStorage.setItem", HistoryKey, JsonSerializer.Serialize(_history));
    }

    private Task<IReadOnlyList<GridRow>> RowsAsync(long offset, int count, CancellationToken cancellationToken)
    {
        var answer = _answer!;
        IReadOnlyList<GridRow> rows =
        [
            .. answer.Rows.Skip((int)offset).Take(count).Select((row, i) => new GridRow(offset + i + 1, [.. row.Select((cell, c) => cell is null ? null : Shown(cell, answer.Columns[c].Type))])),
        ];
        return Task.FromResult(rows);
    }

    private static string Shown(object cell, ColumnType type) => cell as string ?? QueryCsv.Show(cell, type).Replace('T', ' ').TrimEnd('Z');

    private async Task SaveVersionAsync()
    {
        var sql = _ran!;
        QuerySaved? saved = null;
        if (await NameDialog.AskAsync(
            Dialog,
            new("Save the result as a version", "Save") { Name = $"A query on version {Version.Number}" },
            async given => saved = await Queries.SaveAsync(await ActorAsync(), Version.DatasetId, Version.Number, sql, null, given.Name, CancellationToken.None)))
        {
            Navigation.NavigateTo($"/datasets/{Version.DatasetId:N}?v={saved!.VersionNumber}");
        }
    }

    private async Task SaveDatasetAsync()
    {
        var sql = _ran!;
        QuerySaved? saved = null;
        if (await NameDialog.AskAsync(
            Dialog,
            new("Save the result as a dataset", "Save"),
            async given => saved = await Queries.SaveAsync(await ActorAsync(), Version.DatasetId, Version.Number, sql, given.Name, null, CancellationToken.None)))
        {
            Navigation.NavigateTo($"/datasets/{saved!.DatasetId:N}");
        }
    }

    private sealed record QueryTable(string Name, string About, IReadOnlyList<DatasetColumn> Columns);
}
