using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Experiments;
using MLHub.Tests.Support;

namespace MLHub.Tests.Experiments;

public abstract class ExternalRunTests(DatabaseEngine engine) : IAsyncLifetime
{
    private ExperimentBench _bench = null!;
    private Guid _run;

    public async ValueTask InitializeAsync()
    {
        _bench = await ExperimentBench.CreateAsync(engine);
        _run = await _bench.LogAsync("first");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _bench.DisposeAsync();
    }

    [Fact]
    public async Task A_repeated_batch_changes_nothing()
    {
        var at = _bench.Time.GetUtcNow();
        ExternalPoint[] points = [new("loss", 3, 0, at), new("loss", 1, 1, at), new("loss", 2, 2, at), new("loss", double.NaN, 3, at)];
        var first = await LogAsync(points);

        var again = await LogAsync(points);

        Assert.Equal((4, 0), (first.Stored, again.Stored));
        var metric = await MetricAsync("loss");
        Assert.Equal((null, 1.0, 3.0, 3L, 4L), (metric.Last, metric.Min, metric.Max, metric.Step, metric.Count));
        Assert.Equal([3, 1, 2, null], (await CurveAsync("loss")).Select(p => p.Value));
    }

    [Fact]
    public async Task Infinities_are_kept()
    {
        await LogAsync(new("x", double.PositiveInfinity, 0, null), new("x", double.NegativeInfinity, 1, null));

        Assert.Equal([double.PositiveInfinity, double.NegativeInfinity], (await CurveAsync("x")).Select(p => p.Value));
        Assert.Equal((double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity), ((await MetricAsync("x")).Last, (await MetricAsync("x")).Min, (await MetricAsync("x")).Max));
    }

    [Fact]
    public async Task The_last_value_is_that_of_the_greatest_step_then_time_then_value_whatever_comes_last()
    {
        var at = _bench.Time.GetUtcNow();
        await LogAsync(new("m", 5, 10, at), new("m", 7, 10, at.AddSeconds(1)), new("m", 6, 10, at.AddSeconds(1)));

        await LogAsync(new("m", 1, 9, at.AddSeconds(9)), new("m", 2, -3, at));

        Assert.Equal((7, 10L, 5L), ((await MetricAsync("m")).Last!.Value, (await MetricAsync("m")).Step, (await MetricAsync("m")).Count));
    }

    [Fact]
    public async Task Batches_at_the_same_time_lose_nothing_of_one_another()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(b => LogAsync([.. Enumerable.Range(0, 50).Select(i => new ExternalPoint("loss", (b * 50) + i, (b * 50) + i, null))])));

        var metric = await MetricAsync("loss");
        Assert.Equal((400L, 399.0, 0.0, 399.0), (metric.Count, metric.Last, metric.Min, metric.Max));
    }

    [Fact]
    public async Task A_bad_point_refuses_the_whole_batch()
    {
        var refused = await Assert.ThrowsAsync<HubException>(() => LogAsync(new("good", 1, 0, null), new(" bad", 1, 0, null)));

        Assert.Equal("points[1].key", refused.Errors!.Keys.Single());
        Assert.Empty(await CurveAsync("good"));
    }

    [Fact]
    public async Task A_parameter_is_written_once_and_again_only_with_the_same_value()
    {
        await ParametersAsync(new { lr = 0.1, text = new string('x', 50_000), nested = new { a = 1 } });
        await ParametersAsync(new { lr = 0.1 });

        var refused = await Assert.ThrowsAsync<HubException>(() => ParametersAsync(new { lr = 0.2 }));

        Assert.Equal("PARAMETER_SET", refused.Code);
        var view = (await _bench.Search.PageAsync(_bench.Lab.Reader, _bench.Experiment.Id, null, null, new(), CancellationToken.None)).Items[0];
        Assert.Equal(50_000, view.Parameters["text"].GetString()!.Length);
        Assert.Equal(1, view.Parameters["nested"].GetProperty("a").GetInt32());
    }

    [Fact]
    public async Task A_silent_run_is_lost_and_comes_back_with_its_next_word()
    {
        _bench.Time.Advance(TimeSpan.FromMinutes(16));

        Assert.Equal(1, await _bench.External.SweepAsync(CancellationToken.None));
        Assert.Equal(["first"], await _bench.FindAsync("state = lost"));
        Assert.Equal(RunState.Running, (await LogAsync(new ExternalPoint("loss", 1, 0, null))).State);
        Assert.Equal(0, await _bench.External.SweepAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_run_ends_as_its_program_says_and_a_sign_of_life_does_not_wake_it()
    {
        _bench.Time.Advance(TimeSpan.FromSeconds(59));

        await _bench.External.ReportAsync(_bench.Lab.Editor, _run, RunState.Failed, "Out of memory", null, CancellationToken.None);

        Assert.Equal(RunState.Failed, await _bench.External.HearAsync(_bench.Lab.Editor, _run, CancellationToken.None));
        Assert.Equal(["first"], await _bench.FindAsync("state = failed and duration between 59s and 61s"));
    }

    [Fact]
    public async Task A_reader_may_not_log_and_a_stranger_sees_no_run()
    {
        ExternalPoint[] points = [new("loss", 1, 0, null)];

        Assert.Equal(Refusal.Forbidden, (await Assert.ThrowsAsync<HubException>(() => _bench.External.LogMetricsAsync(_bench.Lab.Reader, _run, points, CancellationToken.None))).Refusal);
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<HubException>(() => _bench.External.LogMetricsAsync(_bench.Lab.Stranger, _run, points, CancellationToken.None))).Refusal);
    }

    [Fact]
    public async Task Nobody_writes_into_a_run_that_mlhub_computes()
    {
        var own = await _bench.Lab.AddFinishedRunAsync(_bench.Database.Contexts, _bench.Seal);

        var refused = await Assert.ThrowsAsync<HubException>(() => _bench.External.LogMetricsAsync(_bench.Lab.Editor, own.Id, [new("auc", 1, 0, null)], CancellationToken.None));

        Assert.Equal("NOT_EXTERNAL", refused.Code);
    }

    private Task<MetricsLogged> LogAsync(params ExternalPoint[] points) => _bench.External.LogMetricsAsync(_bench.Lab.Editor, _run, points, CancellationToken.None);

    private Task ParametersAsync(object parameters) => _bench.External.LogParametersAsync(
        _bench.Lab.Editor, _run, JsonSerializer.SerializeToElement(parameters).EnumerateObject().ToDictionary(p => p.Name, p => p.Value), CancellationToken.None);

    private Task<IReadOnlyList<MetricPointView>> CurveAsync(string key) => _bench.Results.CurveAsync(_bench.Lab.Reader, _run, key, 500, CancellationToken.None);

    private async Task<RunMetric> MetricAsync(string key)
    {
        await using var db = await _bench.Database.Contexts.CreateDbContextAsync();
        return await db.Set<RunMetric>().SingleAsync(m => m.RunId == _run && m.Key == key);
    }
}

public sealed class ExternalRunOnSqliteTests() : ExternalRunTests(DatabaseEngine.Sqlite);

[Trait(Category.Trait, Category.Postgres)]
public sealed class ExternalRunOnPostgresTests() : ExternalRunTests(DatabaseEngine.Postgres);
