using Microsoft.ML;
using MLHub.Core.Training;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>Lets ML.NET grow trees, tells how many there are, and keeps those there are when it is stopped.</summary>
internal static class GrownTrees
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(500);

    /// <param name="trainer">Makes the trainer.</param>
    /// <param name="fit">Trains and takes the trees.</param>
    /// <param name="soFar">Takes the trees of a trainer that was stopped.</param>
    public static (TreeEnsemble Trees, EarlyStop? Stopped) Fit<TTrainer>(
        FitRequest request,
        Func<MLContext, TTrainer> trainer,
        Func<TTrainer, TreeEnsemble> fit,
        Func<Microsoft.ML.Trainers.FastTree.RegressionTreeEnsemble, TreeEnsemble> soFar,
        CancellationToken cancellationToken)
        where TTrainer : class
    {
        TTrainer? made = null;
        var trees = request.Parameters.Integer("trees");
        using var looking = new Timer(
            _ =>
            {
                if (TreesSoFar.Count(made) is > 0 and var count)
                {
                    request.Monitor.Iteration(count, trees, "tree");
                }
            },
            null, _look, _look);
        return MLNetRun.Fit(
            request,
            context => fit(made = trainer(context)),
            new(() => TreesSoFar.Count(made) > 0, () => TreesSoFar.Take(made) is { } ensemble ? soFar(ensemble) : null),
            cancellationToken);
    }
}
