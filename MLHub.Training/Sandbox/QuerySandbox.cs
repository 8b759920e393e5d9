using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Queries;

namespace MLHub.Training.Sandbox;

/// <summary>
/// Starts sandboxes: the strongest that works on this machine, found out by trying. Where only limits work it refuses, unless the operator
/// decided otherwise. One stands ready for the next question.
/// </summary>
internal sealed class QuerySandbox(string workRoot, QueryOptions options) : IQuerySandbox, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Lock _idleGate = new();
    private readonly CancellationTokenSource _end = new();
    private readonly List<string> _reasons = [];
    private SandboxLevel _level;
    private int _isDisposed;
    private Task<SandboxProcess>? _idle;

    /// <summary>Starts one for the next question each time that one is taken; a job that asks once does not need it.</summary>
    public bool KeepsReady { get; init; }

    /// <summary>For tests: see <see cref="SandboxRequest.SkipsGate"/>.</summary>
    internal bool SkipsGate { get; init; }

    public SandboxLevel Level => _level;

    /// <summary>Why stronger levels do not work here.</summary>
    public IReadOnlyList<string> Reasons => _reasons;

    public async Task<IReadOnlyList<ColumnSchema>> CheckAsync(SandboxQuery query, CancellationToken cancellationToken) =>
        (await AskAsync(query, 1, null, cancellationToken, onlyChecks: true)).Columns ?? [];

    public async Task<QueryRows> ReadAsync(SandboxQuery query, int maxRows, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(query, Math.Max(1, maxRows), null, cancellationToken);
        var columns = answer.Columns ?? [];
        try
        {
            return new(columns, [.. (answer.Rows ?? []).Select(r => CellRows.Typed(r, columns))], answer.HasMore, answer.Milliseconds);
        }
        catch (Exception nonsense) when (nonsense is JsonException or FormatException or OverflowException or ArgumentException)
        {
            throw new HubException(Refusal.Impossible, "The engine answered nonsense. Nothing else was affected. Write the query in another way.", "ENGINE_CRASHED");
        }
    }

    public async Task<QueryFile> WriteAsync(SandboxQuery query, string parquetPath, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(query, 0, parquetPath, cancellationToken);
        return new(answer.Columns ?? [], answer.RowCount, answer.Milliseconds);
    }

    /// <summary>A sandbox for the self-test, and through it the level of this machine.</summary>
    public Task<SandboxProcess> StartAsync(QueryLimits limits, CancellationToken cancellationToken) => StartBestAsync(limits, cancellationToken);

    /// <summary>The self-test found a hole: from now on this machine counts as one without walls.</summary>
    public void Distrust()
    {
        _level = SandboxLevel.LimitsOnly;
        _reasons.Add("The self-test found a hole.");
    }

    public async ValueTask DisposeAsync()
    {
        // The container knows it by two names and ends it once for each.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _end.CancelAsync();
        if (_idle is { } idle && await ReadyAsync(idle) is { } ready)
        {
            await ready.DisposeAsync();
        }

        _gate.Dispose();
        _end.Dispose();
    }

    private async Task<SandboxAnswer> AskAsync(SandboxQuery query, int maxRows, string? target, CancellationToken cancellationToken, bool onlyChecks = false)
    {
        var limits = query.Limits ?? options.Limits;
        await using var sandbox = await TakeAsync(limits, cancellationToken);
        var tables = query.Tables.ToDictionary(t => t.Name, t => sandbox.Lend(t.ParquetPath));
        var answer = await sandbox.AskAsync(new(query.Sql, tables, limits, maxRows) { SkipsGate = SkipsGate, OnlyChecks = onlyChecks }, cancellationToken);
        if (target is not null)
        {
            sandbox.TakeResult(target);
        }

        return answer;
    }

    private async Task<SandboxProcess> TakeAsync(QueryLimits limits, CancellationToken cancellationToken)
    {
        if (!KeepsReady || limits != options.Limits)
        {
            return await StartBestAsync(limits, cancellationToken);
        }

        Task<SandboxProcess>? idle;
        lock (_idleGate)
        {
            (idle, _idle) = (_idle, null);
        }

        var taken = idle is null ? null : await ReadyAsync(idle);
        taken ??= await StartBestAsync(limits, cancellationToken);
        KeepOneReady();
        return taken;
    }

    /// <summary>Starts one in the background, so that the next question need not wait for it.</summary>
    public void KeepOneReady()
    {
        lock (_idleGate)
        {
            if (KeepsReady && !_end.IsCancellationRequested)
            {
                _idle ??= StartBestAsync(options.Limits, _end.Token);
            }
        }
    }

    private static async Task<SandboxProcess?> ReadyAsync(Task<SandboxProcess> idle)
    {
        try
        {
            var sandbox = await idle;
            if (!sandbox.HasEnded)
            {
                return sandbox;
            }

            await sandbox.DisposeAsync();
        }
        catch (Exception failure) when (failure is SandboxException or HubException or OperationCanceledException)
        {
            // Another is started, and tells why it fails.
        }

        return null;
    }

    private async Task<SandboxProcess> StartBestAsync(QueryLimits limits, CancellationToken cancellationToken)
    {
        if (_level == SandboxLevel.Unknown)
        {
            await _gate.WaitAsync(cancellationToken);
            try
            {
                if (_level == SandboxLevel.Unknown)
                {
                    return await FindLevelAsync(limits, cancellationToken);
                }
            }
            finally
            {
                _gate.Release();
            }
        }

        Allow(_level);
        try
        {
            return await SandboxProcess.StartAsync(_level, workRoot, limits, cancellationToken);
        }
        catch (SandboxException failure)
        {
            throw new HubException(Refusal.Unavailable, $"The sandbox for SQL could not be started: {failure.Message} Try again in a moment.", "SQL_SANDBOX_OFF");
        }
    }

    private async Task<SandboxProcess> FindLevelAsync(QueryLimits limits, CancellationToken cancellationToken)
    {
        foreach (var level in (SandboxLevel[])[SandboxLevel.Full, SandboxLevel.Container, SandboxLevel.LimitsOnly])
        {
            if (level > options.MaxLevel)
            {
                continue;
            }

            try
            {
                if (level == SandboxLevel.LimitsOnly)
                {
                    _level = level;
                    Allow(level);
                }

                var sandbox = await SandboxProcess.StartAsync(level, workRoot, limits, cancellationToken);
                _level = level;
                return sandbox;
            }
            catch (SandboxException failure)
            {
                _reasons.Add($"{level}: {failure.Message}");
            }
        }

        throw new HubException(Refusal.Unavailable, $"The sandbox for SQL could not be started: {string.Join(" ", _reasons)}", "SQL_SANDBOX_OFF");
    }

    private void Allow(SandboxLevel level)
    {
        if (level == SandboxLevel.LimitsOnly && !options.AllowInsecureUserSql)
        {
            throw new HubException(
                Refusal.Unavailable,
                "SQL is switched off on this server: its operating system offers nothing to shut a query in. The operator can allow user namespaces or Landlock "
                + "(see docs/threat-model.md), or decide with MLHub:Queries:AllowInsecureUserSql=true that everybody who may write SQL here is trusted.",
                "SQL_SANDBOX_OFF");
        }
    }
}
