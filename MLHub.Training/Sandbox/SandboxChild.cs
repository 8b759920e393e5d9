using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Queries;
using MLHub.Training.Workers;

namespace MLHub.Training.Sandbox;

/// <summary>
/// The verb <c>sandbox</c>. First <c>enter</c>: puts up the walls and starts the program again behind them. Then <c>serve</c>: gives up the rest,
/// says that it is ready, answers one request and ends.
/// </summary>
public static class SandboxChild
{
    private const int RowBytes = 24 * 1024 * 1024;
    private const int Cpu = 0;
    private const int FileSize = 1;
    private const int OpenFiles = 7;
    private const int AddressSpace = 9;

    public static int Run(string stage, string plan)
    {
        var agreed = HubJson.Read<SandboxPlan>(plan);
        if (stage == "serve")
        {
            return ServeAsync(agreed).GetAwaiter().GetResult();
        }

        // Before the walls: behind them these files cannot be written.
        ChildLimits.Apply();
        try
        {
            Enter(agreed, plan);
            return 0;
        }
        catch (Exception refused) when (refused is SandboxException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(refused.Message);
            return SandboxProcess.NoWall;
        }
    }

    private static unsafe void Enter(SandboxPlan plan, string text)
    {
        var isFull = plan.Level == SandboxLevel.Full;
        if (isFull)
        {
            MountWall.Build(plan);
        }
        else
        {
            LandlockWall.Build(plan);
        }

        var program = isFull ? MountWall.Program : plan.ProgramFolder;
        var runtime = isFull ? MountWall.Runtime : plan.RuntimeFolder;
        var scratch = isFull ? MountWall.Scratch : plan.ScratchFolder;
        Linux.Check(Linux.ChangeFolder(scratch), "chdir");
        string[] command = File.Exists(Path.Combine(program, "mlhub"))
            ? [Path.Combine(program, "mlhub")]
            : [Path.Combine(runtime, "dotnet"), Path.Combine(program, "mlhub.dll")];
        string[] arguments = [.. command, "sandbox", "serve", text];
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string?)v.Value);
        environment["DOTNET_ROOT"] = runtime;
        environment["HOME"] = environment["TMPDIR"] = scratch;
        var words = arguments.Select(Bytes).Concat(environment.Select(v => Bytes($"{v.Key}={v.Value}"))).ToArray();
        var pointers = stackalloc byte*[words.Length + 2];
        var handles = words.Select(w => System.Runtime.InteropServices.GCHandle.Alloc(w, System.Runtime.InteropServices.GCHandleType.Pinned)).ToArray();
        for (var i = 0; i < words.Length; i++)
        {
            pointers[i < arguments.Length ? i : i + 1] = (byte*)handles[i].AddrOfPinnedObject();
        }

        pointers[arguments.Length] = null;
        pointers[words.Length + 1] = null;
        Linux.Check(Linux.Execute(arguments[0], pointers, pointers + arguments.Length + 1), "execve");
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private static async Task<int> ServeAsync(SandboxPlan plan)
    {
        await using var output = PrivateOutput.Take();
        ChildLimits.Apply();
        Limit(plan);
        if (plan.Level != SandboxLevel.LimitsOnly)
        {
            SystemCallFilter.Apply();
        }

        var isFull = plan.Level == SandboxLevel.Full;
        var folder = isFull ? MountWall.In : plan.InFolder;
        var scratch = isFull ? MountWall.Scratch : plan.ScratchFolder;
        // The one without tables, whose parser reads the text first.
        using var idle = new DuckDBConnection("Data Source=:memory:");
        idle.Open();
        WarmUp(idle, scratch);
        await Frames.WriteAsync(output, new SandboxReady(!CanRead(plan.Canary), !CanOpenSocket()), CancellationToken.None);

        var input = Console.OpenStandardInput();
        if (await Frames.ReadAsync<SandboxRequest>(input, CancellationToken.None) is not { } request)
        {
            return 0;
        }

        EndWith(input);
        var answer = request.Trials is { } trials
            ? new SandboxAnswer { Outcomes = [.. trials.Select(SandboxTrials.Run)] }
            : await AnswerAsync(request, idle, plan.Level, folder, scratch);
        await Frames.WriteAsync(output, answer, CancellationToken.None);
        return 0;
    }

    private static async Task<SandboxAnswer> AnswerAsync(SandboxRequest request, DuckDBConnection idle, SandboxLevel level, string folder, string scratch)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(request.Limits.Seconds));
        try
        {
            return await Task.Run(() => Answer(request, idle, level, folder, scratch, limit.Token));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            var late = SandboxProcess.TooLate(request.Limits);
            return new() { Error = new(late.Refusal, late.Code, late.Message) };
        }
        catch (HubException refused)
        {
            return new() { Error = new(refused.Refusal, refused.Code, refused.Message) };
        }
        catch (OutOfMemoryException)
        {
            var full = SandboxProcess.OutOfMemory();
            return new() { Error = new(full.Refusal, full.Code, full.Message) };
        }
    }

    private static SandboxAnswer Answer(SandboxRequest request, DuckDBConnection idle, SandboxLevel level, string folder, string scratch, CancellationToken cancellationToken)
    {
        var statement = request.SkipsGate ? request.Sql : new SqlGate(idle).Check(request.Sql, [.. request.Tables.Keys]);
        var tables = request.Tables.Select(t => new SandboxTable(t.Key, Path.Combine(folder, t.Value))).ToList();
        using var engine = LockedEngine.Open(tables, request.Limits, scratch, toDatabase: request.MaxRows == 0, copyTables: level == SandboxLevel.LimitsOnly);
        if (request.MaxRows == 0)
        {
            var file = engine.Write(statement, Path.Combine(scratch, SandboxProcess.ResultFile), cancellationToken);
            return new() { Columns = file.Columns, RowCount = file.RowCount, Milliseconds = file.Milliseconds };
        }

        if (request.OnlyChecks)
        {
            return new() { Columns = engine.Check(statement, cancellationToken) };
        }

        var rows = engine.Read(statement, request.MaxRows, RowBytes, cancellationToken);
        return new()
        {
            Columns = rows.Columns,
            Rows = [.. rows.Rows],
            RowCount = rows.Rows.Count,
            HasMore = rows.HasMore,
            Milliseconds = rows.Milliseconds,
        };
    }

    /// <summary>The first query finds everything loaded and compiled.</summary>
    private static void WarmUp(DuckDBConnection idle, string scratch)
    {
        var statement = new SqlGate(idle).Check("SELECT 1 AS a, 'x' AS b", []);
        using var engine = LockedEngine.Open([], new(10, 64, 1, 10, 16), scratch, toDatabase: false, copyTables: true);
        var rows = engine.Read(statement, 10, 1000, CancellationToken.None);
        _ = JsonSerializer.Serialize(new SandboxAnswer { Columns = rows.Columns, Rows = [.. rows.Rows] }, HubJson.Options);
    }

    private static void Limit(SandboxPlan plan)
    {
        Set(Cpu, (ulong)plan.CpuSeconds, (ulong)plan.CpuSeconds + 1);
        Set(FileSize, (ulong)plan.FileBytes);
        Set(OpenFiles, 256);
        // Coarse: .NET and the engine reserve much more than they use. The supervisor watches what is used.
        Set(AddressSpace, (ulong)plan.MemoryBytes + (6UL << 30));

        static void Set(int resource, ulong soft, ulong? hard = null)
        {
            var limit = new Linux.ResourceLimit { Soft = soft, Hard = hard ?? soft };
            _ = Linux.SetLimit(resource, in limit);
        }
    }

    /// <summary>The server is gone when standard input ends: nobody wants the answer any more.</summary>
    private static void EndWith(Stream input) => new Thread(() =>
    {
        while (input.ReadByte() >= 0)
        {
        }

        Environment.Exit(3);
    })
    { IsBackground = true }.Start();

    private static bool CanRead(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool CanOpenSocket()
    {
        const int internet = 2, stream = 1;
        var socket = Linux.Socket(internet, stream, 0);
        if (socket < 0)
        {
            return false;
        }

        _ = Linux.Close(socket);
        return true;
    }
}
