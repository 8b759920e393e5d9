using MLHub.Core.Models;
using MLHub.Web.Components;
using MLHub.Web.Evaluation;

namespace MLHub.Web.Profile;

internal static class ModelWords
{
    /// <summary>The first figure of a model: <c>AUC 0.871</c>.</summary>
    public static string Result(ModelView model)
    {
        var key = MetricWords.Of(model.Task).FirstOrDefault(model.Metrics.ContainsKey);
        return key is null ? Format.Missing : $"{MetricWords.Title(key)} {Format.Metric(model.Metrics[key])}";
    }
}
