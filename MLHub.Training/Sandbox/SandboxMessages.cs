using System.Text.Json.Serialization;
using MLHub.Core.Common;
using MLHub.Core.Queries;

namespace MLHub.Training.Sandbox;

/// <summary>First message of a sandbox: its walls stand, and it has leaned against them.</summary>
/// <param name="FilesStopped">A file of the machine could not be read.</param>
/// <param name="NetworkStopped">A socket could not be made.</param>
internal sealed record SandboxReady(bool FilesStopped, bool NetworkStopped);

/// <summary>The only message to a sandbox.</summary>
/// <param name="Tables">Name → file name in the input folder.</param>
/// <param name="MaxRows">Of an answer with rows; 0 asks for a file.</param>
internal sealed record SandboxRequest(string Sql, IReadOnlyDictionary<string, string> Tables, QueryLimits Limits, int MaxRows)
{
    /// <summary>Instead of a query: what the self-test wants to see fail.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SandboxTrial>? Trials { get; init; }

    /// <summary>Computes nothing: the answer has the columns alone.</summary>
    public bool OnlyChecks { get; init; }

    /// <summary>Tests switch ring 1 off to see that the others hold without it.</summary>
    public bool SkipsGate { get; init; }
}

/// <param name="Name">One of <see cref="SandboxTrials"/>.</param>
internal sealed record SandboxTrial(string Name, string Path, int Port);

internal sealed record SandboxAnswer
{
    public IReadOnlyList<ColumnSchema>? Columns { get; init; }

    /// <summary>As they went through the pipe: <see cref="CellRows.Typed(object?[], IReadOnlyList{ColumnSchema})"/> gives them their types back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(CellRows))]
    public object?[][]? Rows { get; init; }

    public long RowCount { get; init; }

    public bool HasMore { get; init; }

    public double Milliseconds { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SandboxError? Error { get; init; }

    /// <summary>Of each trial: what happened.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Outcomes { get; init; }
}

internal sealed record SandboxError(Refusal Refusal, string Code, string Message);
