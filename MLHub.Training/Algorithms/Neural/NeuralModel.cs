using MLHub.Core.Common;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.Neural;

/// <summary>A trained network and what its outputs mean.</summary>
/// <param name="shift">Numbers: added to what it answers after <paramref name="scale"/>.</param>
internal sealed class NeuralModel(Network network, Link link, double scale, double shift) : ITrainedModel
{
    public const string FormatName = "neural-1";

    private const int ChunkRows = 1024;

    public string Format => FormatName;

    public int Outputs => network.Shape.Outputs;

    public double[] Score(FeatureMatrix rows, int threads)
    {
        var outputs = Outputs;
        var scores = new double[rows.Rows * outputs];
        var buffers = new NetworkBuffers(network.Shape, Math.Min(ChunkRows, Math.Max(1, rows.Rows)), isLearning: false);
        var chunk = new int[buffers.Rows];
        for (var from = 0; from < rows.Rows; from += chunk.Length)
        {
            var count = Math.Min(chunk.Length, rows.Rows - from);
            for (var i = 0; i < count; i++)
            {
                chunk[i] = from + i;
            }

            network.Forward(buffers, rows, chunk.AsSpan(0, count), dropout: null, threads);
            for (var i = 0; i < count * outputs; i++)
            {
                scores[(from * outputs) + i] = (buffers.Output[i] * scale) + shift;
            }
        }

        Links.Apply(link, scores, outputs);
        return scores;
    }

    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(HubJson.Write(network.Shape));
        writer.Write((byte)link);
        writer.Write(scale);
        writer.Write(shift);
        foreach (var value in network.Weights.Concat(network.Running))
        {
            writer.Write(value);
        }
    }

    public static NeuralModel Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        var shape = HubJson.Read<NetworkShape>(reader.ReadString());
        var (link, scale, shift) = ((Link)reader.ReadByte(), reader.ReadDouble(), reader.ReadDouble());
        return new(new(shape, Read(reader, shape.WeightCount), Read(reader, shape.RunningCount)), link, scale, shift);
    }

    public void Dispose()
    {
    }

    private static float[] Read(BinaryReader reader, long count)
    {
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadSingle();
        }

        return values;
    }
}
