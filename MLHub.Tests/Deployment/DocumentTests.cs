using System.Text.Json;
using System.Text.RegularExpressions;
using MLHub.Tests.Support;

namespace MLHub.Tests.Deployment;

/// <summary>What is written about MLHub is true, where that can be checked.</summary>
public sealed partial class DocumentTests
{
    [Theory]
    [InlineData("MLHub.Core")]
    [InlineData("MLHub.Training")]
    [InlineData("MLHub.Web")]
    public void The_map_names_every_folder(string project)
    {
        var map = Read("docs/architecture.md");

        var missing = Directory.EnumerateDirectories(Path.Combine(Repository.Root, project)).Select(f => Path.GetFileName(f)!)
            .Where(f => f is not ("bin" or "obj" or "wwwroot" or "Properties")).Where(f => !map.Contains($"`{f}`", StringComparison.Ordinal)).ToList();

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_feature_on_the_map_exists()
    {
        var features = FeatureRow().Matches(Read("docs/architecture.md")).Select(m => m.Groups[1].Value).ToList();

        Assert.Contains("Datasets", features);
        Assert.All(features, f => Assert.True(Directory.Exists(Path.Combine(Repository.Root, "MLHub.Core", f)), $"The map names {f}, which is no folder of MLHub.Core."));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/administration.md")]
    public void Every_setting_in_a_document_exists(string document)
    {
        var settings = Setting().Matches(Read(document)).Select(m => m.Value).Distinct().ToList();

        Assert.NotEmpty(settings);
        Assert.DoesNotContain(settings, s => !KnownSettings.Names.Contains(s));
    }

    [Fact]
    public void Every_key_in_appsettings_is_a_setting()
    {
        using var settings = JsonDocument.Parse(Read("appsettings.json"), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });

        var keys = settings.RootElement.TryGetProperty("MLHub", out var ours) ? Leaves(ours, "MLHub").ToList() : [];

        Assert.DoesNotContain(keys, k => !KnownSettings.Names.Contains(k));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/administration.md")]
    [InlineData("docs/architecture.md")]
    [InlineData("docs/user-guide.md")]
    [InlineData("docs/development.md")]
    public void Every_link_leads_somewhere(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;

        var links = Link().Matches(Read(document)).Select(m => m.Groups[1].Value).Where(l => !l.StartsWith("http", StringComparison.Ordinal));

        Assert.DoesNotContain(links, l => !Path.Exists(Path.Combine(folder, l)));
    }

    [Fact]
    public void Every_series_in_the_guide_of_administrators_is_made_somewhere()
    {
        var code = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "MLHub.Core"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var units = new[] { "_seconds", "_bytes", "_total" };

        var series = Series().Matches(Read("docs/administration.md")).Select(m => units.Aggregate(m.Value, (name, unit) => name.EndsWith(unit, StringComparison.Ordinal) ? name[..^unit.Length] : name)).ToHashSet();
        var made = Instrument().Matches(code).Select(m => m.Groups[1].Value.Replace('.', '_')).ToHashSet();

        Assert.NotEmpty(series);
        Assert.Equal(made.Order(), series.Order());
    }

    private static IEnumerable<string> Leaves(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject().SelectMany(p => Leaves(p.Value, $"{path}:{p.Name}")) : [path];

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    [GeneratedRegex(@"^\| `([A-Z][A-Za-z]+)` \|", RegexOptions.Multiline)]
    private static partial Regex FeatureRow();

    [GeneratedRegex("MLHub(:[A-Z][A-Za-z0-9]+)+")]
    private static partial Regex Setting();

    [GeneratedRegex(@"\bmlhub_[a-z_]+")]
    private static partial Regex Series();

    [GeneratedRegex("(?:Create\\w+(?:<\\w+>)?|Gauge)\\(\"(mlhub\\.[a-z._]+)\"")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
