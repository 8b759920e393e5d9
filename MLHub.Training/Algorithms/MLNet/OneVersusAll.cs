using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>Several classes with a learner for two: one model per class against all others.</summary>
internal static class OneVersusAll
{
    /// <summary>After "finish now" the classes that are still to come get no more than this: without a model of each class there is none.</summary>
    private static readonly TimeSpan _hurry = TimeSpan.FromSeconds(2);

    /// <param name="fit">Trains for rows labelled 1 (this class) and 0. Says why it stopped early, if it did.</param>
    /// <param name="absent">The model of a class that the training rows do not contain.</param>
    /// <param name="keepsModelSoFar">The learner has a model before its end; one that has none is not hurried, or it would have none at all.</param>
    public static (T[] Models, EarlyStop? Stopped) Fit<T>(FitRequest request, Func<FitRequest, (T Model, EarlyStop? Stopped)> fit, T absent, bool keepsModelSoFar, CancellationToken cancellationToken)
    {
        var models = new T[request.Classes];
        EarlyStop? stopped = null;
        for (var c = 0; c < models.Length; c++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Array.Exists(request.Train.Labels, l => l == c))
            {
                models[c] = absent;
                continue;
            }

            var hurry = keepsModelSoFar && request.Monitor.FinishRequested.IsCancellationRequested;
            var (model, why) = fit(request with
            {
                Task = TrainingTask.Binary,
                Classes = 2,
                Train = Against(request.Train, c),
                Validation = request.Validation is null ? null : Against(request.Validation, c),
                Monitor = hurry ? new FitMonitor(null, TimeProvider.System, _hurry) : request.Monitor.Share(models.Length - c),
            });
            models[c] = model;
            stopped = hurry ? EarlyStop.FinishRequested : stopped ?? why;
            request.Monitor.Iteration(c + 1, models.Length, "class");
        }

        return (models, stopped);
    }

    private static LabeledMatrix Against(LabeledMatrix rows, int one) =>
        rows with { Labels = Array.ConvertAll(rows.Labels, l => l == one ? 1f : 0f) };
}
