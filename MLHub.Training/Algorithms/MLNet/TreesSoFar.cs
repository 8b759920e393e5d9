using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>
/// The trees that a stopped ML.NET trainer has grown. It keeps them to itself, so they are taken by reflection; where a later version
/// names things differently there are none, and the run ends as if nothing could be kept.
/// </summary>
internal static class TreesSoFar
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <returns>How many trees there are by now; 0 before the first.</returns>
    public static int Count(object? trainer) =>
        trainer is not null && Ensemble(trainer) is { } ensemble && Read(ensemble, "NumTrees") is int count ? count : 0;

    /// <returns><c>null</c> when there is no tree.</returns>
    public static RegressionTreeEnsemble? Take(object? trainer)
    {
        try
        {
            // What follows has been done already for trees that were finished.
            if (Count(trainer) == 0 || Ensemble(trainer!) is not { } ensemble || Read(trainer!, "TrainSet") is not { } rows || Read(trainer!, "TrainedEnsemble") is not null)
            {
                return null;
            }

            ensemble.GetType().GetMethod("PopulateRawThresholds", Any)!.Invoke(ensemble, [rows]);
            if (Read(trainer!, "FeatureMap") is { } map)
            {
                ensemble.GetType().GetMethod("RemapFeatures", Any)!.Invoke(ensemble, [map]);
            }

            // The trainer's own environment is dead.
            var model = Activator.CreateInstance(typeof(FastTreeRegressionModelParameters), Any, null, [Environment(), ensemble, Read(trainer!, "FeatureCount"), ""], null);
            return ((FastTreeRegressionModelParameters)model!).TrainedTreeEnsemble;
        }
        catch (Exception renamed) when (renamed is MissingMemberException or TargetInvocationException or NullReferenceException or ArgumentException)
        {
            return null;
        }
    }

    private static object? Environment() => typeof(MLContext).GetField("_env", Any)!.GetValue(new MLContext(1));

    private static object? Ensemble(object trainer) => Read(trainer, "Ensemble");

    private static object? Read(object from, string name)
    {
        for (var type = from.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetField(name, Any | BindingFlags.DeclaredOnly) is { } field)
            {
                return field.GetValue(from);
            }

            if (type.GetProperty(name, Any | BindingFlags.DeclaredOnly) is { } property)
            {
                return property.GetValue(from);
            }
        }

        return null;
    }
}
