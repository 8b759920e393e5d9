using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;

namespace MLHub.Core.Experiments.Filters;

/// <summary>The values of a field by which runs are put together.</summary>
internal static class RunGrouping
{
    /// <summary>What a table can be grouped by, besides parameters and tags.</summary>
    public static IReadOnlyList<string> Words { get; } = ["algorithm", "state", "dataset", "user", "source"];

    /// <returns>Runs that lack the field are missing.</returns>
    public static async Task<Dictionary<Guid, string>> ValuesAsync(HubDbContext db, IQueryable<Run> runs, string name, CancellationToken cancellationToken)
    {
        var ids = runs.Select(r => r.Id);
        var field = RunField.Find(name);
        var key = field?.Key;
        var values = field?.Kind switch
        {
            RunFieldKind.Parameter => db.Set<RunParameter>().Where(p => p.Key == key && ids.Contains(p.RunId)).Select(p => new Labelled(p.RunId, p.Text)),
            RunFieldKind.Tag when key is not null => db.Set<RunTag>().Where(t => t.Key == key && ids.Contains(t.RunId)).Select(t => new Labelled(t.RunId, t.Value)),
            RunFieldKind.Algorithm => runs.Where(r => r.Algorithm != null).Select(r => new Labelled(r.Id, r.Algorithm!)),
            RunFieldKind.State => runs.Select(r => new Labelled(r.Id, r.State.ToString())),
            RunFieldKind.Source => runs.Select(r => new Labelled(r.Id, r.Source.ToString())),
            RunFieldKind.Dataset => from run in runs join dataset in db.Set<Dataset>() on run.DatasetId equals dataset.Id where dataset.DeletedAt == null select new Labelled(run.Id, dataset.Name + " v" + run.DatasetVersion),
            RunFieldKind.User => from run in runs join user in db.Set<HubUser>() on run.CreatedBy equals user.Id select new Labelled(run.Id, user.DisplayName),
            _ => throw HubException.Field("groupBy", $"Runs cannot be put together by “{name}”. Take {string.Join(", ", Words)}, a parameter or a tag.", "BAD_GROUP"),
        };
        return (await values.ToListAsync(cancellationToken)).ToDictionary(v => v.RunId, v => v.Value.Length > 80 ? v.Value[..80] + "…" : v.Value);
    }

    private sealed record Labelled(Guid RunId, string Value);
}
