using MLHub.Core.Common;

namespace MLHub.Core.Training.Search;

/// <summary>Whether a search makes sense for these columns, as far as that can be said without reading rows.</summary>
public static class SearchCheck
{
    /// <summary>Refuses with every problem at once, keyed by JSON path.</summary>
    public static void Require(AlgorithmCatalog catalog, IReadOnlyList<ColumnSchema> columns, SearchConfiguration search)
    {
        var problems = Find(catalog, columns, search);
        if (problems.Count == 0)
        {
            return;
        }

        var only = problems.Count == 1 ? problems.Values.First()[0] : null;
        throw new HubException(Refusal.Impossible, only ?? $"{problems.Count} settings cannot be used: {string.Join(", ", problems.Keys)}.", "BAD_TRAINING_CONFIGURATION")
        {
            Errors = problems,
        };
    }

    public static IReadOnlyDictionary<string, string[]> Find(AlgorithmCatalog catalog, IReadOnlyList<ColumnSchema> columns, SearchConfiguration search)
    {
        var problems = new Dictionary<string, string[]>();
        var known = new List<AlgorithmDescriptor>();
        var task = search.Base.Task;
        if (SearchMetrics.Of(task).Count == 0)
        {
            problems["task"] = ["A search needs a target to judge its trials by. Train one algorithm instead."];
            return problems;
        }

        CheckAlgorithms(catalog, search, problems, known);
        if (known.Count > 0)
        {
            foreach (var (field, messages) in TrainingConfigurationCheck.Find(catalog, columns, search.Base with { Algorithm = known[0].Name }))
            {
                problems[field] = messages;
            }
        }

        if (!SearchMetrics.Of(task).Contains(search.Metric))
        {
            problems["metric"] = [$"Trials can be judged by {string.Join(", ", SearchMetrics.Of(task))}."];
        }

        if (search.MaxTrials is < 1 or > SearchConfiguration.MaxTrialsAllowed)
        {
            problems["maxTrials"] = [$"Give 1 to {SearchConfiguration.MaxTrialsAllowed} trials."];
        }

        if (search.MaxSeconds is < 1 or > SearchConfiguration.MaxSecondsAllowed)
        {
            problems["maxSeconds"] = [$"Give 1 to {SearchConfiguration.MaxSecondsAllowed} seconds."];
        }

        if (search.Base.Split is { Kind: not (SplitKind.KFold or SplitKind.Column), ValidationFraction: <= 0 })
        {
            problems["split.validationFraction"] = ["Trials are judged on validation rows. Give a fraction, e.g. 0.2, or take a k-fold split."];
        }

        CheckSpace(search, known, problems);
        if (search.Kind == SearchKind.Grid && !problems.Keys.Any(k => k.StartsWith("searchSpace", StringComparison.Ordinal))
            && TrialPlanner.Combinations(search, known) is var count && count > search.MaxTrials)
        {
            problems["searchSpace"] =
                [$"The grid has {(count >= SearchSpace.Endless ? "more than a billion" : count.ToString("N0", System.Globalization.CultureInfo.InvariantCulture))} combinations, but maxTrials is {search.MaxTrials}. Use fewer values, allow more trials (up to {SearchConfiguration.MaxTrialsAllowed}), or search at random."];
        }

        return problems;
    }

    /// <summary>Whether the values to try are wrong by themselves, whatever the rest is.</summary>
    public static bool HasProblems(SearchConfiguration search, IReadOnlyList<AlgorithmDescriptor> algorithms)
    {
        var problems = new Dictionary<string, string[]>();
        CheckSpace(search, algorithms, problems);
        return problems.Count > 0;
    }

    private static void CheckAlgorithms(AlgorithmCatalog catalog, SearchConfiguration search, Dictionary<string, string[]> problems, List<AlgorithmDescriptor> known)
    {
        var messages = new List<string>();
        foreach (var name in search.Algorithms)
        {
            if (!catalog.TryFind(name, out var algorithm))
            {
                messages.Add($"There is no algorithm '{name}'. Known are: {string.Join(", ", catalog.For(search.Base.Task).Select(a => a.Name))}.");
            }
            else if (!algorithm.Tasks.Contains(search.Base.Task))
            {
                messages.Add($"{algorithm.DisplayName} does not answer this question. These do: {string.Join(", ", catalog.For(search.Base.Task).Select(a => a.Name))}.");
            }
            else if (!algorithm.Available)
            {
                messages.Add($"{algorithm.DisplayName} does not work on this server: {algorithm.UnavailableReason}");
            }
            else if (known.Contains(algorithm))
            {
                messages.Add($"{algorithm.DisplayName} is named twice.");
            }
            else
            {
                known.Add(algorithm);
            }
        }

        if (search.Algorithms.Count == 0)
        {
            messages.Add("Choose at least one algorithm.");
        }

        if (messages.Count > 0)
        {
            problems["algorithms"] = [.. messages];
        }
    }

    private static void CheckSpace(SearchConfiguration search, IReadOnlyList<AlgorithmDescriptor> algorithms, Dictionary<string, string[]> problems)
    {
        foreach (var (key, range) in search.Space)
        {
            var meant = algorithms.SelectMany(a => a.ParametersFor(search.Base.Task).Where(p => key == p.Name || key == $"{a.Name}.{p.Name}")).ToList();
            if (meant.Count == 0)
            {
                problems[$"searchSpace.{key}"] = [$"None of the algorithms has a parameter '{key}' for this question."];
            }
            else if (meant.Select(p => Refuse(p, range)).FirstOrDefault(r => r is not null) is { } problem)
            {
                problems[$"searchSpace.{key}"] = [problem];
            }
        }
    }

    private static string? Refuse(ParameterDescriptor parameter, SearchRange range)
    {
        if (range.Values is { } values)
        {
            return values.Count is 0 or > SearchRange.MaxValues ? $"Give 1 to {SearchRange.MaxValues} values."
                : values.Any(v => v.ValueKind is System.Text.Json.JsonValueKind.Null or System.Text.Json.JsonValueKind.Undefined) ? "A value is missing."
                : values.Select(v => TrainingConfigurationCheck.Refuse(parameter, v)).FirstOrDefault(r => r is not null);
        }

        if (parameter.Type is not (ParameterType.Integer or ParameterType.Number))
        {
            return "Only numbers have a range. Give a list of values.";
        }

        if (range is not { Min: { } min, Max: { } max } || !(min < max))
        {
            return "Give a smallest and a greater value.";
        }

        if (min < parameter.Min || max > parameter.Max)
        {
            return $"The range must lie between {parameter.Min} and {parameter.Max}.";
        }

        if (parameter.Type == ParameterType.Integer && Math.Ceiling(min) > Math.Floor(max))
        {
            return "There is no whole number in this range.";
        }

        return range.Log && min <= 0 ? "A logarithmic range begins above zero."
            : range.Steps is < 2 or > SearchRange.MaxValues ? $"Give 2 to {SearchRange.MaxValues} steps."
            : null;
    }
}
