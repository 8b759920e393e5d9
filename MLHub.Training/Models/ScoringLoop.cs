using System.Text.Json;
using System.Text.Json.Serialization;
using MLHub.Core.Common;
using MLHub.Core.Training;

namespace MLHub.Training.Models;

/// <summary>
/// A model kept warm in a process of its own: one request per line of JSON, one answer per line. It ends when its input does, so it dies
/// with whoever asked for it.
/// </summary>
public static class ScoringLoop
{
    /// <summary>Answers requests until the input ends. A model that cannot be loaded answers each of them with the reason.</summary>
    public static async Task RunAsync(string modelPath, Stream input, Stream output, CancellationToken cancellationToken)
    {
        var (model, refusal) = Load(modelPath);
        using var loaded = model;
        using var reader = new StreamReader(input, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                continue;
            }

            await JsonSerializer.SerializeAsync(output, Answer(model, refusal, line), HubJson.Options, cancellationToken);
            output.WriteByte((byte)'\n');
            await output.FlushAsync(cancellationToken);
        }
    }

    private static (SavedModel? Model, HubException? Refusal) Load(string path)
    {
        try
        {
            return (SavedModel.Load(path), null);
        }
        catch (HubException refusal)
        {
            return (null, refusal);
        }
    }

    private static ScoringAnswer Answer(SavedModel? model, HubException? refusal, string line)
    {
        long? id = null;
        try
        {
            var request = HubJson.Read<ScoringRequest>(line);
            id = request.Id;
            if (request.Rows is null || request.Rows.Any(r => r is null))
            {
                throw new JsonException("'rows' must be a list of objects.");
            }

            var predictions = (model ?? throw refusal!).Predict(request.Rows, request.Contributions);
            return new(id) { Predictions = predictions.Rows, IgnoredColumns = predictions.IgnoredColumns };
        }
        catch (HubException refused)
        {
            return new(id) { Error = new(refused.Refusal, refused.Code, refused.Message, refused.Errors) };
        }
        catch (JsonException broken)
        {
            return new(id) { Error = new(Refusal.Invalid, "BAD_JSON", broken.Message, null) };
        }
    }
}

/// <param name="Id">Given back with the answer.</param>
/// <param name="Contributions">Also say what each column contributed.</param>
public sealed record ScoringRequest(long Id, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows, bool Contributions = false);

/// <param name="Id">Of the request; <c>null</c> when it could not be read.</param>
public sealed record ScoringAnswer(long? Id)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PredictionRow>? Predictions { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? IgnoredColumns { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ScoringError? Error { get; init; }
}

/// <summary>A <see cref="HubException"/> on its way through a pipe.</summary>
public sealed record ScoringError(Refusal Refusal, string Code, string Message, IReadOnlyDictionary<string, string[]>? Errors);
