using System.Diagnostics;
using System.Text;

namespace MLHub.Tests.Support;

/// <summary>The real program as a worker of a server, on a "machine" of its own: another data folder, no database, no store.</summary>
public sealed class WorkerProcess : IAsyncDisposable
{
    private readonly StringBuilder _log = new();
    private readonly Process _process;
    private readonly Process _watchdog;

    private WorkerProcess(string folder, Uri hub, string token, IReadOnlyDictionary<string, string> settings)
    {
        Folder = folder;
        Directory.CreateDirectory(folder);
        var tokenFile = Path.Combine(folder, "token");
        File.WriteAllText(tokenFile, token + "\n");
        var start = new ProcessStartInfo(Repository.Program, ["worker", "--hub", hub.ToString(), "--token-file", tokenFile, .. settings.Select(s => $"--{s.Key}={s.Value}")])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("MLHub", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MLHub__DataPath"] = Path.Combine(folder, "data");
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Write(line.Data);
        _process.ErrorDataReceived += (_, line) => Write(line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _watchdog = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"cat > /dev/null; case \"$(readlink /proc/{_process.Id}/exe)\" in */mlhub | */dotnet) kill -9 {_process.Id} ;; esac"])
        {
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        })!;
    }

    public string Folder { get; }

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Processes that it started and that live: its jobs.</summary>
    public IReadOnlyList<int> Children =>
        [.. Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), out var id) ? id : 0).Where(id => id > 0 && ParentOf(id) == _process.Id)];

    public static WorkerProcess Start(string folder, Uri hub, string token, IReadOnlyDictionary<string, string>? settings = null) => new(folder, hub, token, settings ?? new Dictionary<string, string>());

    /// <summary>STOP, CONT, TERM or KILL.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {_process.Id}"]);
        kill.WaitForExit();
    }

    public async Task<int> WaitForExitAsync(int seconds = 40)
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(seconds) * Patience.Factor);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal("CONT");
            _process.Kill(entireProcessTree: true);
        }

        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            Write("(its output is still held open by a child)");
        }

        _watchdog.Kill(entireProcessTree: true);
        _watchdog.Dispose();
        _process.Dispose();
    }

    private static int ParentOf(int processId)
    {
        try
        {
            // The name in brackets may hold blanks; state and parent stand behind it.
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private void Write(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }
}
