using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>Several classes with a learner for two: one model per class against all others.</summary>
internal static class OneVersusAll
{
    /// <param name="fit">Trains for rows labelled 1 (this class) and 0.</param>
    /// <param name="absent">The model of a class that the training rows do not contain.</param>
    public static T[] Fit<T>(FitRequest request, Func<FitRequest, T> fit, T absent, CancellationToken cancellationToken)
    {
        var models = new T[request.Classes];
        for (var c = 0; c < models.Length; c++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Array.Exists(request.Train.Labels, l => l == c))
            {
                models[c] = absent;
                continue;
            }

            models[c] = fit(request with
            {
                Task = TrainingTask.Binary,
                Classes = 2,
                Train = Against(request.Train, c),
                Validation = request.Validation is null ? null : Against(request.Validation, c),
            });
            request.Monitor.Iteration(c + 1, models.Length, "class");
        }

        return models;
    }

    private static LabeledMatrix Against(LabeledMatrix rows, int one) =>
        rows with { Labels = Array.ConvertAll(rows.Labels, l => l == one ? 1f : 0f) };
}
