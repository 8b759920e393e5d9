using System.Reflection;
using Microsoft.ML;
using MLHub.Core.Common;
using MLHub.Core.Jobs;
using MLHub.Core.Training;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>One training with ML.NET: a context of its own, because a context that was told to stop is dead afterwards.</summary>
internal static class MLNetRun
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);

    /// <summary>Trains; stops when cancelled or out of time. Most of ML.NET's learners cannot give back a model that is half done.</summary>
    public static T Fit<T>(FitRequest request, Func<MLContext, T> fit, CancellationToken cancellationToken)
        where T : class => Fit(request, fit, null, cancellationToken).Model;

    /// <param name="soFar">What can be kept of a training that was stopped. Without it "finish now" changes nothing.</param>
    public static (T Model, EarlyStop? Stopped) Fit<T>(FitRequest request, Func<MLContext, T> fit, SoFar<T>? soFar, CancellationToken cancellationToken)
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

        var isOver = false;
        using var stopping = limit.Token.Register(() => _ = StopAsync(context, soFar is null ? null : () => isOver || soFar.IsThere(), cancellationToken));
        try
        {
            var model = fit(context);
            // Done is done, also when somebody has just asked to finish.
            cancellationToken.ThrowIfCancellationRequested();
            return (model, null);
        }
        catch (Exception failed) when (limit.IsCancellationRequested && failed is not HubException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var why = soFar is not null && request.Monitor.FinishRequested.IsCancellationRequested ? EarlyStop.FinishRequested : EarlyStop.OutOfTime;
            if (soFar?.Take() is { } model)
            {
                return (model, why);
            }

            throw HubException.Impossible(
                why == EarlyStop.FinishRequested
                    ? "There was no model yet when it was asked to finish. Let it train longer."
                    : $"Training was not done after {request.Monitor.Budget?.TotalSeconds:0.#} seconds, and there was no model to keep. Allow more time or use LightGBM, which keeps the model so far.",
                "OUT_OF_TIME");
        }
        finally
        {
            isOver = true;
        }
    }

    /// <summary>Where something can be kept it waits until there is something, however short the time was.</summary>
    private static async Task StopAsync(MLContext context, Func<bool>? isThere, CancellationToken cancellationToken)
    {
        while (isThere?.Invoke() == false && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(_look, CancellationToken.None);
        }

        Stop(context);
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

/// <param name="IsThere">Whether there is anything to keep by now.</param>
/// <param name="Take">What there is when it was stopped; <c>null</c> when that is nothing.</param>
internal sealed record SoFar<T>(Func<bool> IsThere, Func<T?> Take)
    where T : class;
