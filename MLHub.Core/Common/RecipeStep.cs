using System.Text.Json;

namespace MLHub.Core.Common;

/// <summary>One step of a recipe as it is stored and sent: which one, told what. Versions, templates and models keep these.</summary>
/// <param name="Step">Name in the catalog of steps: <c>fill_missing</c>.</param>
/// <param name="Parameters">By name; what is absent has its default.</param>
/// <param name="Enabled">A step that is switched off stays in the recipe and does nothing.</param>
public sealed record RecipeStep(string Step, IReadOnlyDictionary<string, JsonElement>? Parameters = null, bool Enabled = true);
