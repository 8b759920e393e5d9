using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets;
using MLHub.Web.Shell;

namespace MLHub.Web.Datasets;

/// <summary>From what a version came and what was made of it.</summary>
public sealed partial class VersionLineage : ComponentBase
{
    private const int Most = 20;

    [Parameter, EditorRequired]
    public required Guid DatasetId { get; set; }

    [Parameter, EditorRequired]
    public required DatasetVersionView Version { get; set; }

    [Parameter]
    public IReadOnlyList<DatasetVersionView> Versions { get; set; } = [];

    /// <summary>Of this version.</summary>
    [Parameter]
    public IReadOnlyList<VersionUse> Uses { get; set; } = [];

    private IReadOnlyList<VersionUse> Runs => [.. Uses.Where(u => u.Kind == VersionUseKind.Run)];

    private IReadOnlyList<VersionUse> Models => [.. Uses.Where(u => u.Kind == VersionUseKind.Model)];

    private IReadOnlyList<VersionUse> Predictions => [.. Uses.Where(u => u.Kind == VersionUseKind.Predictions)];

    private IReadOnlyList<VersionUse> PredictedBy => [.. Uses.Where(u => u.Kind == VersionUseKind.PredictedBy)];

    private IReadOnlyList<VersionUse> OtherSources => [.. Uses.Where(u => u.Kind == VersionUseKind.Source)];

    private IReadOnlyList<VersionUse> OtherMade => [.. Uses.Where(u => u.Kind == VersionUseKind.Dataset)];

    /// <summary>Made of its rows; an upload only came after it.</summary>
    private IReadOnlyList<DatasetVersionView> Made => [.. Versions.Where(v => v.Parent == Version.Number && v.Cause != DatasetVersionCause.Upload)];

    private IReadOnlyList<(string Text, string? Href)> Sources
    {
        get
        {
            List<(string, string?)> sources = [];
            if (Version.Cause != DatasetVersionCause.Upload && Version.Parent is { } parent)
            {
                sources.Add(($"v{parent}", Versions.Any(v => v.Number == parent) ? VersionHref(parent) : null));
            }

            if (Version.OriginalName is { } file)
            {
                sources.Add(($"the file {file}", null));
            }

            return sources;
        }
    }

    private string Summary
    {
        get
        {
            List<string> parts = [];
            if (Runs.Count > 0)
            {
                parts.Add($"used by {DatasetWords.Count(Runs.Count, "run", "runs")}");
            }

            parts.AddRange(Models.SelectMany(m => m.Aliases.Select(alias => $"{alias} of {m.Name[..m.Name.LastIndexOf(' ')]}")).Distinct().Take(3));
            if (Made.Count > 0)
            {
                parts.Add($"became {string.Join(", ", Made.Select(v => $"v{v.Number}"))}");
            }

            if (OtherMade.Count > 0)
            {
                parts.Add($"became {(OtherMade.Count == 1 ? OtherName(OtherMade[0]) : DatasetWords.Count(OtherMade.Count, "dataset", "datasets"))}");
            }

            return parts.Count > 0 ? string.Join(" · ", parts) : OtherSources.Count > 0 ? $"from {string.Join(", ", OtherSources.Take(3).Select(OtherName))}" : "Where it came from";
        }
    }

    /// <summary>A version of the same dataset needs no name.</summary>
    private string OtherName(VersionUse use) => use.Id == DatasetId ? $"v{use.Version}" : $"{use.Name} v{use.Version}";

    private static string OtherHref(VersionUse use) => $"{HubRoutes.Dataset(use.Id)}?v={use.Version}";

    private string VersionHref(int number) => $"/datasets/{DatasetId:N}?v={number}";
}
