using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Experiments;
using MLHub.Core.Experiments.Filters;
using MLHub.Tests.Support;

namespace MLHub.Tests.Experiments;

public abstract class RunSearchTests(DatabaseEngine engine) : IAsyncLifetime
{
    private ExperimentBench _bench = null!;

    public async ValueTask InitializeAsync()
    {
        _bench = await ExperimentBench.CreateAsync(engine);
        await _bench.LogAsync("Alpha", new { lr = 0.1, optimizer = "Adam", layers = new[] { 64, 32 } }, new() { ["baseline"] = "", ["team"] = "Blue" }, null, ("auc", 0.91), ("loss", 0.3));
        await _bench.LogAsync("Beta", new { lr = 0.01, optimizer = "sgd" }, new() { ["team"] = "red" }, _bench.Lab.Manager, ("auc", 0.88), ("loss", double.NaN));
        await _bench.LogAsync("Gamma ray", new { lr = "0.001" }, null, null, ("auc", 0.95));
        await _bench.LogAsync("100%_odd", null, new() { ["note"] = "O'Brien; DROP TABLE \"Runs\"" });
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _bench.DisposeAsync();
    }

    [Theory]
    [InlineData(null, "Alpha,Beta,Gamma ray,100%_odd")]
    [InlineData("metric.auc > 0.9", "Alpha,Gamma ray")]
    [InlineData("METRIC.auc > 0.9 AND not tag has baseline", "Gamma ray")]
    [InlineData("metric.auc between 0.88 and 0.91", "Alpha,Beta")]
    [InlineData("metric.auc != 0.91", "Beta,Gamma ray")]
    [InlineData("metric.loss is null", "Gamma ray,100%_odd")]
    [InlineData("metric.loss is not null", "Alpha,Beta")]
    [InlineData("metric.loss >= 0", "Alpha")]
    [InlineData("param.lr < 0.05", "Beta,Gamma ray")]
    [InlineData("param.lr = 0.1", "Alpha")]
    [InlineData("param.lr = 1e-3", "Gamma ray")]
    [InlineData("param.lr in (0.1, 0.01)", "Alpha,Beta")]
    [InlineData("param.lr not in (0.1, 0.01)", "Gamma ray,100%_odd")]
    [InlineData("param.optimizer = ADAM", "Alpha")]
    [InlineData("param.optimizer != adam", "Beta")]
    [InlineData("param.optimizer starts s", "Beta")]
    [InlineData("param.optimizer ~ '^(adam|sgd)$'", "Alpha,Beta")]
    [InlineData("param.optimizer !~ 'ad'", "Beta,Gamma ray,100%_odd")]
    [InlineData("param.layers contains 64", "Alpha")]
    [InlineData("tag.team = blue or tag.team = 'RED'", "Alpha,Beta")]
    [InlineData("tag has red", "Beta")]
    [InlineData("tag is null", "Gamma ray")]
    [InlineData("name contains 'a r'", "Gamma ray")]
    [InlineData("gamma", "Gamma ray")]
    [InlineData("blue", "Alpha")]
    [InlineData("100%_", "100%_odd")]
    [InlineData("name contains '%'", "100%_odd")]
    [InlineData("tag.note = \"O'Brien; DROP TABLE \"", "")]
    [InlineData("tag.note contains \"o'brien; drop\"", "100%_odd")]
    [InlineData("(algo in (resnet, lightgbm) and state = running) and (tag.team = red or gamma)", "Beta,Gamma ray")]
    [InlineData("user = mara", "Beta")]
    [InlineData("source = external and created within 1h", "Alpha,Beta,Gamma ray,100%_odd")]
    [InlineData("created < 2020-01-01", "")]
    [InlineData("duration > 10m", "")]
    [InlineData("not not alpha", "Alpha")]
    public async Task A_filter_finds_what_it_says(string? filter, string expected) =>
        Assert.Equal(expected, string.Join(',', await _bench.FindAsync(filter)));

    [Fact]
    public async Task Mine_are_the_runs_of_whoever_asks()
    {
        Assert.Equal(["Beta"], await _bench.FindAsync("by me", by: _bench.Lab.Manager));
        Assert.Equal(3, (await _bench.FindAsync("user = me", by: _bench.Lab.Editor)).Count);
    }

