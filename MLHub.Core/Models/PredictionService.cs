using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Storage;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Models;

/// <summary>Answers rows with a model, by alias or by version number.</summary>
public sealed class PredictionService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, IPredictor predictor, BlobSeal seal, ModelUsage usage, TimeProvider time)
{
    public const int MaxRows = 10_000;
    private const int MaxIgnored = 100;

    /// <param name="which">An alias, or a version number in digits; <c>null</c> takes the champion.</param>
    /// <param name="rows">Raw columns by name.</param>
    public async Task<Predictions> PredictAsync(Actor actor, Guid modelId, string? which, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>>? rows, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var model = await db.Set<RegisteredModel>().AsNoTracking().SingleOrDefaultAsync(m => m.Id == modelId && m.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("model");
        await access.RequireAsync(actor, model.AsThing(), WorkspaceRole.Reader, cancellationToken);
        var began = time.GetTimestamp();
        var failed = true;
        try
        {
            var answers = await AnswerAsync(db, model, which, rows, cancellationToken);
            failed = false;
            return answers;
        }
        finally
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                await usage.CountAsync(modelId, time.GetElapsedTime(began), failed, cancellationToken);
            }
        }
    }

    private async Task<Predictions> AnswerAsync(HubDbContext db, RegisteredModel model, string? which, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>>? rows, CancellationToken cancellationToken)
    {
        if (rows is not { Count: > 0 and <= MaxRows } || rows.Any(r => r is null))
        {
            throw HubException.Field("rows", $"Send 1 to {MaxRows} rows at a time.", "ROW_COUNT");
        }

        var version = await FindAsync(db, model, which, cancellationToken);
        RequireGenuine(seal, version);
        try
        {
            var answers = await predictor.PredictAsync(version.ArtefactHash, rows, cancellationToken);
            return new([.. answers.Select(version.Signature.Output.Decide)], version.Number, Ignored(version.Signature, rows));
        }
        catch (FileNotFoundException)
        {
            throw new HubException(Refusal.Unavailable, "The file of this model is missing from the store. Restore it from a backup.", "BLOB_MISSING");
        }
    }

    /// <exception cref="HubException"><c>MODEL_SIGNATURE_INVALID</c>: nothing that this server did not make is ever loaded.</exception>
    internal static void RequireGenuine(BlobSeal seal, ModelVersion version)
    {
        if (!seal.IsGenuine(version.ArtefactHash, version.ArtefactSeal))
        {
            throw new HubException(Refusal.Impossible, "This model was not made by this server, or its record was changed; it is not loaded. Train it again.", "MODEL_SIGNATURE_INVALID");
        }
    }

    private static IReadOnlyList<string> Ignored(ModelSignature signature, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows)
    {
        var known = signature.Inputs.Select(i => i.Name).Append(signature.Output.Name).ToHashSet();
        return [.. rows.SelectMany(r => r.Keys).Where(k => !known.Contains(k)).Distinct().Order(StringComparer.Ordinal).Take(MaxIgnored)];
    }

    internal static async Task<ModelVersion> FindAsync(HubDbContext db, RegisteredModel model, string? which, CancellationToken cancellationToken)
    {
        if (!int.TryParse(which, out var number))
        {
            var alias = which ?? ModelAlias.Champion;
            number = await db.Set<ModelAlias>().Where(a => a.ModelId == model.Id && a.Alias == alias).Select(a => (int?)a.Version).SingleOrDefaultAsync(cancellationToken)
                ?? throw HubException.Field("alias", $"No version of the model carries the alias '{alias}'.", "NO_SUCH_ALIAS");
        }

        return await db.Set<ModelVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.ModelId == model.Id && v.Number == number, cancellationToken)
            ?? throw HubException.Field("version", $"The model has no version {number}.", "NO_SUCH_VERSION");
    }
}

/// <param name="Version">The version that answered.</param>
/// <param name="IgnoredColumns">Columns of the rows that the model does not know.</param>
public sealed record Predictions(IReadOnlyList<PredictionRow> Rows, int Version, IReadOnlyList<string> IgnoredColumns);
