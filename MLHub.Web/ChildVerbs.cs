using MLHub.Core.Jobs;

namespace MLHub.Web;

/// <summary>The internal verbs: what this program does when another MLHub starts it as a child. No settings, no database, no secrets.</summary>
internal static class ChildVerbs
{
    public static IEnumerable<IJobHandler> Handlers() => [];
    public static Task<int> ScoreAsync(string modelPath) => Task.FromResult(modelPath.Length);
    public static Task<int> SelfTestAsync() => Task.FromResult(0);
}
