using System.Numerics.Tensors;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.Neural;

/// <summary>A multilayer perceptron: embeddings, dense layers with batch normalisation, activation and dropout, a linear output.</summary>
internal sealed class Network(NetworkShape shape, float[] weights, float[] running)
{
    private const float Epsilon = 1e-5f;

    /// <summary>How much of the running statistics a batch replaces.</summary>
    private const float Momentum = 0.1f;

    public NetworkShape Shape => shape;

    public float[] Weights => weights;

    /// <summary>Means and variances that batch normalisation uses when it answers.</summary>
    public float[] Running => running;

    public static Network Create(NetworkShape shape, Random random)
    {
        var weights = new float[shape.WeightCount];
        for (var c = 0; c < shape.Categories.Count; c++)
        {
            var category = shape.Categories[c];
            if (category.IsLearned)
            {
                // The place of levels never seen stays zero: it says nothing until training rows lack a value.
                var table = weights.AsSpan(shape.EmbeddingAt(c), category.Places * category.Width)[category.Width..];
                Normal(random, table, 0.1);
            }
        }

        for (var l = 0; l < shape.Layers; l++)
        {
            // He et al. (2015) for rectifiers, Glorot and Bengio (2010) for the others.
            var isRectifier = l < shape.Hidden.Count && shape.Activation is Activation.Relu or Activation.Gelu or Activation.Silu;
            var deviation = isRectifier ? Math.Sqrt(2.0 / shape.WidthInto(l)) : Math.Sqrt(2.0 / (shape.WidthInto(l) + shape.WidthOf(l)));
            Normal(random, weights.AsSpan(shape.WeightsAt(l), shape.WidthInto(l) * shape.WidthOf(l)), deviation);
            if (shape.IsNormed(l))
            {
                weights.AsSpan(shape.ScaleAt(l), shape.WidthOf(l)).Fill(1);
            }
        }

        var running = new float[shape.RunningCount];
        for (var l = 0; shape.BatchNorm && l < shape.Hidden.Count; l++)
        {
            running.AsSpan(shape.RunningAt(l) + shape.Hidden[l], shape.Hidden[l]).Fill(1);
        }

        return new(shape, weights, running);
    }

    /// <summary>Raw outputs for some rows, in <see cref="NetworkBuffers.Output"/>.</summary>
    /// <param name="dropout">Draws who is dropped; <c>null</c> when it answers instead of learning.</param>
    public void Forward(NetworkBuffers buffers, FeatureMatrix rows, ReadOnlySpan<int> batch, (Random Random, float Rate)? dropout, int threads)
    {
        var count = batch.Length;
        Gather(rows, batch, buffers.Inputs[0]);
        for (var l = 0; l < shape.Layers; l++)
        {
            var (into, width) = (shape.WidthInto(l), shape.WidthOf(l));
            var sums = buffers.Sums[l].AsSpan(0, count * width);
            MatrixProduct.Multiply(buffers.Inputs[l], into, 1, weights.AsSpan(shape.WeightsAt(l), into * width), sums, count, into, width, threads);
            if (l == shape.Hidden.Count)
            {
                AddToRows(sums, weights.AsSpan(shape.BiasAt(l), width));
                return;
            }

            if (shape.IsNormed(l))
            {
                Norm(buffers, l, count, isLearning: dropout is not null);
            }
            else
            {
                AddToRows(sums, weights.AsSpan(shape.BiasAt(l), width));
            }

            var activated = buffers.Inputs[l + 1].AsSpan(0, count * width);
            Activations.Apply(shape.Activation, sums, activated);
            if (dropout is { Rate: > 0 } drop)
            {
                Drop(buffers.Masks[l].AsSpan(0, count * width), activated, drop.Random, drop.Rate);
            }
        }
    }

