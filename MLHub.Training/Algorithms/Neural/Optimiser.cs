namespace MLHub.Training.Algorithms.Neural;

internal enum OptimiserKind
{
    Sgd,
    Momentum,
    Adam,
    AdamW,
}

/// <summary>Moves weights against their gradient.</summary>
/// <param name="decay">Pulls weights to zero: through the gradient, with AdamW beside it (Loshchilov and Hutter, 2019). Biases and scales are left alone.</param>
internal sealed class Optimiser(OptimiserKind kind, NetworkShape shape, float learningRate, float decay)
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;
    private const float Epsilon = 1e-8f;
    private readonly float[] _first = new float[kind == OptimiserKind.Sgd ? 0 : shape.WeightCount];
    private readonly float[] _second = new float[kind is OptimiserKind.Adam or OptimiserKind.AdamW ? shape.WeightCount : 0];
    private int _step;

    public void Step(float[] weights, float[] gradient)
    {
        _step++;
        Move(weights, gradient, 0, shape.WeightsAt(0), decay);
        for (var l = 0; l < shape.Layers; l++)
        {
            Move(weights, gradient, shape.WeightsAt(l), shape.BiasAt(l), decay);
            Move(weights, gradient, shape.BiasAt(l), l + 1 < shape.Layers ? shape.WeightsAt(l + 1) : weights.Length, 0);
        }
    }

    private void Move(float[] weights, float[] gradient, int from, int to, float pull)
    {
        switch (kind)
        {
            case OptimiserKind.Sgd:
                for (var i = from; i < to; i++)
                {
                    weights[i] -= learningRate * (gradient[i] + (pull * weights[i]));
                }

                break;
            case OptimiserKind.Momentum:
                for (var i = from; i < to; i++)
                {
                    _first[i] = (Beta1 * _first[i]) + gradient[i] + (pull * weights[i]);
                    weights[i] -= learningRate * _first[i];
                }

                break;
            default:
                // Kingma and Ba (2015), with the corrections for the first steps.
                var (size, correct) = (learningRate / (1 - MathF.Pow(Beta1, _step)), 1 / (1 - MathF.Pow(Beta2, _step)));
                var (inGradient, beside) = kind == OptimiserKind.Adam ? (pull, 0f) : (0f, learningRate * pull);
                for (var i = from; i < to; i++)
                {
                    var g = gradient[i] + (inGradient * weights[i]);
                    _first[i] += (1 - Beta1) * (g - _first[i]);
                    _second[i] += (1 - Beta2) * ((g * g) - _second[i]);
                    weights[i] -= (size * _first[i] / (MathF.Sqrt(_second[i] * correct) + Epsilon)) + (beside * weights[i]);
                }

                break;
        }
    }
}
