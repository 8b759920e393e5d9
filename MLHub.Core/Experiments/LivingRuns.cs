using MLHub.Core.Data;

namespace MLHub.Core.Experiments;

/// <summary>Runs that may be changed. What lies in the trash, alone or with its experiment, stays as it was thrown away.</summary>
internal static class LivingRuns
{
    public static IQueryable<Run> Of(HubDbContext db) =>
        db.Set<Run>().Where(r => r.DeletedAt == null && db.Set<Experiment>().Any(e => e.Id == r.ExperimentId && e.DeletedAt == null));
}
