using MLHub.Core.Evaluation;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>The learning curve of trees that were grown in one go: the loss of the first 1, 2, 3 … trees, on a bounded number of rows.</summary>
internal static class TreeCurve
{
    private const int MaxRows = 20_000;

    /// <param name="answer">From the sum over the first trees to the answer, given the number of trees.</param>
    public static IReadOnlyList<LossSeries> Of(FitRequest request, TreeEnsemble ensemble, Func<int, double, double> answer)
    {
        var name = request.Task == TrainingTask.Regression ? "rmse" : "log_loss";
        var series = new List<LossSeries> { new($"train_{name}", Points(request.Train)) };
        if (request.Validation is not null)
        {
            series.Add(new($"val_{name}", Points(request.Validation)));
        }

        return series;

        List<LossPoint> Points(LabeledMatrix all)
        {
            var rows = Thin(all);
            var points = new List<LossPoint>();
            Trees.Stages(ensemble, rows.Features, (stage, sums) =>
            {
                var loss = 0d;
                for (var r = 0; r < sums.Length; r++)
                {
                    var y = rows.Labels[r];
                    var p = answer(stage, sums[r]);
                    loss += request.Task == TrainingTask.Regression ? (p - y) * (p - y) : -Math.Log(Math.Clamp(y > 0.5f ? p : 1 - p, 1e-15, 1));
                }

                points.Add(new(stage, request.Task == TrainingTask.Regression ? Math.Sqrt(loss / sums.Length) : loss / sums.Length));
            });
            return points;
        }
    }

    /// <summary>Every n-th row, so that at most <see cref="MaxRows"/> are left.</summary>
    private static LabeledMatrix Thin(LabeledMatrix all)
    {
        var step = (all.Labels.Length + MaxRows - 1) / MaxRows;
        if (step <= 1)
        {
            return all;
        }

        var count = (all.Labels.Length + step - 1) / step;
        var (values, labels) = (new float[count * all.Features.Columns], new float[count]);
        for (var r = 0; r < count; r++)
        {
            all.Features.Row(r * step).CopyTo(values.AsSpan(r * all.Features.Columns));
            labels[r] = all.Labels[r * step];
        }

        return new(new(values, count, all.Features.Columns), labels);
    }
}
