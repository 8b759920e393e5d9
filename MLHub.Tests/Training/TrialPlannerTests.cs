using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;

namespace MLHub.Tests.Training;

/// <summary>What a search tries next, on surfaces whose best place is known.</summary>
public sealed class TrialPlannerTests
{
    private static readonly AlgorithmDescriptor Quick = Describe("quick", Effort.Small);
    private static readonly AlgorithmDescriptor Slow = Describe("slow", Effort.Large);
    private static readonly AlgorithmDescriptor Baseline = Describe(TrialPlanner.Baseline, Effort.Small) with { Parameters = [] };

    [Fact]
    public void A_grid_tries_every_combination_once_and_then_says_so()
    {
        var search = Search(SearchKind.Grid, ("x", "[1, 2, 3]"), ("kind", "[\"a\", \"b\"]"));

        var (trials, end) = Run(search, [Quick], _ => 0);

        Assert.Equal(6, TrialPlanner.Combinations(search, [Quick]));
        Assert.Equal(["1a", "1b", "2a", "2b", "3a", "3b"], trials.Select(t => $"{t.Parameters["x"]}{t.Parameters["kind"].GetString()}"));
        Assert.Equal("Every combination was tried.", end);
    }

    [Fact]
    public void A_grid_takes_evenly_spaced_points_of_a_range_also_of_a_logarithmic_one()
    {
        var rate = Quick.Parameters.Single(p => p.Name == "rate");

        Assert.Equal([0.001, 0.01, 0.1, 1], (SearchRange.Between(0.001, 1, log: true) with { Steps = 4 }).Points(rate).Select(p => p.GetDouble()).Select(v => Math.Round(v, 9)));
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], SearchRange.Between(0, 1, log: false).Points(rate).Select(p => p.GetDouble()));
        Assert.Equal([1L, 2, 3], (SearchRange.Between(1, 3, log: false) with { Steps = 9 }).Points(Quick.Parameters.Single(p => p.Name == "x")).Select(p => p.GetInt64()));
    }

    [Fact]
    public void Values_are_drawn_evenly_by_magnitude_from_a_logarithmic_range()
    {
        var search = Search(SearchKind.Random, ("rate", """{"min": 0.0001, "max": 1, "log": true}""")) with { MaxTrials = 400 };

        var (trials, _) = Run(search, [Quick], _ => 0);

        var rates = trials.Select(t => t.Parameters["rate"].GetDouble()).ToList();
        // Four decades with a hundred each; 60 … 140 is more than four standard deviations (8.7) away.
        Assert.All(Enumerable.Range(-4, 4), decade => Assert.InRange(rates.Count(r => Math.Floor(Math.Log10(r)) == decade), 60, 140));
        Assert.All(rates, r => Assert.InRange(r, 0.0001, 1));
        Assert.Equal(rates.Count, rates.Distinct().Count());
    }

    [Theory]
    [InlineData(SearchKind.Random)]
    [InlineData(SearchKind.Auto)]
    public void Equal_seeds_try_the_same_and_others_do_not(SearchKind kind)
    {
        var search = Search(kind, ("rate", """{"min": 0.0001, "max": 1, "log": true}"""));
        static string Said(IEnumerable<TrialOutcome> trials) => string.Join('\n', trials.Select(t => t.Algorithm + HubJson.Write(t.Parameters)));

        var first = Said(Run(search, [Quick, Slow], Bowl).Trials);

        Assert.Equal(first, Said(Run(search, [Quick, Slow], Bowl).Trials));
        Assert.NotEqual(first, Said(Run(search with { Base = search.Base with { Split = new() { Seed = 43 } } }, [Quick, Slow], Bowl).Trials));
    }

    [Fact]
    public void Random_trials_end_when_a_small_space_is_used_up()
    {
        var search = Search(SearchKind.Random, ("x", "[1, 2]"), ("kind", "[\"a\", \"b\"]"), ("rate", "[0.1]"), ("depth", "[3]"));

        var (trials, end) = Run(search, [Quick], _ => 0);

        Assert.Equal(4, trials.Select(t => HubJson.Write(t.Parameters)).Distinct().Count());
        Assert.Equal(4, trials.Count);
        Assert.Equal("Every combination was tried.", end);
    }

    [Fact]
    public void An_automatic_search_begins_with_the_baseline_then_tries_each_algorithm_quick_ones_first()
    {
        var (trials, _) = Run(Search(SearchKind.Auto), [Slow, Quick], Bowl);

        Assert.Equal([TrialPlanner.Baseline, "quick", "slow"], trials.Take(3).Select(t => t.Algorithm));
        Assert.Equal(0.1, trials[1].Parameters["rate"].GetDouble());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(99)]
    public void An_automatic_search_narrows_down_to_the_optimum_of_a_known_surface(int seed)
    {
        var search = Search(SearchKind.Auto) with { MaxTrials = 80 };
        search = search with { Base = search.Base with { Split = new() { Seed = seed } } };

        var (trials, end) = Run(search, [Slow, Quick], Bowl);

        // The bowl's bottom is 0 at rate 0.02 and depth 7 of “slow”, “quick” is 0.5 worse everywhere; the defaults lie at 0.94.
        var best = TrialPlanner.Best(trials, higherIsBetter: false)!;
        Assert.Equal("slow", best.Algorithm);
        Assert.InRange(best.Score!.Value, 0, 0.06);
        Assert.True(trials.TakeLast(15).Count(t => t.Algorithm == "slow") >= 12, string.Join(", ", trials.Select(t => t.Algorithm)));
        Assert.True(trials.Count < 80, end);
        Assert.Equal($"The last {TrialPlanner.Patience} trials brought nothing better.", end);
    }

    [Fact]
    public void An_algorithm_that_fails_is_not_tried_again_and_the_baseline_always_remains()
    {
        var (trials, end) = Run(Search(SearchKind.Auto), [Slow, Quick], t => t.Algorithm == TrialPlanner.Baseline ? 3 : null);

        Assert.Equal([TrialPlanner.Baseline, "quick", "slow"], trials.Select(t => t.Algorithm));
        Assert.Equal("Nothing is left to be varied.", end);
        Assert.Equal(TrialPlanner.Baseline, TrialPlanner.Best(trials, higherIsBetter: false)!.Algorithm);
    }

    [Fact]
    public void Three_failures_without_a_single_score_end_a_search()
    {
        var (trials, end) = Run(Search(SearchKind.Random, ("rate", """{"min": 0.1, "max": 1}""")), [Quick], _ => null);

        Assert.Equal(3, trials.Count);
        Assert.Equal("The first 3 trials failed.", end);
    }

    [Fact]
    public void Trials_share_what_is_left_of_the_time_and_the_last_one_cannot_exceed_it()
    {
        var search = Search(SearchKind.Auto) with { MaxSeconds = 90 };
        var past = new List<TrialOutcome> { new(1, TrialPlanner.Baseline, new Dictionary<string, JsonElement>(), 1, false) };

        var second = TrialPlanner.Next(search, [Baseline, Quick, Slow], past, 1);
        past.Add(new(2, "quick", second.Parameters, 0.9, false));
        var third = TrialPlanner.Next(search, [Baseline, Quick, Slow], past, 60);
        past.Add(new(3, "slow", third.Parameters, 0.8, false));

        Assert.Equal(45, second.Seconds);
        Assert.Equal(30, third.Seconds);
        Assert.Equal(4, TrialPlanner.Next(search, [Baseline, Quick, Slow], past, 86).Seconds);
        Assert.Equal("The time budget is used up.", TrialPlanner.Next(search, [Baseline, Quick, Slow], past, 89.5).Reason);
    }

    [Theory]
    [InlineData("rate", """{"min": 0, "max": 1, "log": true}""", "A logarithmic range begins above zero.")]
    [InlineData("rate", """{"min": 0.5, "max": 0.1}""", "Give a smallest and a greater value.")]
    [InlineData("rate", """{"min": 0.5, "max": 7}""", "The range must lie between 0 and 1.")]
    [InlineData("rate", "[0.1, 7]", "Give a value from 0 to 1.")]
    [InlineData("rate", "[]", "Give 1 to 100 values.")]
    [InlineData("kind", """{"min": 1, "max": 2}""", "Only numbers have a range. Give a list of values.")]
    [InlineData("kind", "[\"c\"]", "Give one of: a, b.")]
    [InlineData("speed", "[1]", "None of the algorithms has a parameter 'speed' for this question.")]
    [InlineData("slow.rate", "[0.1]", "None of the algorithms has a parameter 'slow.rate' for this question.")]
    public void Nonsense_in_a_search_space_is_refused_where_it_stands(string name, string value, string message)
    {
        var problems = SearchCheck.Find(Catalog, Columns, Search(SearchKind.Random, (name, value)) with { Algorithms = ["quick"] });

        Assert.Equal(message, Assert.Single(problems[$"searchSpace.{name}"]));
        Assert.Single(problems);
    }

    [Fact]
    public void A_search_that_cannot_be_judged_or_is_too_large_is_refused()
    {
        var huge = Search(SearchKind.Grid, ("rate", """{"min": 0.1, "max": 1, "steps": 100}"""), ("depth", """{"min": 1, "max": 50, "steps": 50}"""));

        Assert.Contains("10,000 combinations", SearchCheck.Find(Catalog, Columns, huge)["searchSpace"][0]);
        Assert.Contains("split.validationFraction", SearchCheck.Find(Catalog, Columns, huge with { Space = new Dictionary<string, SearchRange>(), Base = huge.Base with { Split = new() { ValidationFraction = 0 } } }).Keys);
        Assert.Equal(["metric", "maxSeconds", "maxTrials"], SearchCheck.Find(Catalog, Columns, Search(SearchKind.Auto) with { Metric = "auc", MaxTrials = 0, MaxSeconds = 0 }).Keys.Order().OrderBy(k => k != "metric"));
        Assert.Equal(["task"], SearchCheck.Find(Catalog, Columns, Search(SearchKind.Auto) with { Base = huge.Base with { Task = TrainingTask.Clustering, Target = null } }).Keys);
        Assert.Contains("named twice", SearchCheck.Find(Catalog, Columns, Search(SearchKind.Auto) with { Algorithms = ["quick", "quick"] })["algorithms"][0]);
        Assert.Throws<HubException>(() => SearchRange.Parse("rate", JsonDocument.Parse("""{"min": 1, "max": 2, "lag": true}""").RootElement));
    }

    private static AlgorithmCatalog Catalog => new([Quick, Slow, Baseline]);

    private static IReadOnlyList<ColumnSchema> Columns => [new("a", ColumnType.Number), new("y", ColumnType.Number)];

    /// <summary>Squares of the distances from the best place, in decades and tens.</summary>
    private static double? Bowl(TrialOutcome trial)
    {
        if (trial.Algorithm == TrialPlanner.Baseline)
        {
            return 5;
        }

        var rate = Math.Log10(trial.Parameters["rate"].GetDouble() / 0.02);
        var depth = ((trial.Parameters.TryGetValue("depth", out var given) ? given.GetDouble() : 30) - 7) / 34;
        return (rate * rate) + (depth * depth) + (trial.Algorithm == "quick" ? 0.5 : 0);
    }

    private static (List<TrialOutcome> Trials, string End) Run(SearchConfiguration search, IReadOnlyList<AlgorithmDescriptor> algorithms, Func<TrialOutcome, double?> score)
    {
        var trials = new List<TrialOutcome>();
        while (true)
        {
            var plan = TrialPlanner.Next(search with { Algorithms = [.. algorithms.Select(a => a.Name)] }, [.. algorithms, Baseline], trials, trials.Count);
            if (plan.Algorithm is null)
            {
                return (trials, plan.Reason);
            }

            var trial = new TrialOutcome(trials.Count + 1, plan.Algorithm, plan.Parameters, null, false);
            trials.Add(trial with { Score = score(trial), HasFailed = score(trial) is null });
        }
    }

    private static SearchConfiguration Search(SearchKind kind, params (string Name, string Json)[] space) => new()
    {
        Kind = kind,
        Base = new() { Task = TrainingTask.Regression, Target = "y", Algorithm = SearchConfiguration.AlgorithmWord(kind) },
        Algorithms = ["quick", "slow"],
        Space = space.ToDictionary(s => s.Name, s => SearchRange.Parse(s.Name, JsonDocument.Parse(s.Json).RootElement)),
        Metric = "rmse",
        MaxTrials = 200,
        MaxSeconds = 10_000,
    };

    private static AlgorithmDescriptor Describe(string name, Effort effort) => new(
        name,
        name,
        [TrainingTask.Regression, TrainingTask.Clustering],
        "A surface.",
        CurveKind.None,
        [
            new("x", ParameterType.Integer, JsonSerializer.SerializeToElement(1), 1, 100, false, null, "A whole number."),
            new("rate", ParameterType.Number, JsonSerializer.SerializeToElement(0.1), 0, 1, true, null, "A number.") { Search = SearchRange.Between(0.001, 1, log: true) },
            new("depth", ParameterType.Integer, JsonSerializer.SerializeToElement(30), 1, 50, false, null, "Another.") { Search = SearchRange.Between(1, 50, log: false) },
            new("kind", ParameterType.Choice, JsonSerializer.SerializeToElement("a"), null, null, false, ["a", "b"], "A choice."),
        ])
    {
        Effort = effort,
    };
}
