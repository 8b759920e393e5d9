namespace MLHub.Tests.Architecture;

/// <summary>
/// Which feature may use which: the arrows of <c>docs/architecture.md</c>. An arrow missing here fails the build; a new one is
/// a decision, to be explained in its commit.
/// </summary>
internal static class FeatureMap
{
    /// <summary>What every feature of Core stands on. These may look at each other.</summary>
    public static readonly string[] CoreBase = ["Common", "Data", "Audit"];

    public static readonly Dictionary<string, string[]> Core = new()
    {
        ["Common"] = [],
        // The context derives from Identity's and so knows its user; conversions know the hash of a blob.
        ["Data"] = ["Accounts", "Storage"],
        ["Audit"] = [],
        ["Storage"] = [],
        ["Training"] = [],
        ["Mail"] = [],
        // Links that confirm and recover are sent by mail; so are invitations.
        ["Accounts"] = ["Mail"],
        ["Idempotency"] = ["Accounts"],
        ["Evaluation"] = ["Training"],
        ["Workspaces"] = ["Accounts", "Mail"],
        // Who may see or cancel a job is a matter of its workspace; results are blobs.
        ["Jobs"] = ["Workspaces", "Storage"],
        // Machines with a credential of their own, and the jobs that they hold.
        ["Workers"] = ["Jobs", "Accounts"],
        ["Datasets"] = ["Workspaces", "Storage", "Jobs", "Accounts"],
        // A question is about versions; its answer may become one, by a job.
        ["Queries"] = ["Datasets", "Workspaces", "Jobs", "Storage", "Accounts"],
        ["Recipes"] = ["Datasets", "Queries", "Workspaces", "Storage", "Jobs", "Accounts"],
        ["Experiments"] = ["Recipes", "Datasets", "Workspaces", "Jobs", "Storage", "Training", "Evaluation", "Accounts"],
        ["Models"] = ["Experiments", "Datasets", "Workspaces", "Jobs", "Storage", "Training", "Evaluation", "Accounts"],
        // Looks after all that there is: copies it, checks it, counts it.
        ["Operations"] = ["Accounts", "Mail", "Workspaces", "Storage", "Jobs", "Datasets", "Experiments", "Models"],
        ["Usage"] = ["Accounts", "Workspaces", "Storage", "Datasets", "Experiments", "Models"],
        // What goes on in a workspace is told from above all that goes on in it.
        ["Home"] = ["Accounts", "Workspaces", "Datasets", "Experiments", "Models", "Evaluation"],
    };

    public static readonly string[] TrainingBase = [];

    public static readonly Dictionary<string, string[]> Training = new()
    {
        ["Splits"] = ["Preparation"],
        ["Preparation"] = [],
        ["Algorithms"] = ["Preparation"],
        ["Evaluation"] = ["Algorithms", "Preparation"],
        ["Explanation"] = ["Algorithms", "Preparation", "Evaluation"],
        ["Models"] = ["Algorithms", "Preparation", "Evaluation", "Explanation", "Workers"],
        ["Search"] = ["Algorithms", "Splits", "Preparation", "Evaluation", "Runs"],
        ["Runs"] = ["Algorithms", "Splits", "Preparation", "Evaluation", "Explanation", "Models"],
        ["Workers"] = [],
        // Its processes are started as all others are.
        ["Sandbox"] = ["Workers"],
    };

    /// <summary>What every page stands on: how to draw, who calls, how refusals are told.</summary>
    public static readonly string[] WebBase = ["Api", "Accounts", "Components", "Charts", "Shell"];

    public static readonly Dictionary<string, string[]> Web = new()
    {
        ["Api"] = [],
        ["Accounts"] = [],
        ["Components"] = [],
        ["Charts"] = [],
        ["Shell"] = ["Jobs", "Workspaces"],
        ["Home"] = ["Datasets", "Experiments", "Models", "Jobs", "Evaluation"],
        ["Workspaces"] = [],
        // What a person did and has, over all workspaces.
        ["Profile"] = ["Datasets", "Evaluation", "Home"],
        ["Operations"] = [],
        ["Explore"] = ["Datasets", "Models", "Evaluation"],
        ["Jobs"] = [],
        ["Workers"] = ["Jobs"],
        // Sharing is the same for every kind of thing.
        ["Recipes"] = ["Jobs"],
        ["Datasets"] = ["Jobs", "Workspaces", "Queries", "Recipes"],
        // The panel stands under the rows that it is about.
        ["Queries"] = ["Jobs"],
        ["Experiments"] = ["Jobs", "Datasets", "Evaluation", "Models"],
        ["Evaluation"] = ["Experiments"],
        // Predictions of a whole table become a dataset, told of as any other.
        ["Models"] = ["Experiments", "Jobs", "Evaluation", "Workspaces", "Datasets"],
    };
}
