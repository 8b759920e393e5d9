using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Experiments;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;
using MLHub.Tests.Support;
using MLHub.Training.Algorithms;

namespace MLHub.Tests.Experiments;

public abstract class RunServiceTests(DatabaseEngine engine) : IAsyncLifetime
{
    private ExperimentBench _bench = null!;
    private RunService _runs = null!;

    public async ValueTask InitializeAsync()
    {
        _bench = await ExperimentBench.CreateAsync(engine);
        var contexts = _bench.Database.Contexts;
        _runs = new(contexts, new WorkspaceAccess(contexts), null!, null!, new AlgorithmCatalog(AlgorithmList.All.Select(a => a.Descriptor)), _bench.Time, new News());
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _bench.DisposeAsync();
    }

    [Fact]
    public async Task A_refused_change_of_tags_leaves_the_run_with_those_that_it_had()
    {
        var run = await _bench.LogAsync("first", tags: new() { ["team"] = "blue" });
        var many = Enumerable.Range(0, RunTag.MaxTags + 1).ToDictionary(i => $"tag{i}", _ => "x");

        await Assert.ThrowsAsync<HubException>(() => _runs.EditAsync(_bench.Lab.Editor, run, "second", null, many, CancellationToken.None));

        var after = await _runs.GetAsync(_bench.Lab.Reader, run, CancellationToken.None);
        Assert.Equal("first", after.Name);
        Assert.Equal(new Dictionary<string, string> { ["team"] = "blue" }, after.Tags);
    }

    [Fact]
    public async Task Tags_name_and_note_change_together()
    {
        var run = await _bench.LogAsync("first", tags: new() { ["team"] = "blue", ["old"] = "yes" });

        await _runs.EditAsync(_bench.Lab.Editor, run, "second", "Better.", new Dictionary<string, string> { ["team"] = "red", ["new"] = "yes" }, CancellationToken.None);

        var after = await _runs.GetAsync(_bench.Lab.Reader, run, CancellationToken.None);
        Assert.Equal(("second", "Better."), (after.Name, after.Note));
        Assert.Equal([("new", "yes"), ("team", "red")], after.Tags.OrderBy(t => t.Key).Select(t => (t.Key, t.Value)));
    }

    [Fact]
    public async Task A_training_that_has_no_model_before_its_end_cannot_be_finished_early()
    {
        var run = await StartedAsync("gam");

        var refused = await Assert.ThrowsAsync<HubException>(() => _runs.FinishAsync(_bench.Lab.Editor, run, CancellationToken.None));
        var reader = await Assert.ThrowsAsync<HubException>(() => _runs.FinishAsync(_bench.Lab.Reader, run, CancellationToken.None));

        Assert.Equal((Refusal.Conflict, "NOTHING_TO_KEEP"), (refused.Refusal, refused.Code));
        Assert.Equal(Refusal.Forbidden, reader.Refusal);
    }

    private async Task<Guid> StartedAsync(string algorithm)
    {
        await using var db = await _bench.Database.Contexts.CreateDbContextAsync();
        var now = _bench.Time.GetUtcNow().UtcDateTime;
        var experiment = await db.Set<Experiment>().SingleAsync(e => e.Id == _bench.Experiment.Id);
        var configuration = new TrainingConfiguration { Task = TrainingTask.Binary, Target = "y", Algorithm = algorithm };
        var run = Run.Create(experiment, null, configuration, new(Guid.CreateVersion7(), Guid.CreateVersion7(), 1, TestWorkspace.AnyHash), null, _bench.Lab.Editor.UserId, now);
        run.Start(now);
        db.Add(run);
        await db.SaveChangesAsync();
        return run.Id;
    }
}

public sealed class SqliteRunServiceTests() : RunServiceTests(DatabaseEngine.Sqlite);

[Trait("Category", Category.Postgres)]
public sealed class PostgresRunServiceTests() : RunServiceTests(DatabaseEngine.Postgres);
