using System.Text.Json;
using System.Text.Json.Serialization;
using MLHub.Core.Common;
using MLHub.Core.Experiments;

namespace MLHub.Web.Experiments;

/// <summary>A run as the REST call that makes it again.</summary>
internal static class TrainSnippets
{
    private static readonly JsonSerializerOptions Readable = new(HubJson.Options) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The body for <c>POST /experiments/{id}/train</c>.</summary>
    public static string Body(RunView run)
    {
        var (c, dataset) = run.Training;
        return JsonSerializer.Serialize(
            new TrainRequest(dataset.Id, c.Task, c.Algorithm, null, dataset.Version, c.Target, c.PositiveClass, c.Features, c.Parameters, c.Split, c.MaxSeconds, Steps: c.Steps), Readable);
    }

    public static string Curl(RunView run, string server) =>
        $"""
        curl -X POST {server.TrimEnd('/')}/api/v1/experiments/{run.ExperimentId:N}/train \
          -H "Authorization: Bearer $MLHUB_TOKEN" \
          -H "Content-Type: application/json" \
          -d '{Body(run).Replace("'", "'\\''")}'
        """;
}
