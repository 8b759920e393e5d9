using System.Reflection;
using Microsoft.ML;
using MLHub.Core.Common;
using MLHub.Core.Jobs;
using MLHub.Core.Training;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>One training with ML.NET: a context of its own, because a context that was told to stop is dead afterwards.</summary>
internal static class MLNetRun
{
    /// <summary>Trains; stops when cancelled or out of time. Most of ML.NET's learners cannot give back a model that is half done.</summary>
    public static T Fit<T>(FitRequest request, Func<MLContext, T> fit, CancellationToken cancellationToken)
        where T : class => Fit(request, fit, null, cancellationToken).Model;

    /// <param name="soFar">What there is when it was stopped; <c>null</c> when that is nothing. Without it "finish now" changes nothing.</param>
    public static (T Model, EarlyStop? Stopped) Fit<T>(FitRequest request, Func<MLContext, T> fit, Func<T?>? soFar, CancellationToken cancellationToken)
        where T : class
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
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, soFar is null ? CancellationToken.None : request.Monitor.FinishRequested);
        if (request.Monitor.TimeLeft is { } left)
        {
            limit.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        using var stopping = limit.Token.Register(() => Stop(context));
        try
        {
            var model = fit(context);
            limit.Token.ThrowIfCancellationRequested();
            return (model, null);
        }
        catch (Exception failed) when (limit.IsCancellationRequested && failed is not HubException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var why = request.Monitor.FinishRequested.IsCancellationRequested ? EarlyStop.FinishRequested : EarlyStop.OutOfTime;
            if (soFar?.Invoke() is { } model)
            {
                return (model, why);
            }

            throw HubException.Impossible(
                why == EarlyStop.FinishRequested
                    ? "There was no model yet when it was asked to finish. Let it train longer."
                    : $"Training was not done after {request.Monitor.Budget?.TotalSeconds:0.#} seconds, and there was no model to keep. Allow more time or use LightGBM, which keeps the model so far.",
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
