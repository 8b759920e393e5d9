using System.Reflection;
using Microsoft.ML;
using MLHub.Core.Common;
using MLHub.Core.Jobs;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>One training with ML.NET: a context of its own, because a context that was told to stop is dead afterwards.</summary>
internal static class MLNetRun
{
    /// <summary>Trains; stops when cancelled or out of time. ML.NET cannot give back a model that is half done.</summary>
    public static T Fit<T>(FitRequest request, Func<MLContext, T> fit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var context = new MLContext(request.Seed);
        context.Log += (_, message) =>
        {
            if (message.Kind >= Microsoft.ML.Runtime.ChannelMessageKind.Warning)
            {
                request.Monitor.Log(JobLogLevel.Warning, message.Message);
            }
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (request.Monitor.TimeLeft is { } left)
        {
            limit.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        using var stopping = limit.Token.Register(() => Stop(context));
        try
        {
            var model = fit(context);
            limit.Token.ThrowIfCancellationRequested();
            return model;
        }
        catch (Exception failed) when (limit.IsCancellationRequested && failed is not HubException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw HubException.Impossible(
                $"Training was not done after {request.Monitor.MaxSeconds} seconds, and this algorithm has no model before its end. Allow more time or use LightGBM, which keeps the model so far.",
                "OUT_OF_TIME");
        }
    }

    /// <summary>
    /// ML.NET's own way to stop is internal. Where a later version renames it, nothing happens here and the job's supervisor
    /// ends the process.
    /// </summary>
    private static void Stop(MLContext context)
    {
        var environment = typeof(MLContext).GetField("_env", BindingFlags.NonPublic | BindingFlags.Instance)?.GetValue(context);
        var cancelable = environment?.GetType().GetInterfaces().FirstOrDefault(i => i.Name == "ICancelable");
        try
        {
            cancelable?.GetMethod("CancelExecution")?.Invoke(environment, null);
        }
        catch (TargetInvocationException)
        {
            // Its children may be gone already: then there is nothing to stop.
        }
    }
}
