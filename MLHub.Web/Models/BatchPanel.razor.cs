using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Models;

namespace MLHub.Web.Models;

public sealed partial class BatchPanel : ComponentBase
{
    private Guid? _datasetId;
    private int _number;
    private IReadOnlyList<DatasetVersionView> _rows = [];
    private string? _refusal;
    private bool _isStarting;

    [Parameter, EditorRequired]
    public ModelVersionView Version { get; set; } = null!;

    [Parameter]
    public IReadOnlyList<ModelVersionView> Versions { get; set; } = [];

    /// <summary>Those that can be asked about.</summary>
    [Parameter]
    public IReadOnlyList<DatasetView> Datasets { get; set; } = [];

    /// <summary>Newest first.</summary>
    [Parameter]
    public IReadOnlyList<BatchView> Batches { get; set; } = [];

    [Parameter]
    public EventCallback<int> OnVersion { get; set; }

    /// <summary>The versions of a dataset that are ready.</summary>
    [Parameter, EditorRequired]
    public Func<Guid, Task<IReadOnlyList<DatasetVersionView>>> Rows { get; set; } = null!;

    [Parameter, EditorRequired]
    public Func<BatchRequest, Task> Start { get; set; } = null!;

    private DatasetVersionView? Chosen => _rows.FirstOrDefault(r => r.Number == _number);

    private IReadOnlyDictionary<string, string[]> Problems =>
        Chosen is { } rows ? BatchColumns.Find(Version.Signature, [.. rows.Columns.Select(c => c.Schema)]) : new Dictionary<string, string[]>();

    private bool IsReady => !_isStarting && Chosen is not null && Problems.Count == 0;

    private async Task ChooseAsync(ChangeEventArgs change)
    {
        _refusal = null;
        var chosen = Guid.TryParse(change.Value?.ToString(), out var id) ? id : (Guid?)null;
        _datasetId = chosen;
        (_rows, _number) = ([], 0);
        IReadOnlyList<DatasetVersionView> rows = [];
        string? refusal = null;
        try
        {
            rows = chosen is { } dataset ? await Rows(dataset) : [];
        }
        catch (HubException refused)
        {
            refusal = refused.Message;
        }

        // Unless another dataset was chosen meanwhile: its rows must not be replaced by those of the one before.
        if (_datasetId == chosen)
        {
            (_rows, _refusal) = (rows, refusal);
            _number = rows.Count > 0 ? rows[0].Number : 0;
        }
    }

    private async Task StartAsync()
    {
        if (!IsReady)
        {
            return;
        }

        _isStarting = true;
        _refusal = null;
        try
        {
            await Start(new(_datasetId!.Value, _number, ModelVersion: Version.Number));
        }
        catch (HubException refused)
        {
            _refusal = refused.Message;
        }
        finally
        {
            _isStarting = false;
        }
    }
}
