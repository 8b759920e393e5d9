using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Home;
using MLHub.Core.Models;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;
using MLHub.Tests.Experiments;
using MLHub.Tests.Support;

namespace MLHub.Tests.Home;

public abstract class HomeTests(DatabaseEngine engine) : IAsyncLifetime
{
    private ExperimentBench _bench = null!;
    private VisitService _visits = null!;
    private BestResultService _best = null!;
    private ActivityService _activities = null!;
    private AttentionService _attentions = null!;
    private RunCalendarService _calendar = null!;

    private TestWorkspace Lab => _bench.Lab;

    private DateTime Now => _bench.Time.GetUtcNow().UtcDateTime;

    public async ValueTask InitializeAsync()
    {
        _bench = await ExperimentBench.CreateAsync(engine);
        var contexts = _bench.Database.Contexts;
        var access = new WorkspaceAccess(contexts);
        _visits = new(contexts, access, _bench.Time);
        _best = new(contexts, access);
        _activities = new(contexts, access);
        _attentions = new(contexts, access, new(contexts, access, NoMail.Outbox(_bench.Time), new News(), _bench.Time), _bench.Time);
        _calendar = new(contexts, access, _bench.Time);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _bench.DisposeAsync();
    }

    [Fact]
    public async Task What_somebody_opened_comes_back_latest_first_without_what_is_gone()
    {
        var run = await _bench.LogAsync("brave owl");
        var gone = await _bench.LogAsync("lost owl");
        var (data, model) = (Dataset.Create(Lab.Id, Lab.Editor.UserId, "orders", null, Now), RegisteredModel.Create(Lab.Id, "churn", null, TrainingTask.Binary, Lab.Editor.UserId, Now));
        await SaveAsync(data, model);
        foreach (var (kind, id) in new[] { (VisitKind.Run, run), (VisitKind.Dataset, data.Id), (VisitKind.Run, gone), (VisitKind.Model, model.Id), (VisitKind.Experiment, _bench.Experiment.Id), (VisitKind.Run, run) })
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
            await _visits.NoteAsync(Lab.Reader, kind, id, Lab.Id, CancellationToken.None);
        }

        await ChangeRunAsync(gone, r => r.Report(RunState.Finished, null, null, Now));
        await ChangeRunAsync(gone, r => r.Delete(Now));

