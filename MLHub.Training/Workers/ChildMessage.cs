using System.Text.Json;
using System.Text.Json.Serialization;
using MLHub.Core.Jobs;

namespace MLHub.Training.Workers;

/// <summary>One line from the child to its worker; exactly one of the members is set.</summary>
internal sealed record ChildMessage
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChildProgress? Progress { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChildLogLine? Log { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChildPoint? Point { get; init; }

    /// <summary>The handler is done; the last message of a good child.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Result { get; init; }

    /// <summary>The handler gave up; the last message of a child that failed honestly.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChildFailure? Failure { get; init; }
}

internal sealed record ChildProgress(double Value, string Stage, string? Message);

internal sealed record ChildLogLine(JobLogLevel Level, string Text);

internal sealed record ChildPoint(string Key, long Step, double Value);

/// <param name="Code">Stable code.</param>
/// <param name="Message">For the user.</param>
/// <param name="Trace">For the server's log, when it was not the user's fault.</param>
internal sealed record ChildFailure(string Code, string Message, string? Trace);
