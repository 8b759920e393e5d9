using System.Text.Json;

namespace MLHub.Core.Training.Search;

/// <summary>
/// Chooses the next trial from the ones before. A function without memory or clock: what a search does follows from its configuration, its
/// seed and the scores so far, so it goes on after a crash as if nothing had happened.
/// </summary>
public static class TrialPlanner
{
    /// <summary>The model that needs no learning: automatic searches begin with it, so that there always is one.</summary>
    public const string Baseline = "baseline";

    /// <summary>An automatic search ends when so many trials in a row brought nothing better.</summary>
    public const int Patience = 12;

    /// <summary>Trials around the best of the three, then of the two best algorithms; then only the best one is refined.</summary>
    private const int Stage = 9;

    private const int MaxFailures = 3;
    private const int Draws = 200;

    /// <param name="algorithms">Descriptors of <see cref="SearchConfiguration.Algorithms"/> and of the baseline.</param>
    /// <param name="past">In the order in which they ran.</param>
    /// <param name="spentSeconds">What the trials have taken so far.</param>
    public static TrialPlan Next(SearchConfiguration search, IReadOnlyList<AlgorithmDescriptor> algorithms, IReadOnlyList<TrialOutcome> past, double spentSeconds)
    {
        var left = search.MaxSeconds - spentSeconds;
        if (past.Count > 0 && past.All(t => t.Score is null) && past.Count(t => t.HasFailed) >= MaxFailures)
        {
            return TrialPlan.End($"The first {past.Count} trials failed.");
        }

        if (past.Count >= search.MaxTrials)
        {
            return TrialPlan.End(past.Count == 1 ? "Its one trial is done." : $"All {past.Count} trials are done.");
        }

        if (past.Count > 0 && left < 1)
        {
            return TrialPlan.End("The time budget is used up.");
        }

        var asked = algorithms.Where(a => a.Name != Baseline || search.Algorithms.Contains(Baseline)).ToList();
        return search.Kind switch
        {
            SearchKind.Grid => Grid(search, asked, past.Count, left),
            SearchKind.Random => Drawn(search, asked, past, left),
            _ => Automatic(search, algorithms, past, left),
        };
    }

    /// <summary>How many trials a grid has over all algorithms.</summary>
    public static long Combinations(SearchConfiguration search, IEnumerable<AlgorithmDescriptor> algorithms) =>
        algorithms.Aggregate(0L, (sum, a) => Math.Min(SearchSpace.Endless, sum + SearchSpace.Of(search, a).Combinations));

    private static TrialPlan Grid(SearchConfiguration search, IReadOnlyList<AlgorithmDescriptor> algorithms, long index, double left)
    {
        foreach (var algorithm in algorithms)
        {
            var space = SearchSpace.Of(search, algorithm);
            if (index < space.Combinations)
            {
                return TrialPlan.Try(algorithm, space.GridPoint(index), "a point of the grid", left);
            }

            index -= space.Combinations;
        }

        return TrialPlan.End("Every combination was tried.");
    }

    private static TrialPlan Drawn(SearchConfiguration search, IReadOnlyList<AlgorithmDescriptor> algorithms, IReadOnlyList<TrialOutcome> past, double left)
    {
        var random = RandomFor(search, past.Count);
        var tried = Tried(search, algorithms, past);
        for (var i = 0; i < algorithms.Count; i++)
        {
            // In turn, so that each algorithm gets its share.
            var algorithm = algorithms[(past.Count + i) % algorithms.Count];
            var space = SearchSpace.Of(search, algorithm);
            if (New(search, algorithm, tried, () => space.Draw(random)) is { } point)
            {
                return TrialPlan.Try(algorithm, point, "drawn at random", left);
            }
        }

        return TrialPlan.End("Every combination was tried.");
    }

