using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms;

/// <summary>Centres of groups: its scores are a row's distances to each of them, and the nearest is its group.</summary>
internal sealed class CentreModel(float[][] centres) : ITrainedModel
{
    public const string FormatName = "centres-1";

    public string Format => FormatName;

    public int Outputs => centres.Length;

    public IReadOnlyList<float[]> Centres => centres;

    public bool IsFinite => Array.TrueForAll(centres, c => Array.TrueForAll(c, float.IsFinite));

    public double[] Score(FeatureMatrix rows, int threads)
    {
        var scores = new double[rows.Rows * centres.Length];
        void ScoreRow(int r)
        {
            var row = rows.Row(r);
            for (var c = 0; c < centres.Length; c++)
            {
                var sum = 0d;
                var centre = centres[c];
                for (var f = 0; f < centre.Length; f++)
                {
                    var difference = (double)row[f] - centre[f];
                    sum += difference * difference;
                }

                scores[(r * centres.Length) + c] = Math.Sqrt(sum);
            }
        }

        if (threads > 1 && rows.Rows > 1000)
        {
            Parallel.For(0, rows.Rows, new ParallelOptions { MaxDegreeOfParallelism = threads }, ScoreRow);
        }
        else
        {
            for (var r = 0; r < rows.Rows; r++)
            {
                ScoreRow(r);
            }
        }

        return scores;
    }

    /// <summary>The nearest centre; the first of equally near ones.</summary>
    public static int Nearest(ReadOnlySpan<double> distances)
    {
        var best = 0;
        for (var c = 1; c < distances.Length; c++)
        {
            if (distances[c] < distances[best])
            {
                best = c;
            }
        }

        return best;
    }

    public double MeanSquare(FeatureMatrix rows)
    {
        var distances = Score(rows, 1);
        var sum = 0d;
        for (var r = 0; r < rows.Rows; r++)
        {
            var own = distances.AsSpan(r * centres.Length, centres.Length);
            var nearest = own[Nearest(own)];
            sum += nearest * nearest;
        }

        return sum / rows.Rows;
    }

    public CentreModel OrderedBySize(FeatureMatrix rows)
    {
        var sizes = new int[centres.Length];
        var distances = Score(rows, 1);
        for (var r = 0; r < rows.Rows; r++)
        {
            sizes[Nearest(distances.AsSpan(r * centres.Length, centres.Length))]++;
        }

        return new([.. centres.Index().OrderByDescending(c => sizes[c.Index]).Select(c => c.Item)]);
    }

    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(centres.Length);
        writer.Write(centres[0].Length);
        foreach (var value in centres.SelectMany(c => c))
        {
            writer.Write(value);
        }
    }

    public static CentreModel Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        var centres = new float[reader.ReadInt32()][];
        var features = reader.ReadInt32();
        for (var c = 0; c < centres.Length; c++)
        {
            centres[c] = new float[features];
            for (var f = 0; f < features; f++)
            {
                centres[c][f] = reader.ReadSingle();
            }
        }

        return new(centres);
    }

    public void Dispose()
    {
    }
}
