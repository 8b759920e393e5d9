using MLHub.Core.Training;
using MLHub.Web.Components;

namespace MLHub.Web.Experiments;

/// <summary>A split in a sentence.</summary>
internal static class SplitWords
{
    public static string Of(SplitConfiguration split)
    {
        var sizes = $"{Format.Percent(split.TestFraction)} test, {Format.Percent(split.ValidationFraction)} validation, seed {split.Seed}";
        return split.Kind switch
        {
            SplitKind.Column => $"as the column {split.Column} says",
            SplitKind.KFold => $"{split.Folds ?? 5} folds; {sizes}",
            SplitKind.Stratified => $"stratified; {sizes}",
            SplitKind.Group => $"groups of {split.Column}; {sizes}",
            SplitKind.Time => $"by time of {split.Column}; {sizes}",
            _ => $"random; {sizes}",
        };
    }
}
