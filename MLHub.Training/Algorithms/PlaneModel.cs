using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms;

/// <summary>A mean and orthonormal directions from it: the score is the distance of a row from the plane that they span.</summary>
internal sealed class PlaneModel(float[] mean, float[][] directions) : ITrainedModel, IExplains
{
    public const string FormatName = "plane-1";

    public string Format => FormatName;

    public int Outputs => 1;

    public double[] Score(FeatureMatrix rows, int threads)
    {
        var scores = new double[rows.Rows];
        var rest = new double[mean.Length];
        for (var r = 0; r < scores.Length; r++)
        {
            Rest(rows.Row(r), rest);
            scores[r] = Math.Sqrt(rest.Sum(v => v * v));
        }

        return scores;
    }

    /// <summary>The share of each feature in the squared distance, as a part of the distance: their sum is the score.</summary>
    public double[] Contribute(FeatureMatrix rows, int threads)
    {
        var width = mean.Length + 1;
        var contributions = new double[rows.Rows * width];
        var rest = new double[mean.Length];
        for (var r = 0; r < rows.Rows; r++)
        {
            Rest(rows.Row(r), rest);
            var distance = Math.Sqrt(rest.Sum(v => v * v));
            for (var f = 0; f < rest.Length; f++)
            {
                contributions[(r * width) + f] = distance > 0 ? rest[f] * rest[f] / distance : 0;
            }
        }

        return contributions;
    }

    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(mean.Length);
        writer.Write(directions.Length);
        foreach (var value in mean.Concat(directions.SelectMany(d => d)))
        {
            writer.Write(value);
        }
    }

    public static PlaneModel Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        var mean = new float[reader.ReadInt32()];
        var directions = new float[reader.ReadInt32()][];
        Fill(mean);
        for (var d = 0; d < directions.Length; d++)
        {
            Fill(directions[d] = new float[mean.Length]);
        }

        return new(mean, directions);

        void Fill(float[] values)
        {
            for (var f = 0; f < values.Length; f++)
            {
                values[f] = reader.ReadSingle();
            }
        }
    }

    public void Dispose()
    {
    }

    /// <summary>What of a row the plane does not hold.</summary>
    private void Rest(ReadOnlySpan<float> row, double[] rest)
    {
        for (var f = 0; f < rest.Length; f++)
        {
            rest[f] = (double)row[f] - mean[f];
        }

        // One direction after the other, each from what the ones before left: they are orthogonal up to rounding.
        foreach (var direction in directions)
        {
            var along = 0d;
            for (var f = 0; f < rest.Length; f++)
            {
                along += rest[f] * direction[f];
            }

            for (var f = 0; f < rest.Length; f++)
            {
                rest[f] -= along * direction[f];
            }
        }
    }
}
