using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Training;
using MLHub.Core.Usage;
using MLHub.Core.Workspaces;
using MLHub.Tests.Support;

namespace MLHub.Tests.Accounts;

/// <summary>What a person did and stores, over all their workspaces and not beyond.</summary>
public sealed class MyWorkTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private TestWorkspace _lab = null!;
    private MyWorkService _work = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _lab = await TestWorkspace.CreateAsync(_database.Contexts);
        _work = new(_database.Contexts, FakeTime.Create());
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>The clock stands on Sunday, 1 March 2026: its week began on 23 February.</summary>
    [Fact]
    public async Task Runs_are_counted_by_the_week_that_they_began_in()
    {
        await AddRunAsync(new(2026, 2, 23, 0, 0, 0, DateTimeKind.Utc), r => r.Start(r.CreatedAt));
        await AddRunAsync(new(2026, 3, 1, 11, 59, 0, DateTimeKind.Utc), _ => { });
        await AddRunAsync(new(2026, 2, 22, 23, 59, 59, DateTimeKind.Utc), _ => { });
        await AddRunAsync(new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc), _ => { });

        var weeks = await _work.WeeksAsync(_lab.Editor, CancellationToken.None);

        Assert.Equal(26, weeks.Count);
        Assert.Equal(new DateOnly(2026, 2, 23), weeks[^1].Monday);
        Assert.Equal(2, weeks[^1].Runs);
        Assert.Equal(1, weeks[^2].Runs);
        Assert.Equal(3, weeks.Sum(w => w.Runs));
        Assert.Equal(0, (await _work.WeeksAsync(_lab.Owner, CancellationToken.None)).Sum(w => w.Runs));
    }

    [Fact]
    public async Task What_lies_in_a_workspace_that_was_left_is_not_shown()
    {
        await AddRunAsync(new(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc), _ => { });
        await _lab.AddDatasetAsync(_database.Contexts, "Cells", new DatasetColumn("a", ColumnType.Integer, default, false));
        var before = await _work.LargestAsync(_lab.Editor, CancellationToken.None);

        await using var db = await _database.Contexts.CreateDbContextAsync();
        await db.Set<WorkspaceMember>().Where(m => m.UserId == _lab.Editor.UserId).ExecuteDeleteAsync();

        Assert.Equal(("dataset", "Cells", 100L), (before.Single().Kind, before.Single().Name, before.Single().Bytes));
        Assert.Empty(await _work.LargestAsync(_lab.Editor, CancellationToken.None));
        Assert.Equal(0, (await _work.WeeksAsync(_lab.Editor, CancellationToken.None)).Sum(w => w.Runs));
    }

    private async Task AddRunAsync(DateTime at, Action<Run> change)
    {
        await using var db = await _database.Contexts.CreateDbContextAsync();
        var experiment = Experiment.Create(_lab.Id, $"Question {Guid.NewGuid():N}", null, _lab.Editor.UserId, at);
        var run = Run.Create(experiment, null, new TrainingConfiguration { Task = TrainingTask.Binary, Target = "y", Algorithm = "lightgbm" }, new(Guid.CreateVersion7(), Guid.CreateVersion7(), 1, TestWorkspace.AnyHash), null, _lab.Editor.UserId, at);
        change(run);
        db.AddRange(experiment, run);
        await db.SaveChangesAsync();
    }
}
