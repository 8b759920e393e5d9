using System.Text.Json;
using MLHub.Core.Storage;
using MLHub.Core.Training;

namespace MLHub.Core.Models;

/// <summary>Scores rows with a saved model, in a process of its own that stays warm: the web process never loads a model.</summary>
public interface IPredictor
{
    /// <param name="artefact">The model; its seal was checked by the caller.</param>
    /// <param name="rows">Raw columns by name, as in the model's signature.</param>
    /// <returns>One prediction for each row, in order.</returns>
    /// <exception cref="Common.HubException">A row does not fit; its <c>Errors</c> are keyed <c>rows[3].age</c>.</exception>
    Task<IReadOnlyList<PredictionRow>> PredictAsync(BlobHash artefact, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows, CancellationToken cancellationToken);
}
