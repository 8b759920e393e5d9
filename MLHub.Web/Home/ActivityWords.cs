using MLHub.Core.Home;
using MLHub.Web.Shell;

namespace MLHub.Web.Home;

/// <summary>Sentences for the actions of <see cref="ActivityService.Actions"/>.</summary>
internal static class ActivityWords
{
    private static readonly Dictionary<string, (string One, string Many)> Deeds = new()
    {
        ["dataset.create"] = ("added the dataset", "added {0} datasets, the last one"),
        ["dataset.version"] = ("added", "added {0} dataset versions, the last one"),
        ["dataset.prepare"] = ("made by a recipe", "made {0} versions by recipes, the last one"),
        ["dataset.delete"] = ("deleted the dataset", "deleted {0} datasets, the last one"),
        ["dataset.undelete"] = ("brought back the dataset", "brought back {0} datasets, the last one"),
        ["version.restore"] = ("restored", "restored {0} versions, the last one"),
        ["version.delete"] = ("deleted the version", "deleted {0} versions, the last one"),
        ["version.tag"] = ("tagged", "tagged {0} versions, the last one"),
        ["experiment.create"] = ("began the experiment", "began {0} experiments, the last one"),
        ["experiment.delete"] = ("deleted the experiment", "deleted {0} experiments, the last one"),
        ["run.start"] = ("trained", "started {0} trainings, the last one"),
        ["search.start"] = ("searched settings in", "started {0} searches, the last one"),
        ["run.create"] = ("logged the run", "logged {0} runs, the last one"),
        ["run.delete"] = ("deleted the run", "deleted {0} runs, the last one"),
        ["run.archive"] = ("archived the run", "archived {0} runs, the last one"),
        ["model.create"] = ("made the model", "made {0} models, the last one"),
        ["model.version"] = ("kept", "kept {0} model versions, the last one"),
        ["model.alias"] = ("pointed", "moved {0} aliases, the last one"),
        ["model.delete"] = ("deleted the model", "deleted {0} models, the last one"),
        ["model.predict.batch"] = ("predicted in batch:", "predicted {0} times in batch, the last time"),
        ["recipe.create"] = ("saved the recipe", "saved {0} recipes, the last one"),
        ["member.add"] = ("let in", "let in {0} people, the last one"),
    };

    /// <summary>Actions that have no words yet; there should be none.</summary>
    public static IEnumerable<string> Missing => ActivityService.Actions.Where(a => !Deeds.ContainsKey(a));

    /// <summary>What was done, up to the name of the thing.</summary>
    public static string Deed(ActivityView item)
    {
        var (one, many) = Deeds[item.Action];
        return item.Count == 1 ? one : string.Format(System.Globalization.CultureInfo.InvariantCulture, many, item.Count);
    }

    /// <summary>Where the thing is; <c>null</c> when it is gone or has no page.</summary>
    public static string? Href(ActivityView item) => item.SubjectId is not { } id ? null : item.Action switch
    {
        "dataset.delete" or "experiment.delete" or "run.delete" or "model.delete" => null,
        _ when item.Action.StartsWith("dataset.", StringComparison.Ordinal) || item.Action.StartsWith("version.", StringComparison.Ordinal) => HubRoutes.Dataset(id),
        _ when item.Action.StartsWith("experiment.", StringComparison.Ordinal) => HubRoutes.Experiment(id),
        _ when item.Action.StartsWith("run.", StringComparison.Ordinal) || item.Action.StartsWith("search.", StringComparison.Ordinal) => HubRoutes.Run(id),
        _ when item.Action.StartsWith("model.", StringComparison.Ordinal) => HubRoutes.Model(id),
        _ => null,
    };
}
