using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms;

/// <summary>What one feature adds to the score: the effect of the first range whose upper bound is at least the value. Empty for a feature that adds nothing.</summary>
internal sealed record Shape(double[] UpperBounds, double[] Effects)
{
    public double Effect(float value)
    {
        if (Effects.Length == 0)
        {
            return 0;
        }

        var place = Array.BinarySearch(UpperBounds, value);
        return Effects[Math.Min(place >= 0 ? place : ~place, Effects.Length - 1)];
    }
}

/// <summary>One step function per feature and a bias.</summary>
internal sealed class AdditiveModel(Link link, double bias, Shape[] shapes) : ITrainedModel, IExplains
{
    public const string FormatName = "additive-1";

    public string Format => FormatName;

    public int Outputs => 1;

    public double[] Score(FeatureMatrix rows, int threads)
    {
        var scores = new double[rows.Rows];
        for (var r = 0; r < scores.Length; r++)
        {
            var row = rows.Row(r);
            scores[r] = bias;
            for (var f = 0; f < row.Length; f++)
            {
                scores[r] += shapes[f].Effect(row[f]);
            }
        }

        Links.Apply(link, scores, 1);
        return scores;
    }

    public double[] Contribute(FeatureMatrix rows, int threads)
    {
        var width = rows.Columns + 1;
        var contributions = new double[rows.Rows * width];
        for (var r = 0; r < rows.Rows; r++)
        {
            var row = rows.Row(r);
            for (var f = 0; f < row.Length; f++)
            {
                contributions[(r * width) + f] = shapes[f].Effect(row[f]);
            }

            contributions[(r * width) + row.Length] = bias;
        }

        return contributions;
    }

    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write((byte)link);
        writer.Write(bias);
        writer.Write(shapes.Length);
        foreach (var shape in shapes)
        {
            writer.Write(shape.Effects.Length);
            for (var b = 0; b < shape.Effects.Length; b++)
            {
                writer.Write(shape.UpperBounds[b]);
                writer.Write(shape.Effects[b]);
            }
        }
    }

    public static AdditiveModel Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        var link = (Link)reader.ReadByte();
        var bias = reader.ReadDouble();
        var shapes = new Shape[reader.ReadInt32()];
        for (var s = 0; s < shapes.Length; s++)
        {
            var count = reader.ReadInt32();
            shapes[s] = new(new double[count], new double[count]);
            for (var b = 0; b < count; b++)
            {
                shapes[s].UpperBounds[b] = reader.ReadDouble();
                shapes[s].Effects[b] = reader.ReadDouble();
            }
        }

        return new(link, bias, shapes);
    }

    public void Dispose()
    {
    }
}
