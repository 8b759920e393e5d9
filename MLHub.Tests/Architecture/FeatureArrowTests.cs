using MLHub.Tests.Support;

namespace MLHub.Tests.Architecture;

public sealed class FeatureArrowTests
{
    public static TheoryData<string> Projects => ["MLHub.Core", "MLHub.Training", "MLHub.Web"];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_feature_uses_only_what_the_map_allows(string project)
    {
        var (map, ground) = MapOf(project);
        var arrows = Assemblies.Uses().Where(u => !IsSetup(u.From))
            .Select(u => (From: Assemblies.FeatureOf(u.From, project), To: Assemblies.FeatureOf(u.To, project), Use: $"{u.From} → {u.To}"))
            .Where(a => a.From is not null && a.To is not null && a.From != a.To)
            .ToList();
        var forbidden = arrows.Where(a => !ground.Contains(a.To) && !map.GetValueOrDefault(a.From!, []).Contains(a.To)).Select(a => a.Use).Distinct().Order();

        Assert.NotEmpty(arrows);
        Assert.Equal("", string.Join('\n', forbidden));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_feature_folder_is_on_the_map(string project)
    {
        string[] noFeatures = ["bin", "obj", "wwwroot", "Properties"];
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, project)).Select(f => Path.GetFileName(f)!)
            .Where(f => !noFeatures.Contains(f) && Directory.EnumerateFiles(Path.Combine(Repository.Root, project, f), "*.*", SearchOption.AllDirectories).Any(IsSource)).ToList();

        Assert.NotEmpty(folders);
        Assert.Empty(folders.Except(MapOf(project).Map.Keys));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_map_has_no_circle(string project)
    {
        var (map, _) = MapOf(project);
        var below = new Dictionary<string, HashSet<string>>();
        HashSet<string> Below(string feature, IReadOnlyList<string> path)
        {
            Assert.DoesNotContain(feature, path);
            return below.TryGetValue(feature, out var known) ? known : below[feature] = [.. map[feature].SelectMany(f => Below(f, [.. path, feature]).Append(f))];
        }

        Assert.All(map.Keys.Where(f => f is not "Data" && !IsPair(project, f)), f => Below(f, []));
    }

    [Theory]
    [InlineData("MLHub.Core", "MLHub.Training")]
    [InlineData("MLHub.Core", "MLHub.Web")]
    [InlineData("MLHub.Training", "MLHub.Web")]
    public void A_lower_project_does_not_know_a_higher_one(string lower, string higher) =>
        Assert.DoesNotContain(Assemblies.Uses(), u => u.From.StartsWith(lower + ".", StringComparison.Ordinal) && u.To.StartsWith(higher + ".", StringComparison.Ordinal));

    [Fact]
    public void Web_uses_training_only_where_it_is_put_together() =>
        Assert.Empty(Assemblies.Uses()
            .Where(u => Assemblies.FeatureOf(u.From, "MLHub.Web") is not null && u.To.StartsWith("MLHub.Training.", StringComparison.Ordinal))
            .Select(u => $"{u.From} → {u.To}").Distinct());

    // Pages about runs and about their evaluation lead to each other; home, explore and profile stand above both.
    private static bool IsPair(string project, string feature) => project == "MLHub.Web" && feature is "Experiments" or "Evaluation" or "Models" or "Home" or "Explore" or "Profile";

    // Registration puts things together and may know them all.
    private static bool IsSetup(string fullName) => fullName.Split('+', '/')[0].EndsWith("Setup", StringComparison.Ordinal);

    private static bool IsSource(string path) => Path.GetExtension(path) is ".cs" or ".razor";

    private static (Dictionary<string, string[]> Map, string[] Ground) MapOf(string project) => project switch
    {
        "MLHub.Core" => (FeatureMap.Core, FeatureMap.CoreBase),
        "MLHub.Training" => (FeatureMap.Training, FeatureMap.TrainingBase),
        _ => (FeatureMap.Web, FeatureMap.WebBase),
    };
}
