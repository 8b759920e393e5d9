namespace MLHub.Training.Preparation;

internal enum CategoryForm
{
    /// <summary>One 0/1 feature per level.</summary>
    OneHot,

    /// <summary>One feature with the level's number, which the learner knows to be a category.</summary>
    Native,

    /// <summary>One 0/1 feature per level for few levels, else the level's number (most frequent first) as if it were a quantity.</summary>
    OneHotOrOrdinal,
}

/// <summary>How a learner wants its features.</summary>
/// <param name="Standardise">Mean 0 and standard deviation 1, as gradient methods need.</param>
/// <param name="NativeMissing">NaN may stay; otherwise the median is filled in.</param>
internal sealed record FeatureNeeds(bool Standardise, bool NativeMissing, CategoryForm Categories)
{
    public int MaxLevels => Categories == CategoryForm.Native ? 1000 : 100;

    /// <summary>Above so many levels <see cref="CategoryForm.OneHotOrOrdinal"/> counts instead of spreading.</summary>
    public const int MaxSpreadLevels = 50;
}
