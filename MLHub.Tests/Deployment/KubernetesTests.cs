using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using MLHub.Tests.Support;

namespace MLHub.Tests.Deployment;

/// <summary>The manifests hold only fields that Kubernetes knows, and what they promise about safety.</summary>
public sealed partial class KubernetesTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "kubernetes");

    private static readonly List<object> Objects = [.. Directory.EnumerateFiles(Folder, "*.yaml").Where(f => Path.GetFileName(f) != "kustomization.yaml")
        .SelectMany(f => KubernetesYaml.LoadAllFromString(File.ReadAllText(f), strict: true))];

    public static TheoryData<string> Deployments => ["mlhub", "mlhub-worker"];

    [Fact]
    public void Every_file_is_applied()
    {
        var listed = ListItem().Matches(File.ReadAllText(Path.Combine(Folder, "kustomization.yaml"))).Select(m => m.Groups[1].Value).Where(f => f.EndsWith(".yaml", StringComparison.Ordinal)).Order();

        Assert.Equal(Directory.EnumerateFiles(Folder, "*.yaml").Select(f => Path.GetFileName(f)).Where(f => f != "kustomization.yaml").Order(), listed);
        Assert.Equal(10, Objects.Count);
    }

    [Theory]
    [MemberData(nameof(Deployments))]
    public void A_pod_runs_without_root_without_rights_and_on_a_disk_that_it_cannot_change(string name)
    {
        var pod = Deployment(name).Spec.Template.Spec;
        var container = Assert.Single(pod.Containers);

        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal(1654, pod.SecurityContext.RunAsUser);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.Equal(["/data", "/tmp"], container.VolumeMounts.Select(m => m.MountPath).Order());
        Assert.NotNull(container.Resources.Limits["memory"]);
        // Longer than a server takes to give its jobs back.
        Assert.Equal(90, pod.TerminationGracePeriodSeconds);
        Assert.Equal(Deployment(name).Spec.Selector.MatchLabels, Deployment(name).Spec.Template.Metadata.Labels);
    }

    [Fact]
    public void The_server_is_asked_whether_it_is_ready_and_alive()
    {
        var container = Deployment("mlhub").Spec.Template.Spec.Containers.Single();

        Assert.Equal(("/health/ready", "/health/ready", "/health/live"), (container.StartupProbe.HttpGet.Path, container.ReadinessProbe.HttpGet.Path, container.LivenessProbe.HttpGet.Path));
        Assert.Equal([8080, 9464], container.Ports.Select(p => p.ContainerPort));
    }

    [Fact]
    public void A_worker_gets_no_secret_but_its_token_and_reaches_nothing_but_the_server()
    {
        var container = Deployment("mlhub-worker").Spec.Template.Spec.Containers.Single();
        var policy = Objects.OfType<V1NetworkPolicy>().Single(p => p.Metadata.Name == "mlhub-worker");

        Assert.Equal(["mlhub-worker"], container.EnvFrom.Select(e => e.SecretRef?.Name));
        Assert.Equal(["MLHub__Worker__Token"], Names("worker.example.env"));
        Assert.Equal(["worker", "--hub", "http://mlhub:8080"], container.Args);
        Assert.Empty(policy.Spec.Ingress ?? []);
        Assert.All(policy.Spec.Egress, e => Assert.Single(e.To));
        Assert.Equal(["53", "53", "8080"], policy.Spec.Egress.SelectMany(e => e.Ports).Select(p => p.Port.Value).Order());
    }

    [Fact]
    public void What_is_not_allowed_is_denied_in_both_directions()
    {
        var policy = Objects.OfType<V1NetworkPolicy>().Single(p => p.Metadata.Name == "deny-all");

        Assert.Equal(["Egress", "Ingress"], policy.Spec.PolicyTypes.Order());
        Assert.Null(policy.Spec.PodSelector.MatchLabels);
        Assert.Null(policy.Spec.Ingress);
        Assert.Null(policy.Spec.Egress);
    }

    [Fact]
    public void Every_setting_in_them_exists_and_no_secret_is_among_the_settings()
    {
        var settings = new[] { "settings.env", "web.example.env", "worker.example.env" }.SelectMany(Names)
            .Concat(Objects.OfType<V1Deployment>().SelectMany(d => d.Spec.Template.Spec.Containers.Single().Env ?? []).Select(e => e.Name))
            .Select(n => n.Replace("__", ":", StringComparison.Ordinal)).ToList();

        Assert.DoesNotContain(settings, s => !KnownSettings.Names.Contains(s));
        Assert.DoesNotContain(Names("settings.env"), n => n.Contains("Secret", StringComparison.Ordinal) || n.Contains("Connection", StringComparison.Ordinal) || n.Contains("Token", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(Folder, "web.env")) || File.Exists(Path.Combine(Folder, "worker.env")), "Secrets do not belong here.");
    }

    private static V1Deployment Deployment(string name) => Objects.OfType<V1Deployment>().Single(d => d.Metadata.Name == name);

    private static IEnumerable<string> Names(string file) => File.ReadLines(Path.Combine(Folder, file)).Where(l => l.Length > 0 && l[0] != '#').Select(l => l[..l.IndexOf('=', StringComparison.Ordinal)]);

    [GeneratedRegex(@"^\s+- ([\w.-]+)\s*$", RegexOptions.Multiline)]
    private static partial Regex ListItem();
}
