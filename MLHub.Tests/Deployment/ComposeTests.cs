using System.Text.RegularExpressions;
using MLHub.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace MLHub.Tests.Deployment;

/// <summary>The compose file: what it names exists, and what it opens is open to this machine alone.</summary>
public sealed partial class ComposeTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy");
    private static readonly string Text = File.ReadAllText(Path.Combine(Folder, "compose.yaml"));
    private static readonly YamlMappingNode Services = (YamlMappingNode)Load().Children["services"];

    [Fact]
    public void The_server_comes_with_database_store_and_monitoring() =>
        Assert.Equal(["bucket", "grafana", "mlhub", "postgres", "prometheus", "s3"], Services.Children.Keys.Select(k => k.ToString()).Order());

    [Fact]
    public void Ports_are_open_to_this_machine_alone_and_the_figures_to_none() =>
        Assert.Equal(["127.0.0.1:3000:3000", "127.0.0.1:8080:8080"], Items("ports").Order());

    [Fact]
    public void Every_image_has_a_version_of_its_own() =>
        Assert.All(Values("image").Where(i => i != "mlhub"), i => Assert.Matches(":[A-Za-z.]*[0-9]", i));

    [Fact]
    public void Every_mounted_file_and_every_volume_exists()
    {
        var sources = Items("volumes").Select(v => v[..v.IndexOf(':', StringComparison.Ordinal)]).ToList();
        var volumes = ((YamlMappingNode)Load().Children["volumes"]).Children.Keys.Select(k => k.ToString());

        Assert.Equal(volumes.Order(), sources.Where(s => !s.StartsWith('.')).Order());
        Assert.All(sources.Where(s => s.StartsWith('.')), s => Assert.True(Path.Exists(Path.Combine(Folder, s)), $"{s} is missing."));
    }

    [Fact]
    public void Every_variable_stands_in_the_example()
    {
        var used = Variable().Matches(Text).Select(m => m.Groups[1].Value).Distinct().Order();
        var given = File.ReadLines(Path.Combine(Folder, "example.env")).Where(l => l.Contains('=', StringComparison.Ordinal)).Select(l => l[..l.IndexOf('=', StringComparison.Ordinal)]).Order();

        Assert.Equal(used, given);
    }

    [Fact]
    public void Prometheus_asks_where_the_server_answers()
    {
        Assert.Contains("MLHub__Metrics__Url: http://+:9464", Text, StringComparison.Ordinal);
        Assert.Contains("\"mlhub:9464\"", File.ReadAllText(Path.Combine(Folder, "prometheus", "prometheus.yml")), StringComparison.Ordinal);
        Assert.Contains("http://prometheus:9090", File.ReadAllText(Path.Combine(Folder, "grafana", "provisioning", "datasources", "prometheus.yaml")), StringComparison.Ordinal);
    }

    private static YamlMappingNode Load()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Text));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static IEnumerable<string> Items(string key) => Services.Children.Values.Cast<YamlMappingNode>()
        .Where(s => s.Children.ContainsKey(key)).SelectMany(s => (YamlSequenceNode)s.Children[key]).Select(v => v.ToString());

    private static IEnumerable<string> Values(string key) => Services.Children.Values.Cast<YamlMappingNode>().Where(s => s.Children.ContainsKey(key)).Select(s => s.Children[key].ToString());

    [GeneratedRegex(@"(?<!\$)\$\{([A-Z0-9_]+)")]
    private static partial Regex Variable();
}
