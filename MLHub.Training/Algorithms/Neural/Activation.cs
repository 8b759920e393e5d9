using System.Numerics.Tensors;

namespace MLHub.Training.Algorithms.Neural;

internal enum Activation : byte
{
    Relu,
    Gelu,
    Silu,
    Tanh,
    Sigmoid,
}

internal static class Activations
{
    // GELU in the form with tanh (Hendrycks and Gimpel, 2016).
    private const float GeluScale = 0.7978845608f;
    private const float GeluCube = 0.044715f;

    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetNames<Activation>().Select(n => n.ToLowerInvariant())];

    public static Activation Of(string name) => Enum.Parse<Activation>(name, ignoreCase: true);

    public static void Apply(Activation activation, ReadOnlySpan<float> x, Span<float> y)
    {
        switch (activation)
        {
            case Activation.Relu:
                TensorPrimitives.Max(x, 0f, y);
                break;
            case Activation.Tanh:
                TensorPrimitives.Tanh(x, y);
                break;
            case Activation.Sigmoid:
                TensorPrimitives.Sigmoid(x, y);
                break;
            case Activation.Silu:
                TensorPrimitives.Sigmoid(x, y);
                TensorPrimitives.Multiply(x, y, y);
                break;
            default:
                for (var i = 0; i < x.Length; i++)
                {
                    y[i] = GeluScale * (x[i] + (GeluCube * x[i] * x[i] * x[i]));
                }

                TensorPrimitives.Tanh(y, y);
                for (var i = 0; i < x.Length; i++)
                {
                    y[i] = 0.5f * x[i] * (1 + y[i]);
                }

                break;
        }
    }

    /// <summary>Multiplies the gradient by the slope, in place.</summary>
    /// <param name="x">What went in.</param>
    /// <param name="scratch">As long as <paramref name="x"/>.</param>
    public static void Back(Activation activation, ReadOnlySpan<float> x, Span<float> gradient, Span<float> scratch)
    {
        switch (activation)
        {
            case Activation.Relu:
                for (var i = 0; i < x.Length; i++)
                {
                    gradient[i] = x[i] > 0 ? gradient[i] : 0;
                }

                return;
            case Activation.Tanh:
                TensorPrimitives.Tanh(x, scratch);
                for (var i = 0; i < x.Length; i++)
                {
                    gradient[i] *= 1 - (scratch[i] * scratch[i]);
                }

                return;
            case Activation.Sigmoid:
                TensorPrimitives.Sigmoid(x, scratch);
                for (var i = 0; i < x.Length; i++)
                {
                    gradient[i] *= scratch[i] * (1 - scratch[i]);
                }

                return;
            case Activation.Silu:
                TensorPrimitives.Sigmoid(x, scratch);
                for (var i = 0; i < x.Length; i++)
                {
                    gradient[i] *= scratch[i] * (1 + (x[i] * (1 - scratch[i])));
                }

                return;
            default:
                for (var i = 0; i < x.Length; i++)
                {
                    scratch[i] = GeluScale * (x[i] + (GeluCube * x[i] * x[i] * x[i]));
                }

                TensorPrimitives.Tanh(scratch, scratch);
                for (var i = 0; i < x.Length; i++)
                {
                    var inner = GeluScale * (1 + (3 * GeluCube * x[i] * x[i]));
                    gradient[i] *= (0.5f * (1 + scratch[i])) + (0.5f * x[i] * (1 - (scratch[i] * scratch[i])) * inner);
                }

                return;
        }
    }
}
