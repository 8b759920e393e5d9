using MLHub.Training.Algorithms.LightGbm;

namespace MLHub.Training.Algorithms;

/// <summary>Reads what <see cref="ITrainedModel.Write"/> wrote.</summary>
internal static class TrainedModels
{
    public static ITrainedModel Read(string format, Stream stream) => format switch
    {
        LightGbmModel.FormatName => LightGbmModel.Read(stream),
        TreeModel.FormatName => TreeModel.Read(stream),
        LinearModel.FormatName => LinearModel.Read(stream),
        AdditiveModel.FormatName => AdditiveModel.Read(stream),
        CentreModel.FormatName => CentreModel.Read(stream),
        PlaneModel.FormatName => PlaneModel.Read(stream),
        Neural.NeuralModel.FormatName => Neural.NeuralModel.Read(stream),
        _ => throw new NotSupportedException($"This version of MLHub cannot read models of the form '{format}'."),
    };
}
