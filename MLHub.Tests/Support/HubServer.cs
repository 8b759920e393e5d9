using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MLHub.Tests.Support;

/// <summary>
/// The real program as a process of its own, on a free port, with a data folder of its own. It can be killed and started
/// again on the same state. It ends when the tests do, even when they are killed. Its log is kept in the artefacts.
/// </summary>
public sealed class HubServer : IAsyncDisposable
{
    private const int FirstPort = 15_000;
    private const int Ports = 15_000;
    private static int _ports = Random.Shared.Next(Ports);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60) * Patience.Factor;

    private readonly Dictionary<string, string> _settings = [];
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly TestFolder _folder = new();
    private readonly StringBuilder _log = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly string _logPath;
    private readonly string _program;
    private StreamWriter? _logFile;
    private Process? _process;
    private Process? _watchdog;

    private HubServer(string name, string? dataPath, string? program)
    {
        _program = program ?? Repository.Program;
        DataPath = dataPath ?? Path.Combine(_folder.Path, "data");
        Port = FreePort();
        var folder = Path.Combine(Repository.Artifacts, "servers");
        Directory.CreateDirectory(folder);
        _logPath = Path.Combine(folder, $"{name}-{Port}.log");
    }

    public int Port { get; }

    /// <summary>With the name <c>localhost</c>: browsers trust it as they trust https.</summary>
    public Uri Address => new($"http://localhost:{Port}");

    public string DataPath { get; }

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("The server is not running.");

    /// <summary>What the server wrote to its console so far, over all its starts.</summary>
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

    /// <param name="program">Another build of MLHub than the one beside these tests.</param>
    public static async Task<HubServer> StartAsync(
        HubBackend backend = HubBackend.SqliteAndDisk, IReadOnlyDictionary<string, string>? settings = null, string? dataPath = null, string? program = null)
    {
        var server = await CreateAsync(backend, settings, dataPath, program);
        try
        {
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Everything that a server needs, but nothing runs yet.</summary>
    public static async Task<HubServer> CreateAsync(
        HubBackend backend = HubBackend.SqliteAndDisk, IReadOnlyDictionary<string, string>? settings = null, string? dataPath = null, string? program = null)
    {
        var name = TestContext.Current.TestClass?.TestClassSimpleName ?? "server";
        var server = new HubServer(name, dataPath, program);
        try
        {
            if (backend == HubBackend.PostgresAndS3)
            {
                await server.UsePostgresAndS3Async();
            }

            foreach (var (key, value) in settings ?? new Dictionary<string, string>())
            {
                server._settings[key] = value;
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public HubClient CreateClient() => new(Address);

    /// <summary>Starts it, again after <see cref="KillAsync"/> or <see cref="StopAsync"/>; returns when it is ready.</summary>
    public async Task RestartAsync()
    {
        if (_process is { HasExited: false })
        {
            throw new InvalidOperationException("Kill or stop the running server first.");
        }

        var start = Prepare(["--urls", $"http://localhost:{Port}"]);
        _logFile ??= new StreamWriter(_logPath) { AutoFlush = true };
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        _watchdog = StartWatchdog(process.Id);
        await WaitUntilReadyAsync(process);
    }

    /// <summary>As a power cut would: no signal handler runs, no buffer is written.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
        {
            return;
        }

        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended by itself.
        }

        await EndedAsync();
    }

    /// <summary>Asks it to stop (SIGTERM) and waits.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(TimeSpan? timeout = null)
    {
        var process = _process ?? throw new InvalidOperationException("The server is not running.");
        using (var kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync().WaitAsync(timeout ?? TimeSpan.FromSeconds(40));
        var code = process.ExitCode;
        await EndedAsync();
        return code;
    }

    /// <summary>Runs a verb of the program with the settings of this server, beside it when it runs.</summary>
    /// <returns>The exit code and all that was written.</returns>
    public async Task<(int Code, string Output)> RunVerbAsync(params string[] args)
    {
        using var process = Process.Start(Prepare(args)) ?? throw new InvalidOperationException("The program was not started.");
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(StartTimeout * 2);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await errors);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }

        StreamWriter? log;
        lock (_log)
        {
            (log, _logFile) = (_logFile, null);
        }

        if (log is not null)
        {
            await log.DisposeAsync();
        }

        _http.Dispose();
        _folder.Dispose();
    }

    /// <summary>
    /// A port that no other test gets, and that the system gives to nobody who asks for any: below the range from which it takes those.
    /// </summary>
    internal static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + (Interlocked.Increment(ref _ports) % Ports);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }

    /// <summary>Settings of the developer's shell must not decide over a test.</summary>
    private static bool IsOurs(string name) =>
        name.StartsWith("MLHub__", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("MLHUB_TEST_", StringComparison.Ordinal)
        || name is "ASPNETCORE_ENVIRONMENT" or "DOTNET_ENVIRONMENT" or "ASPNETCORE_URLS" or "URLS";

    private ProcessStartInfo Prepare(string[] args)
    {
        var start = new ProcessStartInfo(_program, args)
        {
            // Not the source folder: what the program needs must lie beside it or in its data folder.
            WorkingDirectory = _folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MLHub__DataPath"] = DataPath;
        foreach (var (key, value) in _settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return start;
    }

    /// <summary>A shell that waits for its input to end, which it does with this process whatever the reason, and then kills the server.</summary>
    private static Process StartWatchdog(int processId)
    {
        var watchdog = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"cat > /dev/null; case \"$(readlink /proc/{processId}/exe)\" in */mlhub | */dotnet) kill -9 {processId} ;; esac"])
        {
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        });
        return watchdog ?? throw new Win32Exception("No shell was started.");
    }

    private async Task UsePostgresAndS3Async()
    {
        var database = await PostgresDatabase.CreateAsync();
        _owned.Add(database);
        var bucket = await S3Bucket.CreateAsync();
        _owned.Add(bucket);
        _settings["MLHub:Database:Engine"] = "Postgres";
        _settings["MLHub:Database:ConnectionString"] = database.ConnectionString;
        _settings["MLHub:Storage:Kind"] = "S3";
        _settings["MLHub:Storage:S3:ServiceUrl"] = bucket.Endpoint;
        _settings["MLHub:Storage:S3:Bucket"] = bucket.Name;
        _settings["MLHub:Storage:S3:Region"] = bucket.Region;
        _settings["MLHub:Storage:S3:AccessKey"] = bucket.AccessKey;
        _settings["MLHub:Storage:S3:SecretKey"] = bucket.SecretKey;
    }

    private async Task WaitUntilReadyAsync(Process process)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < StartTimeout)
        {
            if (process.HasExited)
            {
                await EndedAsync();
                throw new InvalidOperationException($"The server ended with code {process.ExitCode} at its start.\n{Tail()}");
            }

            try
            {
                using var answer = await _http.GetAsync(new Uri(Address, "/health/ready"));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet.
            }

            await Task.Delay(50);
        }

        await KillAsync();
        throw new TimeoutException($"The server was not ready after {StartTimeout.TotalSeconds} s.\n{Tail()}");
    }

    private async Task EndedAsync()
    {
        if (_process is { } process)
        {
            // Without a time limit this would wait for grandchildren that hold the pipes open.
            try
            {
                await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
            }
            catch (TimeoutException)
            {
                Write("(the output of the ended server is still held open by a child)");
            }
        }

        if (_watchdog is { } watchdog)
        {
            watchdog.Kill(entireProcessTree: true);
            await watchdog.WaitForExitAsync();
            watchdog.Dispose();
            _watchdog = null;
        }

        _process = null;
    }

    private void Write(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            _log.AppendLine(line);
            _logFile?.WriteLine(line);
        }
    }

    private string Tail()
    {
        var log = Log;
        return log.Length > 4000 ? log[^4000..] : log;
    }
}
