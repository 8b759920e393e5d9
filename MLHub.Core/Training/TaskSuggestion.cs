using MLHub.Core.Common;

namespace MLHub.Core.Training;

/// <summary>The task that fits a target column, from what its profile says.</summary>
/// <param name="Task"><c>null</c> when nothing can be learned from this column as it is.</param>
/// <param name="Reason">For the user.</param>
public sealed record TaskSuggestion(TrainingTask? Task, string Reason)
{
    /// <summary>Whole numbers with at most so many values may be classes; the user can change it.</summary>
    public const int MaxIntegerClasses = 10;

    /// <summary>Training refuses more classes than this.</summary>
    public const int MaxClasses = 1000;

    /// <param name="count">Rows with a value.</param>
    /// <param name="distinct">Different values among them.</param>
    public static TaskSuggestion For(ColumnType type, long count, long distinct)
    {
        if (count == 0)
        {
            return new(null, "All values are missing.");
        }

        if (distinct < 2)
        {
            return new(null, "The column has one single value: there is nothing to predict.");
        }

        if (type is ColumnType.Date or ColumnType.Datetime or ColumnType.Time)
        {
            return new(null, "Dates and times cannot be predicted. Derive a number from the column first.");
        }

        if (distinct == 2)
        {
            return new(TrainingTask.Binary, "Two values: which of them is it?");
        }

        if (type == ColumnType.Number || (type == ColumnType.Integer && distinct > MaxIntegerClasses))
        {
            return new(TrainingTask.Regression, "Numbers: how much is it?");
        }

        return distinct switch
        {
            _ when type == ColumnType.Text && distinct == count => new(null, "Every row has a value of its own: this looks like an identifier, not like something to predict."),
            > MaxClasses => new(null, $"{distinct} different values are too many classes (at most {MaxClasses}). Group the rare ones first."),
            _ => new(TrainingTask.Multiclass, $"{distinct} values: which of them is it?"),
        };
    }
}
