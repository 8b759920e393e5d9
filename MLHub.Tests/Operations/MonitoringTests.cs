using System.Diagnostics;
using System.Net;
using System.Text.Json;
using MLHub.Tests.Browser;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;

namespace MLHub.Tests.Operations;

/// <summary>What we ship for Prometheus and Grafana, against a real Prometheus that asks a real server.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class MonitoringTests(BrowserFixture browser)
{
    private static readonly string Deploy = Path.Combine(Repository.Root, "deploy");

    [Fact]
    public async Task Every_panel_of_the_dashboard_shows_something_and_every_alert_can_be_computed()
    {
        _ = Need.Chromium;
        var own = $"127.0.0.1:{HubServer.FreePort()}";
        await using var server = await HubServer.StartAsync(settings: new Dictionary<string, string> { ["MLHub:Metrics:Url"] = $"http://{own}" });
        await using var prometheus = await PrometheusServer.StartAsync(own, Path.Combine(Deploy, "prometheus", "alerts.yml"));
        using var ada = server.CreateClient();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            await pages.SignUp.OpenAsync();
            await pages.SignUp.SignUpAsync("ada@example.org", "Ada Example");
            await ada.LoginAsync("ada@example.org");
            var experiment = await ada.CreateExperimentAsync("flowers");
            await WorkAsync(ada, experiment);
            // How often something happens shows from its second time on.
            await prometheus.WaitForDataAsync("mlhub_job_duration_seconds_count{kind=\"run.train\"}", "The end of a training");
            await WorkAsync(ada, experiment);
            using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Deploy, "grafana", "dashboards", "mlhub.json")));
            var panels = dashboard.RootElement.At("panels").EnumerateArray().Where(p => p.Text("type") != "row").ToList();

            Assert.True(panels.Count > 10);
            foreach (var panel in panels)
            {
                foreach (var target in panel.At("targets").EnumerateArray())
                {
                    await prometheus.WaitForDataAsync(target.Text("expr").Replace("$__rate_interval", "1m", StringComparison.Ordinal), panel.Text("title"));
                }
            }

            Assert.True(await prometheus.ValueAsync("max(mlhub_content{kind=\"people\"})") == 1);
            Assert.True(await prometheus.ValueAsync("sum(aspnetcore_components_circuit_connected)") >= 1);
            var rules = (await prometheus.GetAsync("/api/v1/rules")).At("data", "groups", 0, "rules").EnumerateArray().ToList();
            Assert.Equal(7, rules.Count);
            Assert.All(rules, r => Assert.True(r.Text("health") == "ok", r.GetRawText()));
        });
    }

    [Fact]
    public async Task Alerts_fire_when_they_should_and_are_silent_when_not()
    {
        var promtool = Path.Combine(Need.Prometheus, "promtool");

        Assert.Equal("", await RunAsync(promtool, "check", "rules", "alerts.yml"));
        Assert.Equal("", await RunAsync(promtool, "check", "config", "prometheus.yml"));
        Assert.Equal("", await RunAsync(promtool, "test", "rules", "alerts.test.yml"));
    }

    private static async Task WorkAsync(HubClient ada, string experiment)
    {
        var iris = await ada.ImportAsync(TestData.Path("iris.csv"));
        var started = await ada.PostAsync(
            $"experiments/{experiment}/train", new { datasetId = iris, task = "multiclass", target = "Species", algorithm = "lbfgs-logistic" }, HttpStatusCode.Accepted);
        await ada.WaitForJobAsync(started.Text("job", "id"));
    }

    /// <returns>Nothing when it succeeded, else all that it said.</returns>
    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path.Combine(Deploy, "prometheus"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? "" : await output + await errors;
    }
}
