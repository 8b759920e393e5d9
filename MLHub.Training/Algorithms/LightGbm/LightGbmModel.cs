using System.Text;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.LightGbm;

/// <summary>A LightGBM booster, kept as the text that LightGBM writes. Native predictions share a read lock, so threads do not disturb each other.</summary>
internal sealed unsafe class LightGbmModel : ITrainedModel, IExplains
{
    public const string FormatName = "lightgbm-4";

    private readonly byte[] _text;
    private nint _booster;

    public LightGbmModel(string text)
    {
        _text = Encoding.UTF8.GetBytes(text);
        LightGbmNative.Require(LightGbmNative.BoosterLoadModelFromString(text, out var iterations, out _booster));
        LightGbmNative.Require(LightGbmNative.BoosterGetNumClasses(_booster, out var classes));
        Outputs = classes;
        Iterations = iterations;
    }

    ~LightGbmModel() => Free();

    public string Format => FormatName;

    public int Outputs { get; }

    public int Iterations { get; }

    public double[] Score(FeatureMatrix rows, int threads) => Predict(rows, threads, LightGbmNative.PredictNormal, Outputs);

    /// <summary>Exact SHAP values (Lundberg's TreeSHAP, inside LightGBM).</summary>
    public double[] Contribute(FeatureMatrix rows, int threads) =>
        Predict(rows, threads, LightGbmNative.PredictContributions, Outputs * (rows.Columns + 1));

    public void Write(Stream stream) => stream.Write(_text);

    public static LightGbmModel Read(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        return new(reader.ReadToEnd());
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private double[] Predict(FeatureMatrix rows, int threads, int type, int width)
    {
        ObjectDisposedException.ThrowIf(_booster == 0, this);
        var results = new double[rows.Rows * (long)width];
        if (rows.Rows == 0)
        {
            return results;
        }

        fixed (float* data = rows.Values)
        fixed (double* to = results)
        {
            LightGbmNative.Require(LightGbmNative.BoosterPredictForMat(
                _booster, data, LightGbmNative.Float32, rows.Rows, rows.Columns, 1, type, 0, -1, $"num_threads={threads} verbosity=-1", out var length, to));
            if (length != results.Length)
            {
                throw new InvalidOperationException($"LightGBM gave {length} numbers instead of {results.Length}.");
            }
        }

        GC.KeepAlive(this);
        return results;
    }

    private void Free()
    {
        if (Interlocked.Exchange(ref _booster, 0) is var booster and not 0)
        {
            _ = LightGbmNative.BoosterFree(booster);
        }
    }
}
