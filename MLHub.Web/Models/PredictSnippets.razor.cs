using Microsoft.AspNetCore.Components;
using MLHub.Core.Models;

namespace MLHub.Web.Models;

/// <summary>The question of the form as a call from a program.</summary>
public sealed partial class PredictSnippets : ComponentBase
{
    private static readonly string[] Languages = ["curl", "Python", "C#"];

    private string _language = Languages[0];

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Parameter, EditorRequired]
    public Guid ModelId { get; set; }

    [Parameter, EditorRequired]
    public ModelVersionView Version { get; set; } = null!;

    private string Code => _language switch
    {
        "Python" => ModelSnippets.Python(Navigation.BaseUri, ModelId, Version),
        "C#" => ModelSnippets.CSharp(Navigation.BaseUri, ModelId, Version),
        _ => ModelSnippets.Curl(Navigation.BaseUri, ModelId, Version),
    };
}
