using MLHub.Core.Training;

namespace MLHub.Training.Algorithms;

/// <summary>The loss that curves show: log loss of classes, root of the mean squared error of numbers.</summary>
internal static class Losses
{
    private const double Least = 1e-15;

    /// <param name="answers">As <see cref="ITrainedModel.Score"/> gives them.</param>
    public static double Mean(TrainingTask task, ReadOnlySpan<double> answers, ReadOnlySpan<float> labels, int outputs)
    {
        var sum = 0d;
        for (var r = 0; r < labels.Length; r++)
        {
            if (task == TrainingTask.Regression)
            {
                sum += (answers[r] - labels[r]) * (answers[r] - labels[r]);
            }
            else
            {
                var p = outputs > 1 ? answers[(r * outputs) + (int)labels[r]] : labels[r] > 0.5f ? answers[r] : 1 - answers[r];
                sum -= Math.Log(Math.Clamp(p, Least, 1));
            }
        }

        return task == TrainingTask.Regression ? Math.Sqrt(sum / labels.Length) : sum / labels.Length;
    }
}
