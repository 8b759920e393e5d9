namespace MLHub.Web.Datasets.Samples;

/// <summary>A table that is shipped with the program, to try things with.</summary>
/// <param name="Key">In addresses.</param>
/// <param name="Use">What it is good for, in a few words.</param>
public sealed record SampleDataset(string Key, string Name, string File, int Rows, string Use, string Source, string Terms)
{
    public static IReadOnlyList<SampleDataset> All { get; } =
    [
        new("iris", "iris", "iris.csv", 150, "tell three kinds of flowers apart", "Fisher 1936, from R", "public domain"),
        new("diabetes", "diabetes", "PimaIndiansDiabetes2.csv", 768, "yes or no, with many missing values", "NIDDK, UCI, from R's mlbench", "CC0"),
        new("penguins", "penguins", "penguins.json", 344, "three species, JSON with gaps", "Gorman, Williams and Fraser 2014, vega-datasets", "CC0"),
        new("diamonds", "diamonds", "diamonds.csv.gz", 53_940, "predict a price from 53,940 stones", "ggplot2", "MIT"),
        new("movies", "movies", "movies.json", 3_201, "messy: mixed types, gaps, odd dates", "vega-datasets", "facts, for teaching"),
        new("weather", "seattle weather", "seattle-weather.csv", 1_461, "four years, day by day", "NOAA, vega-datasets", "public domain"),
    ];

    public static SampleDataset? Find(string? key) => All.FirstOrDefault(s => s.Key == key);

    /// <summary>Its bytes; they are a part of the program.</summary>
    public Stream Open() =>
        typeof(SampleDataset).Assembly.GetManifestResourceStream($"Samples/{File}") ?? throw new FileNotFoundException("The sample is not in this build.", File);
}
