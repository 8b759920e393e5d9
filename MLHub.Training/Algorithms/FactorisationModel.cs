using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms;

/// <summary>A factorisation machine (Rendle, 2010) over rows scaled to length 1: linear weights, and one vector per feature whose products weigh pairs.</summary>
internal sealed class FactorisationModel(float[] linear, float[] latent, int dimension) : ITrainedModel
{
    public const string FormatName = "factorisation-1";

    public string Format => FormatName;

    public int Outputs => 1;

    public double[] Score(FeatureMatrix rows, int threads)
    {
        var scores = new double[rows.Rows];
        Span<double> sums = stackalloc double[dimension];
        for (var r = 0; r < scores.Length; r++)
        {
            var row = rows.Row(r);
            var length = 0d;
            foreach (var value in row)
            {
                length += (double)value * value;
            }

            var scale = length > 0 ? 1 / Math.Sqrt(length) : 0;
            sums.Clear();
            var (straight, squares) = (0d, 0d);
            for (var f = 0; f < row.Length; f++)
            {
                if (row[f] == 0)
                {
                    continue;
                }

                var x = row[f] * scale;
                straight += linear[f] * x;
                for (var d = 0; d < dimension; d++)
                {
                    var part = latent[(f * dimension) + d] * x;
                    sums[d] += part;
                    squares += part * part;
                }
            }

            var pairs = -squares;
            foreach (var sum in sums)
            {
                pairs += sum * sum;
            }

            scores[r] = straight + (pairs / 2);
        }

        Links.Apply(Link.Logistic, scores, 1);
        return scores;
    }

    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(linear.Length);
        writer.Write(dimension);
        foreach (var weight in linear)
        {
            writer.Write(weight);
        }

        foreach (var weight in latent)
        {
            writer.Write(weight);
        }
    }

    public static FactorisationModel Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        var linear = new float[reader.ReadInt32()];
        var dimension = reader.ReadInt32();
        var latent = new float[linear.Length * dimension];
        for (var f = 0; f < linear.Length; f++)
        {
            linear[f] = reader.ReadSingle();
        }

        for (var f = 0; f < latent.Length; f++)
        {
            latent[f] = reader.ReadSingle();
        }

        return new(linear, latent, dimension);
    }

    public void Dispose()
    {
    }
}
