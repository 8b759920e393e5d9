using System.Globalization;
using System.Text;
using MLHub.Core.Training;

namespace MLHub.Training.Models;

/// <summary>A plain note in the file of a model: what is in it and how it is used.</summary>
internal static class ModelNote
{
    private const string Batch = "{\"datasetId\": \"…\"}";

    public static string Of(ModelParts parts)
    {
        var signature = parts.Signature;
        var note = new StringBuilder();
        note.Append(CultureInfo.InvariantCulture, $"""
            A model saved by MLHub: {parts.Algorithm}, {signature.Output.Task.ToString().ToLowerInvariant()}, predicting '{signature.Output.Name}'.

            What is in this file
              manifest.json   format, algorithm, parameters, and the SHA-256 of every other part
              signature.json  the raw columns that the model takes, and what it answers
              pipeline.json   how raw columns become numbers: fills, scales and levels, learned on the training rows
              recipe.json     steps before that, when the model was trained with some
              model.bin       the learned part, in the format that the manifest names ({parts.Model.Format})
              golden.json     a few training rows with their answers, by which the file is checked whenever it is opened

            How to use it
              The model answers where it is registered:
                POST /api/v1/models/MODEL/predict?version=N   with the body   {Row(signature)}
                POST /api/v1/models/MODEL/batch-predict       with the body   {Batch}
              This file is its backup and its proof. A part whose SHA-256 is not the manifest's was changed.
              It holds rows of the training data in golden.json: give it only to whoever may see those.

            Columns

            """);
        foreach (var input in signature.Inputs)
        {
            note.Append(CultureInfo.InvariantCulture, $"  {input.Name}: {input.Type.ToString().ToLowerInvariant()}{(input.Nullable ? ", may be missing" : "")}\n");
        }

        return note.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private static string Row(ModelSignature signature) =>
        $"{{\"rows\": [{{{string.Join(", ", signature.Inputs.Take(3).Select(i => $"\"{i.Name}\": …"))}{(signature.Inputs.Count > 3 ? ", …" : "")}}}]}}";
}
