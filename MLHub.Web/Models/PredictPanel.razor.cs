using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Models;
using MLHub.Core.Training;

namespace MLHub.Web.Models;

public sealed partial class PredictPanel : ComponentBase
{
    private PredictForm _form = null!;
    private ModelVersionView? _known;
    private PredictionRow? _answer;
    private int _answeredBy;
    private string? _refusal;
    private bool _isAsking;
    private bool _wasTried;
    private IReadOnlyDictionary<string, string[]> _refused = new Dictionary<string, string[]>();

    [Parameter, EditorRequired]
    public ModelVersionView Version { get; set; } = null!;

    [Parameter]
    public IReadOnlyList<ModelVersionView> Versions { get; set; } = [];

    [Parameter]
    public EventCallback<int> OnVersion { get; set; }

    /// <summary>Asks a version; refusals come as <see cref="HubException"/> and are shown at the fields that they blame.</summary>
    [Parameter, EditorRequired]
    public Func<int, IReadOnlyDictionary<string, JsonElement>, Task<Predictions>> Ask { get; set; } = null!;

    protected override void OnParametersSet()
    {
        if (_known?.ModelId == Version.ModelId && _known.Number == Version.Number)
        {
            return;
        }

        var before = _known is null ? null : _form;
        _form = new PredictForm(Version.Signature);
        foreach (var input in Version.Signature.Inputs)
        {
            // Versions mostly share their columns: what was typed stays for comparing their answers.
            _form.Type(input.Name, before?.Text(input.Name) ?? "");
        }

        _known = Version;
        (_answer, _refusal, _wasTried, _refused) = (null, null, false, new Dictionary<string, string[]>());
    }

    private IEnumerable<(string Label, double Probability)> Probabilities =>
        _answer?.Probabilities is { } all ? all.OrderByDescending(p => p.Value).Take(20).Select(p => (p.Key, p.Value))
        : _answer?.Score is { } score && Version.Signature.Output.Task != TrainingTask.Regression ? [("score", score)]
        : [];

    private string? ProblemOf(ModelInput input) =>
        _refused.GetValueOrDefault($"rows[0].{input.Name}")?[0]
        // An empty field is no mistake before somebody tried to send it.
        ?? (_wasTried || _form.Text(input.Name).Length > 0 ? _form.Problem(input) : null);

    private void Type(string column, string text)
    {
        _form.Type(column, text);
        _refused = new Dictionary<string, string[]>();
        _refusal = null;
    }

    private void Fill()
    {
        _form.FillWithExample();
        _refused = new Dictionary<string, string[]>();
        _refusal = null;
    }

    private void Clear()
    {
        _form.Clear();
        (_answer, _refusal, _wasTried, _refused) = (null, null, false, new Dictionary<string, string[]>());
    }

    private async Task PredictAsync()
    {
        _wasTried = true;
        if (_isAsking || !_form.IsReady)
        {
            return;
        }

        _isAsking = true;
        _refusal = null;
        _refused = new Dictionary<string, string[]>();
        try
        {
            var answer = await Ask(Version.Number, _form.Row);
            (_answer, _answeredBy) = (answer.Rows[0], answer.Version);
        }
        catch (HubException refused)
        {
            _answer = null;
            _refusal = refused.Message;
            _refused = refused.Errors ?? _refused;
        }
        finally
        {
            _isAsking = false;
        }
    }

    private string Words(JsonElement prediction) => prediction.ValueKind switch
    {
        JsonValueKind.String => prediction.GetString()!,
        JsonValueKind.Number when Version.Signature.Output.Task == TrainingTask.Regression => prediction.GetDouble().ToString("#,0.####", CultureInfo.InvariantCulture),
        _ => prediction.GetRawText(),
    };

    private static string Width(double share) => (100 * Math.Clamp(share, 0, 1)).ToString("0.##", CultureInfo.InvariantCulture);
}
