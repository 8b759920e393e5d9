using System.Diagnostics;
using System.Text.RegularExpressions;
using MLHub.Tests.Support;

namespace MLHub.Tests.Deployment;

/// <summary>
/// The container files do what they say, as far as that shows without a container engine: the build stage is carried out step by
/// step in an empty folder with only the files that it copies, and what it publishes is started from somewhere else.
/// </summary>
public sealed partial class ContainerFileTests
{
    private static readonly ContainerFile Dockerfile = ContainerFile.Read(Path.Combine(Repository.Root, "Dockerfile"));

    [Fact]
    public void The_image_runs_without_root_and_keeps_its_state_in_a_volume()
    {
        var last = Dockerfile.Stages[^1];

        Assert.Equal("1654", last.Of("USER").Single());
        Assert.Equal("/data", last.Of("VOLUME").Single());
        Assert.Contains("MLHub__DataPath=/data", last.Of("ENV").Single(), StringComparison.Ordinal);
        Assert.Equal("[\"/app/mlhub\"]", last.Of("ENTRYPOINT").Single());
        Assert.Contains("\"/app/mlhub\", \"health\"", last.Of("HEALTHCHECK").Single(), StringComparison.Ordinal);
        Assert.Contains("libgomp1", last.Of("RUN").First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("deploy/compose.yaml")]
    public void Every_setting_that_the_container_files_give_exists(string file)
    {
        var given = Setting().Matches(File.ReadAllText(Path.Combine(Repository.Root, file))).Select(m => m.Value.Replace("__", ":", StringComparison.Ordinal)).Distinct().ToList();

        Assert.NotEmpty(given);
        Assert.DoesNotContain(given, name => !KnownSettings.Names.Contains(name));
    }

    [Fact]
    [Trait(Category.Trait, Category.Slow)]
    public async Task The_build_stage_makes_a_program_that_starts_from_anywhere()
    {
        using var folder = new TestFolder();
        var source = folder.File("src");
        var published = folder.File("app");
        foreach (var instruction in Dockerfile.Stages[0].Instructions)
        {
            if (instruction.Word == "COPY")
            {
                Copy(instruction.Arguments.Split(' '), source);
            }
            else if (instruction.Word == "RUN")
            {
                await RunAsync(instruction.Arguments.Replace(" /app", $" {published}", StringComparison.Ordinal), source);
            }
        }

        await using var server = await HubServer.StartAsync(program: Path.Combine(published, "mlhub"));
        using var http = new HttpClient { BaseAddress = server.Address };
        var front = await http.GetAsync("/");

        Assert.True(front.IsSuccessStatusCode, $"The front page answered {(int)front.StatusCode}.");
        foreach (var asset in Asset().Matches(await front.Content.ReadAsStringAsync()).Select(m => m.Groups[1].Value).Distinct())
        {
            Assert.True((await http.GetAsync(asset)).IsSuccessStatusCode, $"{asset} is missing in the published program.");
        }

        Assert.Equal(0, await server.StopAsync());
    }

    /// <summary>As the engine does: sources must exist, ignored folders stay behind.</summary>
    private static void Copy(string[] words, string root)
    {
        var target = Path.GetFullPath(Path.Combine(root, words[^1]));
        foreach (var word in words[..^1])
        {
            var from = Path.Combine(Repository.Root, word.TrimEnd('/'));
            if (Directory.Exists(from))
            {
                CopyFolder(from, target);
            }
            else
            {
                Assert.True(File.Exists(from), $"The Dockerfile copies {word}, which does not exist.");
                Directory.CreateDirectory(target);
                File.Copy(from, Path.Combine(target, Path.GetFileName(from)), overwrite: true);
            }
        }
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }

        foreach (var folder in Directory.EnumerateDirectories(from).Where(f => Path.GetFileName(f) is not ("bin" or "obj" or "node_modules")))
        {
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }

    private static async Task RunAsync(string command, string folder)
    {
        // Compiler servers would outlive the test, and this very code went through the analyzers when the tests were built.
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"{command} -p:UseSharedCompilation=false -p:RunAnalyzers=false -nodeReuse:false"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{command} failed:\n{await output}\n{await errors}");
    }

    [GeneratedRegex("MLHub__[A-Za-z0-9_]+")]
    private static partial Regex Setting();

    [GeneratedRegex("(?:href|src)=\"(/?[^\":]+\\.(?:css|js|woff2|ttf|svg|ico))\"")]
    private static partial Regex Asset();
}
