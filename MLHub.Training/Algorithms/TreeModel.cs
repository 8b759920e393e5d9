using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms;

/// <summary>One binary tree. A child below 0 is the leaf with the number <c>~child</c>; a row goes left when its value is at most the threshold.</summary>
internal sealed record Tree(int[] Left, int[] Right, int[] Feature, float[] Threshold, double[] Leaves)
{
    public double Score(ReadOnlySpan<float> row)
    {
        if (Left.Length == 0)
        {
            return Leaves[0];
        }

        var node = 0;
        while (node >= 0)
        {
            node = row[Feature[node]] <= Threshold[node] ? Left[node] : Right[node];
        }

        return Leaves[~node];
    }
}

/// <param name="Bias">Score before the first tree.</param>
internal sealed record TreeEnsemble(double Bias, Tree[] Trees);

/// <summary>Sums of trees, one sum per output, whoever grew them. Read and scored by ourselves, as <see cref="LinearModel"/> is.</summary>
internal sealed class TreeModel(Link link, TreeEnsemble[] ensembles) : ITrainedModel
{
    public const string FormatName = "trees-1";

    public string Format => FormatName;

    public int Outputs => ensembles.Length;

    public double[] Score(FeatureMatrix rows, int threads)
    {
        var scores = new double[rows.Rows * Outputs];
        void ScoreRow(int r)
        {
            var row = rows.Row(r);
            for (var o = 0; o < ensembles.Length; o++)
            {
                var sum = ensembles[o].Bias;
                foreach (var tree in ensembles[o].Trees)
                {
                    sum += tree.Score(row);
                }

                scores[(r * ensembles.Length) + o] = sum;
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

        Links.Apply(link, scores, Outputs);
        return scores;
    }

    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write((byte)link);
        writer.Write(ensembles.Length);
        foreach (var ensemble in ensembles)
        {
            writer.Write(ensemble.Bias);
            writer.Write(ensemble.Trees.Length);
            foreach (var tree in ensemble.Trees)
            {
                writer.Write(tree.Left.Length);
                for (var n = 0; n < tree.Left.Length; n++)
                {
                    writer.Write(tree.Left[n]);
                    writer.Write(tree.Right[n]);
                    writer.Write(tree.Feature[n]);
                    writer.Write(tree.Threshold[n]);
                }

                foreach (var leaf in tree.Leaves)
                {
                    writer.Write(leaf);
                }
            }
        }
    }

    public static TreeModel Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        var link = (Link)reader.ReadByte();
        var ensembles = new TreeEnsemble[reader.ReadInt32()];
        for (var e = 0; e < ensembles.Length; e++)
        {
            var bias = reader.ReadDouble();
            var trees = new Tree[reader.ReadInt32()];
            for (var t = 0; t < trees.Length; t++)
            {
                var nodes = reader.ReadInt32();
                var tree = trees[t] = new(new int[nodes], new int[nodes], new int[nodes], new float[nodes], new double[nodes + 1]);
                for (var n = 0; n < nodes; n++)
                {
                    tree.Left[n] = reader.ReadInt32();
                    tree.Right[n] = reader.ReadInt32();
                    tree.Feature[n] = reader.ReadInt32();
                    tree.Threshold[n] = reader.ReadSingle();
                }

                for (var l = 0; l <= nodes; l++)
                {
                    tree.Leaves[l] = reader.ReadDouble();
                }
            }

            ensembles[e] = new(bias, trees);
        }

        return new(link, ensembles);
    }

    public void Dispose()
    {
    }
}
