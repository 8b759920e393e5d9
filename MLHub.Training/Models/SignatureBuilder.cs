using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Models;

/// <summary>Describes a model's inputs from its pipeline and the training rows.</summary>
internal static class SignatureBuilder
{
    private const int MaxChoices = 100;

    public static ModelSignature Build(FeaturePipeline pipeline, RawTable table, int[] trainRows, ModelOutput output) =>
        new([.. pipeline.Columns.Select(c => Describe(table[c.Schema.Name], trainRows))], output);

    private static ModelInput Describe(RawColumn column, int[] rows)
    {
        var present = rows.Where(r => !column.IsMissing(r)).ToArray();
        var input = new ModelInput(column.Name, column.Schema.Type, present.Length < rows.Length);
        switch (column)
        {
            case TextColumn text:
                var levels = present.GroupBy(r => text.Codes[r]).OrderByDescending(g => g.Count()).ThenBy(g => text.Levels[g.Key], StringComparer.Ordinal).ToList();
                return input with
                {
                    Choices = levels.Count <= MaxChoices ? [.. levels.Select(l => text.Levels[l.Key])] : null,
                    Example = RawValues.Of(column, levels[0].First()),
                };
            case MomentColumn moment:
                Array.Sort(present, (a, b) => moment.Seconds[a].CompareTo(moment.Seconds[b]));
                break;
            case NumberColumn number:
                Array.Sort(present, (a, b) => number.Values[a].CompareTo(number.Values[b]));
                break;
        }

        var example = RawValues.Of(column, present[present.Length / 2]);
        return column.Schema.Type == ColumnType.Boolean
            ? input with { Example = example }
            : input with { Min = RawValues.Of(column, present[0]), Max = RawValues.Of(column, present[^1]), Example = example };
    }
}