    /// <summary>Gradients of all weights from the gradient of the outputs, which stands in the last <see cref="NetworkBuffers.Gradients"/>.</summary>
    public void Backward(NetworkBuffers buffers, FeatureMatrix rows, ReadOnlySpan<int> batch, bool hasDropout, float[] gradient, int threads)
    {
        var count = batch.Length;
        gradient.AsSpan().Clear();
        for (var l = shape.Layers - 1; l >= 0; l--)
        {
            var (into, width) = (shape.WidthInto(l), shape.WidthOf(l));
            var here = buffers.Gradients[l].AsSpan(0, count * width);
            if (l < shape.Hidden.Count)
            {
                if (hasDropout)
                {
                    TensorPrimitives.Multiply(here, buffers.Masks[l].AsSpan(0, count * width), here);
                }

                Activations.Back(shape.Activation, buffers.Sums[l].AsSpan(0, count * width), here, buffers.Scratch.AsSpan(0, count * width));
            }

            SumRows(here, gradient.AsSpan(shape.BiasAt(l), width));
            if (shape.IsNormed(l))
            {
                NormBack(buffers, l, count, here, gradient.AsSpan(shape.BiasAt(l), width), gradient.AsSpan(shape.ScaleAt(l), width));
            }

            MatrixProduct.Multiply(buffers.Inputs[l], 1, into, here, gradient.AsSpan(shape.WeightsAt(l), into * width), into, count, width, threads);
            if (l > 0 || shape.Categories.Any(c => c.IsLearned))
            {
                var turned = buffers.Turned.AsSpan(0, into * width);
                Transpose(weights.AsSpan(shape.WeightsAt(l), into * width), turned, into, width);
                MatrixProduct.Multiply(here, width, 1, turned, l > 0 ? buffers.Gradients[l - 1] : buffers.InputGradient, count, width, into, threads);
            }
        }

        ScatterEmbeddings(buffers, rows, batch, gradient);
    }

    private static void Normal(Random random, Span<float> values, double deviation)
    {
        foreach (ref var value in values)
        {
            // Box and Muller; 1 − u is never 0.
            value = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    }

    private void Gather(FeatureMatrix rows, ReadOnlySpan<int> batch, float[] input)
    {
        var width = shape.InputWidth;
        for (var i = 0; i < batch.Length; i++)
        {
            var from = rows.Row(batch[i]);
            var to = input.AsSpan(i * width, width);
            for (var n = 0; n < shape.Numbers.Count; n++)
            {
                to[n] = from[shape.Numbers[n]];
            }

            var at = shape.Numbers.Count;
            for (var c = 0; c < shape.Categories.Count; c++)
            {
                var category = shape.Categories[c];
                var place = category.Place(from[category.Slot]);
                var part = to.Slice(at, category.Width);
                if (category.IsLearned)
                {
                    weights.AsSpan(shape.EmbeddingAt(c) + (place * category.Width), category.Width).CopyTo(part);
                }
                else
                {
                    part.Clear();
                    part[place] = 1;
                }

                at += category.Width;
            }
        }
    }

    private void ScatterEmbeddings(NetworkBuffers buffers, FeatureMatrix rows, ReadOnlySpan<int> batch, float[] gradient)
    {
        var at = shape.Numbers.Count;
        for (var c = 0; c < shape.Categories.Count; c++)
        {
            var category = shape.Categories[c];
            for (var i = 0; category.IsLearned && i < batch.Length; i++)
            {
                var place = category.Place(rows.Row(batch[i])[category.Slot]);
                var to = gradient.AsSpan(shape.EmbeddingAt(c) + (place * category.Width), category.Width);
                TensorPrimitives.Add(to, buffers.InputGradient.AsSpan((i * shape.InputWidth) + at, category.Width), to);
            }

            at += category.Width;
        }
    }

    private void Norm(NetworkBuffers buffers, int layer, int count, bool isLearning)
    {
        var width = shape.WidthOf(layer);
        var sums = buffers.Sums[layer].AsSpan(0, count * width);
        var mean = running.AsSpan(shape.RunningAt(layer), width);
        var variance = running.AsSpan(shape.RunningAt(layer) + width, width);
        var inverse = buffers.Inverse[layer].AsSpan(0, width);
        var centre = mean;
        if (isLearning)
        {
            centre = buffers.Mean.AsSpan(0, width);
            SumRows(sums, centre);
            TensorPrimitives.Divide(centre, (float)count, centre);
            inverse.Clear();
            for (var i = 0; i < count; i++)
            {
                var row = sums.Slice(i * width, width);
                for (var j = 0; j < width; j++)
                {
                    var difference = row[j] - centre[j];
                    inverse[j] += difference * difference;
                }
            }

            for (var j = 0; j < width; j++)
            {
                var spread = inverse[j] / count;
                mean[j] += Momentum * (centre[j] - mean[j]);
                variance[j] += Momentum * ((count > 1 ? spread * count / (count - 1) : spread) - variance[j]);
                inverse[j] = 1 / MathF.Sqrt(spread + Epsilon);
            }
        }
        else
        {
            for (var j = 0; j < width; j++)
            {
                inverse[j] = 1 / MathF.Sqrt(variance[j] + Epsilon);
            }
        }

        var shift = weights.AsSpan(shape.BiasAt(layer), width);
        var scale = weights.AsSpan(shape.ScaleAt(layer), width);
        var normed = buffers.Normed[layer].AsSpan(0, count * width);
        for (var i = 0; i < count; i++)
        {
            var row = sums.Slice(i * width, width);
            var to = normed.Slice(i * width, width);
            for (var j = 0; j < width; j++)
            {
                to[j] = (row[j] - centre[j]) * inverse[j];
                row[j] = (to[j] * scale[j]) + shift[j];
            }
        }
    }

    /// <summary>Ioffe and Szegedy (2015): the batch's mean and variance depend on every row.</summary>
    private void NormBack(NetworkBuffers buffers, int layer, int count, Span<float> gradient, ReadOnlySpan<float> shiftGradient, Span<float> scaleGradient)
    {
        var width = shape.WidthOf(layer);
        var normed = buffers.Normed[layer].AsSpan(0, count * width);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < width; j++)
            {
                scaleGradient[j] += gradient[(i * width) + j] * normed[(i * width) + j];
            }
        }

