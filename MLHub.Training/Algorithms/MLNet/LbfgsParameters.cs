using MLHub.Core.Training;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>What the L-BFGS learners have in common.</summary>
internal static class LbfgsParameters
{
    public static IReadOnlyList<ParameterDescriptor> Of(params IEnumerable<ParameterDescriptor> more) =>
    [
        Parameter.Integer("iterations", 500, 1, 10_000, "How many steps at most; it usually converges sooner.", log: true),
        Parameter.Number("l2", 0.1, 0, 1000, "L2 penalty on the weights.").Searched(0.001, 100, log: true),
        Parameter.Number("l1", 0, 0, 1000, "L1 penalty: drives weights of useless features to zero.").Searched(0, 1),
        .. more,
        Parameter.Number("tolerance", 1e-7, 1e-12, 0.1, "It stops when a step improves the loss by less.", log: true).Advanced(),
    ];
}