    private static TrialPlan Automatic(SearchConfiguration search, IReadOnlyList<AlgorithmDescriptor> algorithms, IReadOnlyList<TrialOutcome> past, double left)
    {
        var higher = SearchMetrics.IsHigherBetter(search.Metric);
        // Quick ones first: should time run out, there is something of each kind.
        var order = algorithms.OrderBy(a => a.Name == Baseline ? -1 : (int)a.Effort).ThenBy(a => a.Name, StringComparer.Ordinal).ToList();
        var untried = order.FindAll(a => past.All(t => t.Algorithm != a.Name));
        if (untried.Count > 0)
        {
            // Slow ones must not eat what the others have not had yet.
            var share = untried.Count == 1 ? left : Math.Max(left / 3, left / untried.Count);
            return TrialPlan.Try(untried[0], SearchSpace.Of(search, untried[0]).Start(), untried[0].Name == Baseline ? "the yardstick" : "first try", share);
        }

        var first = order.Count;
        if (Stale(past.Skip(first).ToList(), past.Take(first).ToList(), higher) >= Patience)
        {
            return TrialPlan.End($"The last {Patience} trials brought nothing better.");
        }

        var ranked = order.Where(a => a.Name != Baseline)
            .Select(a => (Algorithm: a, Best: Best(past.Where(t => t.Algorithm == a.Name), higher), Space: SearchSpace.Of(search, a)))
            .Where(a => a.Best is not null && !a.Space.IsPoint)
            .OrderByDescending(a => higher ? a.Best!.Score : -a.Best!.Score).ThenBy(a => a.Algorithm.Name, StringComparer.Ordinal).ToList();
        var round = past.Count - first;
        var keep = round < Stage ? 3 : round < Stage * 2 ? 2 : 1;
        int[] turns = keep switch { 3 => [0, 1, 0, 2], 2 => [0, 1, 0], _ => [0] };
        var random = RandomFor(search, past.Count);
        var tried = Tried(search, algorithms, past);
        // Should the one whose turn it is have nothing new left, the next best takes its place.
        foreach (var index in ranked.Select((_, i) => i).OrderBy(i => i == Math.Min(turns[round % turns.Length], ranked.Count - 1) ? -1 : i))
        {
            var (algorithm, best, space) = ranked[index];
            var own = past.Count(t => t.Algorithm == algorithm.Name);
            // The first looks around go anywhere; then closer and closer to the best.
            var width = Math.Max(0.06, 0.5 * Math.Pow(0.75, own - 2));
            var point = New(search, algorithm, tried, () => own < 3 ? space.Draw(random) : space.Near(best!.Parameters, width, random));
            if (point is not null)
            {
                return TrialPlan.Try(algorithm, point, own < 3 ? "looking around" : $"near trial {best!.Number}", Math.Max(left / 3, Math.Min(left, 10)));
            }
        }

        return TrialPlan.End(ranked.Count == 0 ? "Nothing is left to be varied." : "Every combination was tried.");
    }

    /// <summary>Of trials with a score the best; the earlier one of equals.</summary>
    public static TrialOutcome? Best(IEnumerable<TrialOutcome> trials, bool higherIsBetter) =>
        trials.Where(t => t.Score is not null).OrderByDescending(t => higherIsBetter ? t.Score : -t.Score).ThenBy(t => t.Number).FirstOrDefault();

    /// <summary>How many trials ago the best was found.</summary>
    private static int Stale(IReadOnlyList<TrialOutcome> later, IReadOnlyList<TrialOutcome> earlier, bool higher)
    {
        var best = Best(earlier, higher)?.Score;
        var since = 0;
        foreach (var trial in later)
        {
            since++;
            // A hair better is not worth another dozen.
            if (trial.Score is { } score && (best is not { } before || (higher ? score - before : before - score) > 1e-4 * Math.Max(Math.Abs(before), 1e-9)))
            {
                (best, since) = (score, 0);
            }
        }

        return since;
    }

    private static IReadOnlyDictionary<string, JsonElement>? New(
        SearchConfiguration search, AlgorithmDescriptor algorithm, HashSet<string> tried, Func<IReadOnlyDictionary<string, JsonElement>> draw)
    {
        for (var i = 0; i < Draws; i++)
        {
            var point = draw();
            if (!tried.Contains(SearchSpace.Key(algorithm, search.Base.Task, point)))
            {
                return point;
            }
        }

        return null;
    }

    private static HashSet<string> Tried(SearchConfiguration search, IReadOnlyList<AlgorithmDescriptor> algorithms, IReadOnlyList<TrialOutcome> past)
    {
        var known = algorithms.ToDictionary(a => a.Name);
        return [.. past.Where(t => known.ContainsKey(t.Algorithm)).Select(t => SearchSpace.Key(known[t.Algorithm], search.Base.Task, t.Parameters))];
    }

    /// <summary>The same numbers for the same trial of the same search, whoever computes it.</summary>
    private static Random RandomFor(SearchConfiguration search, int trial) => new(unchecked((search.Base.Split.Seed * 1_000_003) + (trial * 7919)));
}

/// <param name="Number">From 1.</param>
/// <param name="Parameters">What the search set; the others have their defaults.</param>
/// <param name="Score">The metric on validation rows or folds; <c>null</c> when there is none.</param>
/// <param name="HasFailed">It ended without a score although nobody stopped it.</param>
public sealed record TrialOutcome(int Number, string Algorithm, IReadOnlyDictionary<string, JsonElement> Parameters, double? Score, bool HasFailed);

/// <summary>Either a trial or the reason why there is none.</summary>
/// <param name="Seconds">As long as it may take; the model so far is judged then, where there is one.</param>
public sealed record TrialPlan(string? Algorithm, IReadOnlyDictionary<string, JsonElement> Parameters, string Reason, int Seconds)
{
    public static TrialPlan Try(AlgorithmDescriptor algorithm, IReadOnlyDictionary<string, JsonElement> parameters, string reason, double seconds) =>
        new(algorithm.Name, parameters, reason, Math.Max(1, (int)Math.Ceiling(seconds)));

    public static TrialPlan End(string reason) => new(null, new Dictionary<string, JsonElement>(), reason, 0);
}
