using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms;

/// <summary>Weights and biases, whoever learned them. Read and scored by ourselves: fast, thread-safe and without a library's file format.</summary>
internal sealed class LinearModel(Link link, double[][] weights, double[] biases) : ITrainedModel, IExplains
{
    public const string FormatName = "linear-1";

    public string Format => FormatName;

    public int Outputs => biases.Length;

    public double[] Score(FeatureMatrix rows, int threads)
    {
        var scores = new double[rows.Rows * Outputs];
        for (var r = 0; r < rows.Rows; r++)
        {
            var row = rows.Row(r);
            for (var o = 0; o < Outputs; o++)
            {
                var sum = biases[o];
                var w = weights[o];
                for (var f = 0; f < row.Length; f++)
                {
                    sum += w[f] * row[f];
                }

                scores[(r * Outputs) + o] = sum;
            }
        }

        Links.Apply(link, scores, Outputs);
        return scores;
    }

    public double[] Contribute(FeatureMatrix rows, int threads)
    {
        var width = rows.Columns + 1;
        var contributions = new double[rows.Rows * Outputs * width];
        for (var r = 0; r < rows.Rows; r++)
        {
            var row = rows.Row(r);
            for (var o = 0; o < Outputs; o++)
            {
                var to = contributions.AsSpan(((r * Outputs) + o) * width, width);
                for (var f = 0; f < row.Length; f++)
                {
                    to[f] = weights[o][f] * row[f];
                }

                to[^1] = biases[o];
            }
        }

        return contributions;
    }

    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write((byte)link);
        writer.Write(Outputs);
        writer.Write(weights[0].Length);
        for (var o = 0; o < Outputs; o++)
        {
            writer.Write(biases[o]);
            foreach (var weight in weights[o])
            {
                writer.Write(weight);
            }
        }
    }

    public static LinearModel Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        var link = (Link)reader.ReadByte();
        var weights = new double[reader.ReadInt32()][];
        var features = reader.ReadInt32();
        var biases = new double[weights.Length];
        for (var o = 0; o < weights.Length; o++)
        {
            biases[o] = reader.ReadDouble();
            weights[o] = new double[features];
            for (var f = 0; f < features; f++)
            {
                weights[o][f] = reader.ReadDouble();
            }
        }

        return new(link, weights, biases);
    }

    public void Dispose()
    {
    }
}
