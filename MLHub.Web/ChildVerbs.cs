using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Queries;
using MLHub.Core.Recipes;
using MLHub.Training;
using MLHub.Training.Algorithms;
using MLHub.Training.Models;
using MLHub.Training.Sandbox;
using MLHub.Training.Workers;

namespace MLHub.Web;

/// <summary>The internal verbs: what this program does when another MLHub starts it as a child. No settings, no database, no secrets.</summary>
internal static class ChildVerbs
{
    public static IEnumerable<IJobHandler> Handlers() => new ServiceCollection()
        .AddTraining()
        .AddSingleton<IJobHandler>(_ => DatasetsSetup.CreateImportHandler())
        .AddSingleton<IJobHandler>(_ => RecipesSetup.CreatePrepareHandler(SandboxSetup.CreateForJob()))
        .AddSingleton<IJobHandler>(_ => DatasetsSetup.CreatePreviewHandler())
        .AddSingleton<IJobHandler>(_ => new QueryHandler(SandboxSetup.CreateForJob))
        .BuildServiceProvider()
        .GetServices<IJobHandler>();

    /// <summary>Keeps one model warm and answers rows until standard input ends.</summary>
    public static async Task<int> ScoreAsync(string modelPath)
    {
        await using var output = PrivateOutput.Take();
        ChildLimits.Apply();
        try
        {
            await ScoringLoop.RunAsync(modelPath, Console.OpenStandardInput(), output, CancellationToken.None);
            return 0;
        }
        catch (HubException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return 1;
        }
    }

    /// <summary>Trains every algorithm on a handful of rows and prints which do not work, as JSON: name → reason.</summary>
    public static async Task<int> SelfTestAsync()
    {
        await using var output = PrivateOutput.Take();
        ChildLimits.Apply();
        await output.WriteAsync(System.Text.Encoding.UTF8.GetBytes(HubJson.Write(AlgorithmSelfTest.Run())));
        return 0;
    }
}