        var last = await _visits.LastAsync(Lab.Reader, Lab.Id, 3, CancellationToken.None);
        Assert.Equal([(VisitKind.Run, "brave owl", "Question"), (VisitKind.Experiment, "Question", null), (VisitKind.Model, "churn", null)], last.Select(v => (v.Kind, v.Name, v.Context)));
        Assert.Equal(["brave owl", "Question", "churn", "orders"], (await _visits.LastAsync(Lab.Reader, Lab.Id, 9, CancellationToken.None)).Select(v => v.Name));
        Assert.Empty(await _visits.LastAsync(Lab.Editor, Lab.Id, 9, CancellationToken.None));
        Assert.True(await _visits.HasOpenedAsync(Lab.Reader, Lab.Id, VisitKind.Dataset, CancellationToken.None));
        Assert.False(await _visits.HasOpenedAsync(Lab.Editor, Lab.Id, VisitKind.Dataset, CancellationToken.None));
    }

    [Fact]
    public async Task Only_the_latest_visits_are_kept_and_a_token_leaves_none()
    {
        var things = Enumerable.Range(0, VisitService.MaxRemembered + 5).Select(i => Dataset.Create(Lab.Id, Lab.Editor.UserId, $"data {i}", null, Now)).ToList();
        await SaveAsync([.. things]);
        foreach (var thing in things)
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
            await _visits.NoteAsync(Lab.Editor, VisitKind.Dataset, thing.Id, Lab.Id, CancellationToken.None);
        }

        await _visits.NoteAsync(Lab.Editor with { Kind = ActorKind.Token }, VisitKind.Dataset, things[0].Id, Lab.Id, CancellationToken.None);
        await _visits.NoteAsync(Lab.Stranger, VisitKind.Dataset, things[0].Id, Lab.Id, CancellationToken.None);

        var kept = await _visits.LastAsync(Lab.Editor, Lab.Id, 1000, CancellationToken.None);
        Assert.Equal(VisitService.MaxRemembered, kept.Count);
        Assert.Equal("data 54", kept[0].Name);
        Assert.Equal("data 5", kept[^1].Name);
        await using var db = await _bench.Database.Contexts.CreateDbContextAsync();
        Assert.Equal(VisitService.MaxRemembered, db.Set<Visit>().Count());
    }

    [Fact]
    public async Task The_best_run_of_an_experiment_is_found_in_the_direction_of_its_metric()
    {
        foreach (var (name, loss) in new[] { ("first", 0.5), ("better", 0.25), ("broken", double.NegativeInfinity), ("worse", 0.75), ("best", 0.125), ("late", 0.25) })
        {
            await FinishAsync(await _bench.LogAsync(name, null, null, null, ("loss", loss), ("auc", 1 - loss)));
        }

        await _bench.LogAsync("still going", null, null, null, ("loss", 0.01));

        var result = Assert.Single(await _best.ListAsync(Lab.Reader, Lab.Id, 5, _ => "loss", CancellationToken.None));
        Assert.Equal(("Question", "best", "loss", 0.125, 0.25, 6), (result.ExperimentName, result.RunName, result.Metric, result.Value, result.Before, result.Runs));
        Assert.Equal([0.5, 0.25, 0.25, 0.25, 0.125, 0.125], result.BestSoFar);
        Assert.Empty(result.Models);
        Assert.Empty(await _best.ListAsync(Lab.Reader, Lab.Id, 5, _ => "nobody logged this", CancellationToken.None));
    }

    [Fact]
    public async Task Deeds_of_one_kind_are_told_together_and_secrets_of_managers_not_at_all()
    {
        await AuditAsync(
            (Lab.Editor, "dataset.create", "orders v1 from orders.csv", 0),
            (Lab.Editor, "dataset.create", "clients v1 from clients.csv", 5),
            (Lab.Manager, "invitation.create", "carol@example.org: Editor", 1),
            (Lab.Manager, "token.create", "deploy", 1),
            (Lab.Editor, "run.start", "owl: lightgbm on version 1", 1),
            (Lab.Editor, "dataset.create", "much later", 120));

        var told = await _activities.ListAsync(Lab.Reader, Lab.Id, isMine: false, 10, CancellationToken.None);
        Assert.Equal(
            [("Edda", "dataset.create", 1, "much later"), ("Edda", "run.start", 1, "owl: lightgbm on version 1"), ("Edda", "dataset.create", 2, "clients v1 from clients.csv")],
            told.Select(a => (a.ActorName!, a.Action, a.Count, a.Detail!)));
        Assert.NotNull(told[0].SubjectId);
        Assert.Null(told[2].SubjectId);
        Assert.Empty(await _activities.ListAsync(Lab.Reader, Lab.Id, isMine: true, 10, CancellationToken.None));
        Assert.Equal(3, (await _activities.ListAsync(Lab.Editor, Lab.Id, isMine: true, 10, CancellationToken.None)).Count);
        Assert.Equal("much later", Assert.Single(await _activities.ListAsync(Lab.Reader, Lab.Id, isMine: false, 1, CancellationToken.None)).Detail);
    }

    [Fact]
    public async Task What_failed_waits_for_its_owner_until_it_was_opened()
    {
        var run = await _bench.LogAsync("unlucky owl");
        await _bench.External.ReportAsync(Lab.Editor, run, RunState.Failed, "CUDA out of memory", null, CancellationToken.None);
        var data = Dataset.Create(Lab.Id, Lab.Editor.UserId, "orders", null, Now);
        var version = DatasetVersion.Create(data.Id, 1, DatasetVersionCause.Upload, null, null, Lab.Editor.UserId, Now);
        version.Fail("BAD_QUOTES", "Line 7: a quote is never closed.");
        await SaveAsync(data, version);

        var waiting = await _attentions.ListAsync(Lab.Editor, Lab.Id, CancellationToken.None);
        Assert.Equal(
            [(AttentionKind.FailedRun, "unlucky owl", "CUDA out of memory"), (AttentionKind.FailedVersion, "orders v1", "Line 7: a quote is never closed.")],
            waiting.OrderBy(w => w.Kind).Select(w => (w.Kind, w.Name, w.Text!)));
        Assert.Empty(await _attentions.ListAsync(Lab.Manager, Lab.Id, CancellationToken.None));

        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        await _visits.NoteAsync(Lab.Editor, VisitKind.Run, run, Lab.Id, CancellationToken.None);
        Assert.Equal(AttentionKind.FailedVersion, Assert.Single(await _attentions.ListAsync(Lab.Editor, Lab.Id, CancellationToken.None)).Kind);
        _bench.Time.Advance(AttentionService.Span);
        Assert.Empty(await _attentions.ListAsync(Lab.Editor, Lab.Id, CancellationToken.None));
    }

    [Fact]
    public async Task The_calendar_counts_my_runs_by_day_from_a_monday_on()
    {
        // The clock starts on Sunday, 2026-03-01.
        await _bench.LogAsync("one");
        await _bench.LogAsync("two");
        await _bench.LogAsync("of somebody else", by: Lab.Manager);
        _bench.Time.Advance(TimeSpan.FromDays(2));
        await _bench.LogAsync("three");

        var days = await _calendar.GetAsync(Lab.Editor, Lab.Id, CancellationToken.None);
        Assert.Equal(DayOfWeek.Monday, days[0].Day.DayOfWeek);
        Assert.Equal(new DateOnly(2026, 3, 3), days[^1].Day);
        Assert.Equal((RunCalendarService.Weeks - 1) * 7 + 2, days.Count);
        Assert.Equal([(new DateOnly(2026, 3, 1), 2), (new DateOnly(2026, 3, 3), 1)], days.Where(d => d.Runs > 0));
    }

    [Fact]
    public async Task A_stranger_is_told_nothing()
    {
        foreach (var ask in new Func<Task>[]
        {
            () => _visits.LastAsync(Lab.Stranger, Lab.Id, 1, CancellationToken.None),
            () => _best.ListAsync(Lab.Stranger, Lab.Id, 1, _ => "auc", CancellationToken.None),
            () => _activities.ListAsync(Lab.Stranger, Lab.Id, false, 1, CancellationToken.None),
            () => _attentions.ListAsync(Lab.Stranger, Lab.Id, CancellationToken.None),
            () => _calendar.GetAsync(Lab.Stranger, Lab.Id, CancellationToken.None),
        })
        {
            Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<HubException>(ask)).Refusal);
        }
    }

    private Task FinishAsync(Guid run) => _bench.External.ReportAsync(Lab.Editor, run, RunState.Finished, null, _bench.Time.GetUtcNow(), CancellationToken.None);

    private async Task SaveAsync(params object[] rows)
    {
        await using var db = await _bench.Database.Contexts.CreateDbContextAsync();
        db.AddRange(rows);
        await db.SaveChangesAsync();
    }

    private async Task ChangeRunAsync(Guid id, Action<Run> change)
    {
        await using var db = await _bench.Database.Contexts.CreateDbContextAsync();
        change(await db.Set<Run>().FindAsync(id) ?? throw new InvalidOperationException("No such run."));
        await db.SaveChangesAsync();
    }

    /// <summary>One after the other, each so many minutes after the one before.</summary>
    private async Task AuditAsync(params (Actor Actor, string Action, string Detail, int Minutes)[] deeds)
    {
        await using var db = await _bench.Database.Contexts.CreateDbContextAsync();
        foreach (var (actor, action, detail, minutes) in deeds)
        {
            _bench.Time.Advance(TimeSpan.FromMinutes(minutes));
            db.Audit(actor, Lab.Id, action, Guid.NewGuid(), detail, Now);
        }

        await db.SaveChangesAsync();
    }
}

public sealed class HomeOnSqliteTests() : HomeTests(DatabaseEngine.Sqlite);

[Trait(Category.Trait, Category.Postgres)]
public sealed class HomeOnPostgresTests() : HomeTests(DatabaseEngine.Postgres);