    [Theory]
    [InlineData("metric.auc desc", "Gamma ray,Alpha,Beta,100%_odd")]
    [InlineData("metric.auc", "Beta,Alpha,Gamma ray,100%_odd")]
    [InlineData("param.lr", "Gamma ray,Beta,Alpha,100%_odd")]
    [InlineData("name desc", "Gamma ray,Beta,Alpha,100%_odd")]
    [InlineData("metric.loss, name", "Alpha,100%_odd,Beta,Gamma ray")]
    [InlineData("state, created desc", "100%_odd,Gamma ray,Beta,Alpha")]
    [InlineData("user, metric.auc desc", "Gamma ray,Alpha,100%_odd,Beta")]
    public async Task Runs_are_ordered_and_what_is_missing_comes_last_whole_and_in_pages_of_one(string order, string expected)
    {
        Assert.Equal(expected, string.Join(',', await _bench.FindAsync(null, order)));

        var names = new List<string>();
        string? token = null;
        do
        {
            var page = await _bench.Search.PageAsync(_bench.Lab.Reader, _bench.Experiment.Id, null, order, new(1, token), CancellationToken.None);
            names.AddRange(page.Items.Select(r => r.Name));
            token = page.NextPageToken;
        }
        while (token is not null && names.Count < 10);

        Assert.Equal(expected, string.Join(',', names));
    }

    [Fact]
    public async Task A_token_of_another_question_is_refused()
    {
        var page = await _bench.Search.PageAsync(_bench.Lab.Reader, _bench.Experiment.Id, null, "name", new(1), CancellationToken.None);

        var refused = await Assert.ThrowsAsync<HubException>(() => _bench.Search.PageAsync(_bench.Lab.Reader, _bench.Experiment.Id, "alpha", "name", new(1, page.NextPageToken), CancellationToken.None));

        Assert.Equal("BAD_PAGE_TOKEN", refused.Code);
    }

    [Fact]
    public async Task A_stranger_finds_no_experiment() =>
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<HubException>(() => _bench.FindAsync(null, by: _bench.Lab.Stranger))).Refusal);

    [Fact]
    public async Task Fields_tell_what_the_runs_have()
    {
        var fields = await _bench.Search.FieldsAsync(_bench.Lab.Reader, _bench.Experiment.Id, null, CancellationToken.None);

        Assert.Equal(["auc", "loss"], fields.Metrics.Select(f => f.Key));
        Assert.Equal(new RunFieldUse("lr", 3, 3), fields.Parameters[0]);
        Assert.Equal(["team", "baseline", "note"], fields.Tags.Select(f => f.Key));
    }

    [Fact]
    public async Task Runs_are_put_together_by_two_fields()
    {
        var listed = await _bench.Search.ListAsync(_bench.Lab.Reader, _bench.Experiment.Id, null, "oldest", ["tag.team", "algorithm"], "auc", CancellationToken.None);

        Assert.Equal(["Blue · resnet", "red · resnet", "none · resnet", "none · resnet"], listed.Runs.Select(r => r.Group));
        Assert.Equal([0.91, 0.88, 0.95, null], listed.Runs.Select(r => r.Metric));
    }

    [Fact]
    public async Task Runs_are_compared_with_the_first_one()
    {
        var ids = (await _bench.Search.ListAsync(_bench.Lab.Reader, _bench.Experiment.Id, "alpha or beta", "oldest", [], null, CancellationToken.None)).Runs.Select(r => r.Id).ToList();

        var compared = await _bench.Comparison.CompareAsync(_bench.Lab.Reader, ids, CancellationToken.None);

        var auc = compared.Metrics.Single(m => m.Key == "auc");
        Assert.True(auc.IsHigherBetter);
        Assert.False(compared.Metrics.Single(m => m.Key == "loss").IsHigherBetter);
        Assert.Equal([true, false], auc.Values.Select(v => v.IsBest));
        Assert.Equal(-0.03, auc.Values[1].Delta!.Value, 1e-12);
        Assert.Equal(["0.1", "0.01"], compared.Facts.Single(f => f.Key == "lr").Values);
        Assert.False(compared.Facts.Single(f => f.Key == "algorithm").Differs);
        await Assert.ThrowsAsync<HubException>(() => _bench.Comparison.CompareAsync(_bench.Lab.Stranger, ids, CancellationToken.None));
    }

    [Fact]
    public async Task Everybody_keeps_their_own_layout_of_the_table()
    {
        await _bench.Tables.KeepAsync(_bench.Lab.Reader, _bench.Experiment.Id, "cols=metric.auc", CancellationToken.None);

        Assert.Equal("cols=metric.auc", await _bench.Tables.LayoutAsync(_bench.Lab.Reader, _bench.Experiment.Id, CancellationToken.None));
        Assert.Null(await _bench.Tables.LayoutAsync(_bench.Lab.Editor, _bench.Experiment.Id, CancellationToken.None));
    }
}

