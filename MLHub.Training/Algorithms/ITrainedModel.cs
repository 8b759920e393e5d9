using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms;

/// <summary>What an algorithm learned, without the preparation. Scoring is safe from several threads at once.</summary>
internal interface ITrainedModel : IDisposable
{
    /// <summary>Which reader of <see cref="TrainedModels"/> understands <see cref="Write"/>.</summary>
    string Format { get; }

    /// <summary>Numbers per row: 1 for binary, regression and anomaly, else one per class or group.</summary>
    int Outputs { get; }

    /// <summary>Row by row: the probability of the positive class, the probabilities of all classes (their sum is 1), the number,
    /// the distances to all groups, or how unusual the row is.</summary>
    double[] Score(FeatureMatrix rows, int threads);

    /// <summary>The whole model as bytes.</summary>
    void Write(Stream stream);
}

/// <summary>A model that can say exactly what each feature added to its raw score.</summary>
internal interface IExplains
{
    /// <summary>Per row and output: what each feature added, then the bias. Their sum is the raw score (log-odds, class score or number).</summary>
    double[] Contribute(FeatureMatrix rows, int threads);
}
