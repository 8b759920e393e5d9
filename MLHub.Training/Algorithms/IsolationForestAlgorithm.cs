using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms;

/// <summary>
/// Isolation forest (Liu, Ting and Zhou, 2008): random cuts set unusual rows apart after few steps. The score is 2 to the minus mean depth,
/// measured in the depth that is usual among as many rows.
/// </summary>
internal sealed class IsolationForestAlgorithm : IAlgorithm
{
    private const double Euler = 0.5772156649015329;

    public AlgorithmDescriptor Descriptor { get; } = new(
        "isolation-forest",
        "Isolation forest",
        [TrainingTask.Anomaly],
        "The best first choice for finding unusual rows: fast, and columns need not go together in any way.",
        CurveKind.None,
        [
            Parameter.Integer("trees", 200, 1, 5000, "How many trees. More make the score steadier.", log: true),
            Parameter.Integer("sampleRows", 256, 8, 100_000, "Rows that each tree sees. Few are enough, and hide less.", log: true),
            Parameter.FlaggedShare,
        ]);

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: false, NativeMissing: false, CategoryForm.OneHotOrOrdinal);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        var rows = request.Train.Features;
        var (wanted, sample) = (request.Parameters.Integer("trees"), Math.Min(request.Parameters.Integer("sampleRows"), rows.Rows));
        var deepest = (int)Math.Ceiling(Math.Log2(Math.Max(sample, 2)));
        var order = Enumerable.Range(0, rows.Rows).ToArray();
        var trees = new List<Tree>(wanted);
        EarlyStop? stopped = null;
        while (trees.Count < wanted && stopped is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Each tree has its own numbers: the first ones are the same however many follow.
            var random = new Random(unchecked((request.Seed * 7919) + trees.Count));
            for (var i = 0; i < sample; i++)
            {
                var other = random.Next(i, order.Length);
                (order[i], order[other]) = (order[other], order[i]);
            }

            trees.Add(new Grower(rows, random, deepest).Grow(order.AsSpan(0, sample)));
            request.Monitor.Iteration(trees.Count, wanted, "tree");
            stopped = trees.Count < wanted ? request.Monitor.ShouldStop() : null;
        }

        var unit = 1 / (trees.Count * Math.Max(UsualDepth(sample), double.Epsilon));
        return new(new TreeModel(Link.HalfPower, [new(0, [.. trees.Select(t => t with { Leaves = Array.ConvertAll(t.Leaves, l => l * unit) })])]))
        {
            Iterations = trees.Count,
            StoppedEarly = stopped,
        };
    }

    /// <summary>Mean depth of an unsuccessful search in a binary search tree of so many rows.</summary>
    internal static double UsualDepth(int rows) => rows switch
    {
        <= 1 => 0,
        2 => 1,
        _ => (2 * (Math.Log(rows - 1) + Euler)) - (2.0 * (rows - 1) / rows),
    };

    private sealed class Grower(FeatureMatrix rows, Random random, int deepest)
    {
        private readonly List<int> _left = [];
        private readonly List<int> _right = [];
        private readonly List<int> _feature = [];
        private readonly List<float> _threshold = [];
        private readonly List<double> _leaves = [];

        public Tree Grow(Span<int> sample)
        {
            Node(sample, 0);
            return new([.. _left], [.. _right], [.. _feature], [.. _threshold], [.. _leaves]);
        }

        /// <returns>Number of the node, or <c>~</c>number of the leaf.</returns>
        private int Node(Span<int> some, int depth)
        {
            if (depth >= deepest || some.Length <= 1 || Cut(some) is not var (feature, threshold))
            {
                _leaves.Add(depth + UsualDepth(some.Length));
                return ~(_leaves.Count - 1);
            }

            var node = _left.Count;
            _left.Add(0);
            _right.Add(0);
            _feature.Add(feature);
            _threshold.Add(threshold);
            var middle = 0;
            for (var i = 0; i < some.Length; i++)
            {
                if (rows.Row(some[i])[feature] <= threshold)
                {
                    (some[middle], some[i]) = (some[i], some[middle]);
                    middle++;
                }
            }

            _left[node] = Node(some[..middle], depth + 1);
            _right[node] = Node(some[middle..], depth + 1);
            return node;
        }

        /// <returns>A feature in which the rows differ and a place between its extremes; <c>null</c> when all rows are equal.</returns>
        private (int Feature, float Threshold)? Cut(ReadOnlySpan<int> some)
        {
            var first = random.Next(rows.Columns);
            for (var tried = 0; tried < rows.Columns; tried++)
            {
                var feature = (first + tried) % rows.Columns;
                var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
                foreach (var row in some)
                {
                    var value = rows.Row(row)[feature];
                    (low, high) = (Math.Min(low, value), Math.Max(high, value));
                }

                if (low < high)
                {
                    var threshold = (float)(low + (random.NextDouble() * ((double)high - low)));
                    // Rounding must not leave one side empty.
                    return (feature, threshold >= high ? low : threshold);
                }
            }

            return null;
        }
    }
}
