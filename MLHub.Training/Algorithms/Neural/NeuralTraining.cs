using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.Neural;

/// <summary>One training of a network: epochs of batches, the loss after each epoch, the best weights kept.</summary>
internal sealed class NeuralTraining
{
    /// <summary>Rows that the curve is computed on.</summary>
    private const int CurveRows = 20_000;

    private readonly FitRequest _request;
    private readonly Network _network;
    private readonly Link _link;
    private readonly float[] _labels;
    private readonly double _mean;
    private readonly double _deviation = 1;
    private readonly float[] _gradient;
    private readonly NetworkBuffers _buffers;

    public NeuralTraining(FitRequest request, NetworkShape shape)
    {
        _request = request;
        _network = Network.Create(shape, new Random(request.Seed));
        _labels = request.Train.Labels;
        _link = request.Task switch { TrainingTask.Binary => Link.Logistic, TrainingTask.Multiclass => Link.Softmax, _ => Link.Identity };
        if (request.Task == TrainingTask.Regression)
        {
            (_labels, _mean, _deviation) = MLNet.Linear.Standardise(request.Train.Labels);
        }

        BatchSize = Math.Min(request.Parameters.Integer("batchSize"), request.Train.Labels.Length);
        _gradient = new float[shape.WeightCount];
        _buffers = new(shape, BatchSize, isLearning: true);
    }

    private int BatchSize { get; }

    public FitOutcome Run(CancellationToken cancellationToken)
    {
        var p = _request.Parameters;
        var (epochs, patience, dropout) = (p.Integer("epochs"), p.Integer("patience"), p.Single("dropout"));
        var optimiser = new Optimiser(Enum.Parse<OptimiserKind>(p.Text("optimiser"), ignoreCase: true), _network.Shape, p.Single("learningRate"), p.Single("weightDecay"));
        var random = new Random(unchecked(_request.Seed + 1));
        var order = Enumerable.Range(0, _labels.Length).ToArray();
        var (train, validation) = (_request.Train.Thin(CurveRows), _request.Validation?.Thin(CurveRows));
        var (bestLoss, best, bestEpoch) = (double.PositiveInfinity, ((float[] Weights, float[] Running)?)null, 0);
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            var stopped = Epoch(order, random, dropout, optimiser, cancellationToken);
            if (stopped is not null && bestEpoch > 0)
            {
                // Half an epoch after the last measurement: what was measured is kept.
                return Outcome(best, bestEpoch, stopped);
            }

            var trainLoss = Loss(train);
            if (!double.IsFinite(trainLoss))
            {
                throw HubException.Impossible("Training did not converge: the loss is no longer a number. Lower the learning rate.", "DIVERGED");
            }

            var metric = _request.Task == TrainingTask.Regression ? "rmse" : "log_loss";
            _request.Monitor.Loss($"train_{metric}", epoch, trainLoss);
            var watched = epoch * -1.0;
            if (validation is not null)
            {
                watched = Loss(validation);
                _request.Monitor.Loss($"val_{metric}", epoch, watched);
            }

            _request.Monitor.Iteration(epoch, epochs, "epoch");
            if (validation is null || patience == 0 || watched < bestLoss)
            {
                (bestLoss, bestEpoch) = (watched, epoch);
                best = validation is null || patience == 0 ? null : ((float[])_network.Weights.Clone(), (float[])_network.Running.Clone());
            }

            if (stopped is not null)
            {
                return Outcome(best, bestEpoch, stopped);
            }

            if (validation is not null && patience > 0 && epoch - bestEpoch >= patience)
            {
                return Outcome(best, bestEpoch, EarlyStop.NoImprovement);
            }
        }

        return Outcome(best, bestEpoch, null);
    }

    /// <summary>Loss of a batch, and the gradient of all weights.</summary>
    internal double Gradient(ReadOnlySpan<int> batch, (Random Random, float Rate) dropout, out float[] gradient)
    {
        _network.Forward(_buffers, _request.Train.Features, batch, dropout, _request.Threads);
        var loss = OutputGradient(batch);
        _network.Backward(_buffers, _request.Train.Features, batch, dropout.Rate > 0, _gradient, _request.Threads);
        gradient = _gradient;
        return loss;
    }

    internal Network Network => _network;

    private EarlyStop? Epoch(int[] order, Random random, float dropout, Optimiser optimiser, CancellationToken cancellationToken)
    {
        random.Shuffle(order);
        // Batches of nearly equal size: a last one of a single row would have no spread.
        var batches = (order.Length + BatchSize - 1) / BatchSize;
        for (var b = 0; b < batches; b++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (from, to) = ((int)((long)order.Length * b / batches), (int)((long)order.Length * (b + 1) / batches));
            Gradient(order.AsSpan(from, to - from), (random, dropout), out var gradient);
            optimiser.Step(_network.Weights, gradient);
            if (_request.Monitor.ShouldStop() is { } stop)
            {
                return stop;
            }
        }

        return null;
    }

    /// <summary>Cross entropy or half the squared error: both have the gradient "answer minus truth".</summary>
    private double OutputGradient(ReadOnlySpan<int> batch)
    {
        var outputs = _network.Shape.Outputs;
        var (raw, to) = (_buffers.Output, _buffers.Gradients[^1]);
        var (loss, total) = (0d, 0d);
        foreach (var row in batch)
        {
            total += _request.Train.Weight(row);
        }

        Span<double> answer = outputs <= 256 ? stackalloc double[outputs] : new double[outputs];
        for (var i = 0; i < batch.Length; i++)
        {
            var weight = _request.Train.Weight(batch[i]) / total;
            var label = _labels[batch[i]];
            for (var o = 0; o < outputs; o++)
            {
                answer[o] = raw[(i * outputs) + o];
            }

            Links.ApplyRow(_link, answer);
            for (var o = 0; o < outputs; o++)
            {
                var truth = outputs == 1 ? label : o == (int)label ? 1 : 0;
                to[(i * outputs) + o] = (float)(weight * (answer[o] - truth));
            }

            loss += weight * (_link switch
            {
                Link.Identity => (answer[0] - label) * (answer[0] - label) / 2,
                Link.Logistic => -Math.Log(Math.Clamp(label > 0.5f ? answer[0] : 1 - answer[0], 1e-15, 1)),
                _ => -Math.Log(Math.Clamp(answer[(int)label], 1e-15, 1)),
            });
        }

        return loss;
    }

    private double Loss(LabeledMatrix rows) => Losses.Mean(_request.Task, Model().Score(rows.Features, _request.Threads), rows.Labels, _network.Shape.Outputs);

    private NeuralModel Model() => new(_network, _link, _deviation, _mean);

    private FitOutcome Outcome((float[] Weights, float[] Running)? best, int epoch, EarlyStop? stopped)
    {
        if (best is var (weights, running))
        {
            weights.CopyTo(_network.Weights, 0);
            running.CopyTo(_network.Running, 0);
        }

        return new(Model()) { Iterations = epoch, StoppedEarly = stopped };
    }
}
