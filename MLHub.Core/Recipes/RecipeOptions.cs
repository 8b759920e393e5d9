using System.ComponentModel.DataAnnotations;

namespace MLHub.Core.Recipes;

/// <summary>Section <c>MLHub:Recipes</c>: limits of previews.</summary>
public sealed class RecipeOptions
{
    public const string Section = "MLHub:Recipes";

    /// <summary>Rows of a preview when nobody says how many.</summary>
    [Range(10, 10_000)]
    public int SampleRows { get; set; } = 1000;

    /// <summary>Time that a preview may take.</summary>
    [Range(1, 600)]
    public int PreviewSeconds { get; set; } = 20;

    /// <summary>Previews that are computed at the same time; further ones wait.</summary>
    [Range(1, 64)]
    public int Previews { get; set; } = 2;
}