public sealed class RunSearchOnSqliteTests() : RunSearchTests(DatabaseEngine.Sqlite);

[Trait(Category.Trait, Category.Postgres)]
public sealed class RunSearchOnPostgresTests() : RunSearchTests(DatabaseEngine.Postgres);

public sealed class RunFilterParserTests
{
    private static readonly string[] Known = ["metric.val_auc", "param.learning_rate"];

    [Theory]
    [InlineData("statee = running", 0, 6, "Did you mean “state”?")]
    [InlineData("val_auc > 0.9", 0, 7, "Did you mean “metric.val_auc”?")]
    [InlineData("state = runing", 8, 6, "Did you mean “running”?")]
    [InlineData("metric.auc > high", 13, 4, "A number is expected here.")]
    [InlineData("alpha and (beta", 10, 1, "This ( is never closed.")]
    [InlineData("alpha)", 5, 1, "There is no ( for this ).")]
    [InlineData("name contains", 12, 1, "A value is missing after “contains”.")]
    [InlineData("name = \"open", 7, 5, "never closed")]
    [InlineData("created within soon", 15, 4, "A length of time is expected")]
    [InlineData("created > yesterday", 10, 9, "A date is expected")]
    [InlineData("param.lr in 1", 12, 1, "A list in parentheses is expected")]
    [InlineData("param.lr between 1 or 2", 19, 2, "“and” and a second value")]
    [InlineData("metric.auc contains x", 11, 8, "This field holds no text.")]
    [InlineData("name ~ '('", 7, 3, "no pattern")]
    [InlineData("name ~ '(?=x)'", 7, 7, "look-around")]
    [InlineData("metric.auc =! 1", 11, 2, "is no comparison")]
    [InlineData("and", 0, 3, "is expected before")]
    public void An_error_names_the_place_and_what_to_do(string filter, int start, int length, string advice)
    {
        var (tree, problem) = RunFilterParser.Parse(filter, Known);

        Assert.Null(tree);
        Assert.NotNull(problem);
        Assert.Equal((start, length), (problem.Start, problem.Length));
        Assert.Contains(advice, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void And_binds_closer_than_or()
    {
        var tree = RunFilterParser.Parse("a or b and c").Filter;

        Assert.Equal(new RunFilter.Or(new RunFilter.Words("a"), new RunFilter.And(new RunFilter.Words("b"), new RunFilter.Words("c"))), tree);
    }

    [Fact]
    public void A_key_may_be_quoted()
    {
        var tree = Assert.IsType<RunFilter.Compare>(RunFilterParser.Parse("metric.\"val loss\" < 1").Filter);

        Assert.Equal(new RunField(RunFieldKind.Metric, "val loss"), tree.Field);
    }

    [Theory]
    [InlineData(60, '(')]
    [InlineData(3000, '(')]
    public void Deep_nonsense_is_refused_not_obeyed(int depth, char c) =>
        Assert.NotNull(RunFilterParser.Parse(new string(c, depth) + "a").Problem);

    [Fact]
    public void Whatever_is_typed_never_throws()
    {
        var random = new Random(7);
        string[] pieces = ["metric.auc", "param.", ".", ">", "=", "in", "(", ")", ",", "between", "and", "or", "not", "is", "null", "\"", "'a'", "~", "1e999", "7d", "within", "created", "tag", "has", "by", "\u0000", "Ω"];
        for (var i = 0; i < 5000; i++)
        {
            var text = string.Join(' ', Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)]));
            var (tree, problem) = RunFilterParser.Parse(text, Known);
            Assert.True(tree is null != problem is null, text);
            Assert.True(problem is null || (problem.Start >= 0 && problem.Start + problem.Length <= text.Length), text);
        }
    }
}
