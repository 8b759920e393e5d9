using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Recipes;

namespace MLHub.Web.Experiments;

/// <summary>Which recipe goes before the learning: none, one that the workspace keeps, or one of this dataset.</summary>
public sealed partial class RecipeSection : ComponentBase
{
    private const string CopiedKey = "copied";
    private const string DraftKey = "draft";
    private const string MadeKey = "made";

    private string _chosen = "";

    [Parameter, EditorRequired]
    public TrainingForm Form { get; set; } = null!;

    [Parameter]
    public IReadOnlyDictionary<string, string[]> Problems { get; set; } = new Dictionary<string, string[]>();

    [Parameter]
    public EventCallback OnChange { get; set; }

    /// <summary>Kept by the workspace, by name.</summary>
    [Parameter]
    public IReadOnlyList<RecipeTemplateView> Templates { get; set; } = [];

    /// <summary>What the user is writing for this dataset.</summary>
    [Parameter]
    public IReadOnlyList<RecipeStep>? Draft { get; set; }

    /// <summary>The steps that made this version.</summary>
    [Parameter]
    public IReadOnlyList<RecipeStep>? Made { get; set; }

    /// <summary>Those of the run whose settings were taken over.</summary>
    [Parameter]
    public IReadOnlyList<RecipeStep>? Copied { get; set; }

    protected override void OnInitialized() => _chosen = Copied is null ? "" : CopiedKey;

    private Task ChooseAsync(ChangeEventArgs change)
    {
        _chosen = change.Value?.ToString() ?? "";
        Form.Steps = _chosen switch
        {
            "" => null,
            CopiedKey => Copied,
            DraftKey => Draft,
            MadeKey => Made,
            _ => Templates.FirstOrDefault(t => t.Id.ToString("N") == _chosen)?.Steps,
        };
        return OnChange.InvokeAsync();
    }

    private static string Count(IReadOnlyList<RecipeStep> steps) => steps.Count == 1 ? "1 step" : $"{steps.Count} steps";
}
