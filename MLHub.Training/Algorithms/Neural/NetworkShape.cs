using System.Text.Json.Serialization;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.Neural;

/// <summary>A feature of level numbers: place 0 is for levels never seen, place 1 for level 0 and so on.</summary>
/// <param name="Width">Numbers per level.</param>
/// <param name="IsLearned">An embedding; otherwise one place per level that is 1 or 0.</param>
internal sealed record CategoryInput(int Slot, int Places, int Width, bool IsLearned)
{
    public int Place(float level) => level >= 0 && level < Places - 1 ? (int)level + 1 : 0;
}

/// <summary>How a network is built. Where its numbers stand in the one array of weights follows from it.</summary>
internal sealed record NetworkShape(
    int Slots, IReadOnlyList<int> Numbers, IReadOnlyList<CategoryInput> Categories, IReadOnlyList<int> Hidden, Activation Activation, bool BatchNorm, int Outputs)
{
    /// <summary>Width of the first layer's input.</summary>
    [JsonIgnore]
    public int InputWidth { get; } = Numbers.Count + Categories.Sum(c => c.Width);

    public int WidthInto(int layer) => layer == 0 ? InputWidth : Hidden[layer - 1];

    /// <summary>Layers with weights: the hidden ones and the output.</summary>
    [JsonIgnore]
    public int Layers => Hidden.Count + 1;

    public int WidthOf(int layer) => layer < Hidden.Count ? Hidden[layer] : Outputs;

    public bool IsNormed(int layer) => BatchNorm && layer < Hidden.Count;

    [JsonIgnore]
    public long WeightCount => EmbeddingCount + Enumerable.Range(0, Layers).Sum(l => LayerCount(l));

    [JsonIgnore]
    public int RunningCount => BatchNorm ? 2 * Hidden.Sum() : 0;

    private long EmbeddingCount => Categories.Where(c => c.IsLearned).Sum(c => (long)c.Places * c.Width);

    /// <summary>Weights, biases and, with batch normalisation, scales.</summary>
    private long LayerCount(int layer) => ((long)WidthInto(layer) * WidthOf(layer)) + (WidthOf(layer) * (IsNormed(layer) ? 2L : 1L));

    public int EmbeddingAt(int category) => (int)Categories.Take(category).Where(c => c.IsLearned).Sum(c => (long)c.Places * c.Width);

    public int WeightsAt(int layer) => (int)(EmbeddingCount + Enumerable.Range(0, layer).Sum(l => LayerCount(l)));

    public int BiasAt(int layer) => WeightsAt(layer) + (WidthInto(layer) * WidthOf(layer));

    /// <summary>Only where <see cref="IsNormed"/>.</summary>
    public int ScaleAt(int layer) => BiasAt(layer) + WidthOf(layer);

    /// <summary>Running means, then variances.</summary>
    public int RunningAt(int layer) => 2 * Hidden.Take(layer).Sum();

    /// <summary>Levels are counted on the training rows.</summary>
    public static NetworkShape Of(FeatureMatrix rows, IReadOnlyList<FeatureSlot> slots, IReadOnlyList<int> hidden, Activation activation, bool batchNorm, int outputs, bool embed, int embeddingSize)
    {
        var (numbers, categories) = (new List<int>(), new List<CategoryInput>());
        for (var s = 0; s < slots.Count; s++)
        {
            if (!slots[s].IsCategory)
            {
                numbers.Add(s);
                continue;
            }

            var highest = -1;
            for (var r = 0; r < rows.Rows; r++)
            {
                var level = rows.Values[(r * (long)rows.Columns) + s];
                highest = level >= 0 ? Math.Max(highest, (int)level) : highest;
            }

            var places = highest + 2;
            categories.Add(embed
                ? new(s, places, embeddingSize > 0 ? embeddingSize : Math.Clamp((places + 1) / 2, 1, 32), IsLearned: true)
                : new(s, places, places, IsLearned: false));
        }

        return new(slots.Count, numbers, categories, hidden, activation, batchNorm, outputs);
    }
}
