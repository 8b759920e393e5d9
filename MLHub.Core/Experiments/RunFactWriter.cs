using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Experiments;

/// <summary>Writes the tags and parameters of a run into their rows. The caller saves.</summary>
internal static class RunFactWriter
{
    /// <summary>Adds tags or changes their values; the others stay.</summary>
    public static async Task SetTagsAsync(HubDbContext db, Guid runId, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var known = await db.Set<RunTag>().Where(t => t.RunId == runId).ToDictionaryAsync(t => t.Key, cancellationToken);
        if (known.Keys.Union(tags.Keys).Count() > RunTag.MaxTags)
        {
            throw HubException.Field("tags", $"A run has at most {RunTag.MaxTags} tags.");
        }

        foreach (var (key, value) in tags)
        {
            if (known.TryGetValue(key, out var tag))
            {
                tag.Set(value ?? "");
            }
            else
            {
                db.Add(RunTag.Create(runId, key, value));
            }
        }
    }

    /// <summary>Puts exactly these tags on the run. Saves in between: call it in a transaction, or a refusal leaves the run without its tags.</summary>
    public static async Task ReplaceTagsAsync(HubDbContext db, Guid runId, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var gone = await db.Set<RunTag>().Where(t => t.RunId == runId && !tags.Keys.Contains(t.Key)).ToListAsync(cancellationToken);
        db.RemoveRange(gone);
        await db.SaveChangesAsync(cancellationToken);
        await SetTagsAsync(db, runId, tags, cancellationToken);
    }

    /// <summary>Adds parameters. One that is there stays as it is: the same value again is harmless, another one is refused.</summary>
    public static async Task AddParametersAsync(HubDbContext db, Guid runId, IReadOnlyDictionary<string, JsonElement> parameters, CancellationToken cancellationToken)
    {
        var known = await db.Set<RunParameter>().AsNoTracking().Where(p => p.RunId == runId).ToDictionaryAsync(p => p.Key, p => p.Value, cancellationToken);
        if (known.Keys.Union(parameters.Keys).Count() > RunParameter.MaxParameters)
        {
            throw HubException.Field("parameters", $"A run has at most {RunParameter.MaxParameters} parameters. Log larger settings as an artifact.");
        }

        foreach (var (key, value) in parameters)
        {
            var parameter = RunParameter.Create(runId, key, value);
            if (!known.TryGetValue(key, out var before))
            {
                db.Add(parameter);
            }
            else if (before != parameter.Value)
            {
                throw new HubException(Refusal.Conflict, $"The parameter '{key}' is {Short(before)} already; a run's parameters do not change. Start another run for {Short(parameter.Value)}.", "PARAMETER_SET");
            }
        }
    }

    /// <summary>Puts exactly these parameters on the run: what MLHub used, defaults included, once it knows.</summary>
    public static async Task ReplaceParametersAsync(HubDbContext db, Guid runId, IReadOnlyDictionary<string, JsonElement> parameters, CancellationToken cancellationToken)
    {
        await db.Set<RunParameter>().Where(p => p.RunId == runId).ExecuteDeleteAsync(cancellationToken);
        db.AddRange(parameters.Select(p => RunParameter.Create(runId, p.Key, p.Value)));
    }

    private static string Short(string json) => json.Length > 40 ? $"{json[..40]}…" : json;
}
