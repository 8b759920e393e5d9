using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Storage;

namespace MLHub.Core.Jobs;

/// <summary>What came out of a job.</summary>
/// <param name="Result">What the handler returned.</param>
/// <param name="Outputs">Name → stored blob.</param>
public sealed record JobOutcome(JsonElement Result, IReadOnlyDictionary<string, BlobRef> Outputs)
{
    // It may come from another machine: what is missing is refused here, before anything is written.
    private static readonly JsonSerializerOptions Strict = new(HubJson.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <exception cref="HubException">BAD_RESULT: something else was returned, or less.</exception>
    public T Read<T>()
        where T : class
    {
        try
        {
            return Result.Deserialize<T>(Strict) ?? throw HubException.Invalid("The job returned nothing.", "BAD_RESULT");
        }
        catch (JsonException bad)
        {
            throw HubException.Invalid($"The job returned another result than was expected, at {bad.Path ?? "$"}: {bad.Message}", "BAD_RESULT");
        }
    }

    /// <summary>An output that must be there.</summary>
    /// <exception cref="HubException">OUTPUT_MISSING.</exception>
    public BlobRef Output(string name) => Find(name) ?? throw HubException.Invalid($"The job ended without its file {name}.", "OUTPUT_MISSING");

    public BlobRef? Find(string name) => Outputs.TryGetValue(name, out var blob) ? blob : null;
}
