using System.Text.RegularExpressions;
using MLHub.Tests.Support;

namespace MLHub.Tests.Api;

/// <summary>Two refusals are the same when only their trace ids differ.</summary>
internal static partial class Problems
{
    public static string WithoutTrace(HubAnswer answer) => $"{(int)answer.Status} {Trace().Replace(answer.Text, "")}";

    [GeneratedRegex("\"traceId\":\"[^\"]*\"")]
    private static partial Regex Trace();
}
