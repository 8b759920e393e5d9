using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Jobs;
using MLHub.Core.Training.Search;

namespace MLHub.Core.Experiments;

/// <summary>Makes runs presentable.</summary>
internal static class RunViews
{
    /// <summary>What is left of a search's progress is the training of its winner.</summary>
    private const double SearchShare = 0.9;

    /// <summary>Completes runs with what stands in other tables, with one query per table.</summary>
    /// <param name="columns"><c>null</c> reads all metrics, parameters and tags.</param>
    public static async Task<List<RunView>> OfAsync(HubDbContext db, List<Run> runs, RunColumns? columns, CancellationToken cancellationToken)
    {
        var metricKeys = columns?.Metrics;
        var parameterKeys = columns?.Parameters;
        var ids = runs.ConvertAll(r => r.Id);
        var jobIds = runs.Select(r => r.JobId).OfType<Guid>().ToList();
        var experimentIds = runs.Select(r => r.ExperimentId).Distinct().ToList();
        var datasetIds = runs.Select(r => r.DatasetId).OfType<Guid>().Distinct().ToList();
        var userIds = runs.Select(r => r.CreatedBy).Distinct().ToList();
        var metrics = (await db.Set<RunMetric>().AsNoTracking().Where(m => ids.Contains(m.RunId) && (metricKeys == null || metricKeys.Contains(m.Key))).ToListAsync(cancellationToken)).ToLookup(m => m.RunId);
        var parameters = (await db.Set<RunParameter>().AsNoTracking().Where(p => ids.Contains(p.RunId) && (parameterKeys == null || parameterKeys.Contains(p.Key))).ToListAsync(cancellationToken)).ToLookup(p => p.RunId);
        var tags = (await db.Set<RunTag>().AsNoTracking().Where(t => ids.Contains(t.RunId)).ToListAsync(cancellationToken)).ToLookup(t => t.RunId);
        var jobs = await db.Set<Job>().AsNoTracking().Where(j => jobIds.Contains(j.Id)).ToDictionaryAsync(j => j.Id, cancellationToken);
        var searches = await db.Set<ParameterSearch>().AsNoTracking().Where(s => ids.Contains(s.RunId)).ToDictionaryAsync(s => s.RunId, cancellationToken);
        var experiments = await db.Set<Experiment>().Where(e => experimentIds.Contains(e.Id)).ToDictionaryAsync(e => e.Id, e => e.Name, cancellationToken);
        var datasets = await db.Set<Dataset>().Where(d => datasetIds.Contains(d.Id) && d.DeletedAt == null).ToDictionaryAsync(d => d.Id, d => d.Name, cancellationToken);
        var users = await db.Set<HubUser>().Where(u => userIds.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, cancellationToken);
        return runs.ConvertAll(run =>
        {
            var job = run.JobId is { } id ? jobs.GetValueOrDefault(id) : null;
            var search = searches.TryGetValue(run.Id, out var found) ? SearchSummary.Of(found) : null;
            var isSearching = search is { IsOver: false } && !run.IsOver;
            return new RunView
            {
                Id = run.Id,
                WorkspaceId = run.WorkspaceId,
                ExperimentId = run.ExperimentId,
                ExperimentName = experiments.GetValueOrDefault(run.ExperimentId) ?? "",
                ParentRunId = run.ParentRunId,
                Name = run.Name,
                Source = run.Source,
                State = run.State,
                Configuration = run.Configuration,
                Algorithm = run.Algorithm,
                Task = run.Task,
                Parameters = parameters[run.Id].OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary(p => p.Key, p => HubJson.Read<JsonElement>(p.Value)),
                Dataset = run.Data is { } data ? RunDataset.Of(data, datasets.GetValueOrDefault(data.DatasetId)) : null,
                JobId = run.JobId,
                Progress = run.State == RunState.Finished ? 1
                    : isSearching ? SearchShare * search!.Share
                    : search is null || run.IsOver ? job?.Progress ?? 0
                    : SearchShare + ((1 - SearchShare) * (job?.Progress ?? 0)),
                Stage = isSearching ? "searching" : job?.Stage,
                Message = isSearching ? $"trial {search!.Trials + 1}{(search.Kind == SearchKind.Auto ? "" : $" / {search.MaxTrials}")}" : job?.Message,
                IsStopping = isSearching ? search!.FinishRequested : !run.IsOver && job is { CancelRequested: true } or { FinishRequested: true, State: JobState.Running },
                Search = search,
                Metrics = metrics[run.Id].ToDictionary(m => m.Key, m => new RunMetricView(m.Last, m.Min, m.Max, m.Step)),
                Tags = tags[run.Id].OrderBy(t => t.Key, StringComparer.Ordinal).ToDictionary(t => t.Key, t => t.Value),
                Note = run.Note,
                Result = run.Result,
                Error = run.Error,
                ErrorCode = run.ErrorCode,
                CreatedBy = run.CreatedBy,
                CreatedByName = users.GetValueOrDefault(run.CreatedBy),
                CreatedAt = run.CreatedAt,
                StartedAt = run.StartedAt,
                EndedAt = run.EndedAt,
                SeenAt = run.SeenAt,
                ArchivedAt = run.ArchivedAt,
            };
        });
    }
}

/// <summary>Which metrics and parameters a list shows: of runs with five hundred metrics it reads the four that it needs.</summary>
public sealed record RunColumns(IReadOnlyList<string> Metrics, IReadOnlyList<string> Parameters);
