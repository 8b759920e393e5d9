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
    /// <summary>Loads the model, answers <c>{"ready":true,"signature":…}</c>, then requests until the input ends.</summary>
    /// <exception cref="HubException">The model cannot be loaded.</exception>
    public static async Task RunAsync(string modelPath, Stream input, Stream output, CancellationToken cancellationToken)
    {
        using var model = SavedModel.Load(modelPath);
        using var reader = new StreamReader(input, leaveOpen: true);
        await AnswerAsync(output, new ScoringReady(true, model.Signature, model.CanExplain), cancellationToken);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                await AnswerAsync(output, Answer(model, line), cancellationToken);
            }
        }
    }

    private static ScoringAnswer Answer(SavedModel model, string line)
    {
        string? id = null;
        try
        {
            var request = HubJson.Read<ScoringRequest>(line);
            id = request.Id;
            if (request.Rows is null || request.Rows.Any(r => r is null))
            {
                throw new JsonException("'rows' must be a list of objects.");
            }

            var predictions = model.Predict(request.Rows, request.Contributions);
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

    private static async Task AnswerAsync<T>(Stream output, T answer, CancellationToken cancellationToken)
    {
        await JsonSerializer.SerializeAsync(output, answer, HubJson.Options, cancellationToken);
        output.WriteByte((byte)'\n');
        await output.FlushAsync(cancellationToken);
    }
}

/// <summary>The first line of a scoring process.</summary>
public sealed record ScoringReady(bool Ready, ModelSignature Signature, bool CanExplain);

/// <param name="Id">Given back with the answer.</param>
/// <param name="Contributions">Also say what each column contributed.</param>
public sealed record ScoringRequest(string Id, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows, bool Contributions = false);

/// <param name="Id">Of the request; <c>null</c> when it could not be read.</param>
public sealed record ScoringAnswer(string? Id)
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