        var scale = weights.AsSpan(shape.ScaleAt(layer), width);
        var inverse = buffers.Inverse[layer].AsSpan(0, width);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < width; j++)
            {
                var at = (i * width) + j;
                gradient[at] = scale[j] * inverse[j] * (gradient[at] - ((shiftGradient[j] + (normed[at] * scaleGradient[j])) / count));
            }
        }
    }

    private static void Drop(Span<float> mask, Span<float> values, Random random, float rate)
    {
        // One draw serves several numbers: 16 bits each.
        var keep = 1 / (1 - rate);
        var limit = (int)(rate * 65536);
        for (var i = 0; i < mask.Length; i += 3)
        {
            var bits = random.NextInt64();
            for (var j = i; j < Math.Min(i + 3, mask.Length); j++, bits >>= 16)
            {
                mask[j] = (int)(bits & 0xFFFF) < limit ? 0 : keep;
            }
        }

        TensorPrimitives.Multiply(values, mask, values);
    }

    private static void AddToRows(Span<float> values, ReadOnlySpan<float> row)
    {
        for (var at = 0; at < values.Length; at += row.Length)
        {
            var some = values.Slice(at, row.Length);
            TensorPrimitives.Add(some, row, some);
        }
    }

    private static void SumRows(ReadOnlySpan<float> values, Span<float> sum)
    {
        sum.Clear();
        for (var at = 0; at < values.Length; at += sum.Length)
        {
            TensorPrimitives.Add(sum, values.Slice(at, sum.Length), sum);
        }
    }

    private static void Transpose(ReadOnlySpan<float> from, Span<float> to, int rows, int columns)
    {
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                to[(j * rows) + i] = from[(i * columns) + j];
            }
        }
    }
}

/// <summary>Room for one batch on its way through a network and back.</summary>
internal sealed class NetworkBuffers
{
    public NetworkBuffers(NetworkShape shape, int rows, bool isLearning)
    {
        Rows = rows;
        Inputs = [.. Enumerable.Range(0, shape.Layers).Select(l => new float[rows * shape.WidthInto(l)])];
        Sums = [.. Enumerable.Range(0, shape.Layers).Select(l => new float[rows * shape.WidthOf(l)])];
        Normed = [.. shape.Hidden.Select(h => new float[shape.BatchNorm ? rows * h : 0])];
        Inverse = [.. shape.Hidden.Select(h => new float[h])];
        Mean = new float[shape.Hidden.DefaultIfEmpty(0).Max()];
        var learning = isLearning ? rows : 0;
        Masks = [.. shape.Hidden.Select(h => new float[learning * h])];
        Gradients = [.. Enumerable.Range(0, shape.Layers).Select(l => new float[learning * shape.WidthOf(l)])];
        InputGradient = new float[learning * shape.InputWidth];
        Scratch = new float[learning * shape.Hidden.DefaultIfEmpty(0).Max()];
        Turned = new float[isLearning ? Enumerable.Range(0, shape.Layers).Max(l => shape.WidthInto(l) * shape.WidthOf(l)) : 0];
    }

    public int Rows { get; }

    /// <summary>What each layer reads.</summary>
    public float[][] Inputs { get; }

    /// <summary>What each layer makes, before the activation.</summary>
    public float[][] Sums { get; }

    public float[] Output => Sums[^1];

    public float[][] Normed { get; }

    public float[][] Inverse { get; }

    public float[] Mean { get; }

    public float[][] Masks { get; }

    /// <summary>Of what each layer makes.</summary>
    public float[][] Gradients { get; }

    public float[] InputGradient { get; }

    public float[] Scratch { get; }

    public float[] Turned { get; }
}
