using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Models;

/// <summary>Describes a model's inputs from the training rows.</summary>
internal static class SignatureBuilder
{
    private const int MaxChoices = 100;

    /// <param name="inputs">Raw columns that the model reads.</param>
    public static ModelSignature Build(IEnumerable<string> inputs, RawTable table, int[] trainRows, ModelOutput output) =>
        new([.. inputs.Select(name => Describe(table[name], trainRows))], output);

    private static ModelInput Describe(RawColumn column, int[] rows)
    {
        var present = rows.Where(r => !column.IsMissing(r)).ToArray();
        var input = new ModelInput(column.Name, column.Schema.Type, present.Length < rows.Length);
        if (present.Length == 0)
        {
            return input;
        }

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
