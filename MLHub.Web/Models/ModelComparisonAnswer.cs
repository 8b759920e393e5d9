using MLHub.Core.Common;
using MLHub.Core.Evaluation;
using MLHub.Core.Experiments;
using MLHub.Core.Models;

namespace MLHub.Web.Models;

/// <summary>Versions side by side; every list has one value per version, in their order.</summary>
/// <param name="Metrics">With the distance to the first version.</param>
/// <param name="Differences">Configuration and data where they are not the same.</param>
/// <param name="Importance">Column → permutation importance.</param>
/// <param name="Curves">ROC, precision and recall, and loss, where the versions have them.</param>
public sealed record ModelComparisonAnswer(
    IReadOnlyList<ModelVersionAnswer> Versions, IReadOnlyList<ComparedMetric> Metrics, IReadOnlyList<ComparedFact> Differences,
    IReadOnlyList<ComparedImportance> Importance, IReadOnlyList<VersionCurves> Curves)
{
    public static ModelComparisonAnswer Of(ModelComparisonView compared)
    {
        var reports = compared.Versions.Select(v => compared.Reports.GetValueOrDefault(v.RunId)).ToList();
        var features = reports.OfType<EvaluationReport>().SelectMany(r => r.FeatureImportance.Select(f => f.Feature)).Distinct().ToList();
        return new(
            [.. compared.Versions.Select(ModelVersionAnswer.Of)],
            compared.Runs.Metrics,
            [.. compared.Runs.Facts.Where(f => f.Differs)],
            [.. features.Select(f => new ComparedImportance(f, [.. reports.Select(r => r?.FeatureImportance.FirstOrDefault(i => i.Feature == f)?.Mean)]))],
            [.. compared.Versions.Zip(reports, (v, r) => new VersionCurves(v.Number, r?.Roc, r?.PrecisionRecall, r?.LossCurve ?? []))]);
    }
}

public sealed record ComparedImportance(string Feature, IReadOnlyList<double?> Values);

public sealed record VersionCurves(int Version, IReadOnlyList<RocPoint>? Roc, IReadOnlyList<PrecisionRecallPoint>? PrecisionRecall, IReadOnlyList<LossSeries> LossCurve);

/// <summary>Numbers of versions in an address.</summary>
internal static class VersionNumbers
{
    public static IReadOnlyList<int> Parse(string? text) =>
    [
        .. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(n => int.TryParse(n, out var number) && number > 0 ? number : throw HubException.Invalid("Write numbers of versions, separated by commas: versions=1,2.", "BAD_VERSIONS")),
    ];

    public static string Write(IEnumerable<int> numbers) => string.Join(',', numbers);
}
