using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Training;
using MLHub.Web.Experiments;

namespace MLHub.Tests.TrainingPages;

/// <summary>A small dataset of patients and two algorithms, as services would hand them to pages.</summary>
internal static class TrainingPagesData
{
    public static AlgorithmCatalog Catalog { get; } = new(
    [
        new("lightgbm", "LightGBM", [TrainingTask.Binary, TrainingTask.Multiclass, TrainingTask.Regression], "Most tables.", CurveKind.Live,
        [
            new("trees", ParameterType.Integer, Json(100), 1, 10_000, true, null, "How many trees."),
            new("learningRate", ParameterType.Number, Json(0.1), 0.001, 1, true, null, "How far each tree goes."),
            new("booster", ParameterType.Choice, Json("gbdt"), null, null, false, ["gbdt", "dart"], "Kind of boosting."),
            new("balanced", ParameterType.Boolean, Json(false), null, null, false, null, "Rare classes count more."),
        ]),
        new("logistic", "Logistic regression", [TrainingTask.Binary], "Explains itself.", CurveKind.None, []),
        new("poisson", "Poisson regression", [TrainingTask.Regression], "Counts.", CurveKind.None, []),
        new("groups", "Groups", [TrainingTask.Clustering], "Groups.", CurveKind.None, [new("clusters", ParameterType.Integer, Json(3), 2, 10, false, null, "How many.")])
        {
            KeepsModelSoFar = false,
            Presets = [new("Many", "More groups.", new Dictionary<string, JsonElement> { ["clusters"] = Json(8) })],
        },
        new("odd", "Odd", [TrainingTask.Anomaly], "Odd rows.", CurveKind.None, []),
        new("broken", "Broken", [TrainingTask.Binary], "Nothing.", CurveKind.None, []) { Available = false, UnavailableReason = "its library is missing" },
    ]);

    public static DatasetVersionView Version { get; } = new()
    {
        Id = Guid.Parse("018f0000000070008000000000000001"),
        DatasetId = Guid.Parse("018f0000000070008000000000000002"),
        Number = 3,
        State = DatasetVersionState.Ready,
        RowCount = 100,
        ColumnCount = 6,
        Columns =
        [
            new("patient", ColumnType.Integer, ColumnMeaning.Identifier, false),
            new("age", ColumnType.Integer, ColumnMeaning.Quantity, false),
            new("glucose", ColumnType.Number, ColumnMeaning.Quantity, true),
            new("clinic", ColumnType.Text, ColumnMeaning.Category, false),
            new("unit", ColumnType.Text, ColumnMeaning.Constant, false),
            new("diabetes", ColumnType.Text, ColumnMeaning.Category, true),
        ],
    };

    public static DatasetProfileDocument Profile { get; } = new(
        100,
        [
            new("patient", ColumnType.Integer) { Count = 100, Distinct = 100 },
            new("age", ColumnType.Integer) { Count = 100, Distinct = 40, Histogram = [new(21, 50, 70), new(50, 81, 30)] },
            new("glucose", ColumnType.Number) { Count = 95, Missing = 5, Distinct = 80, Histogram = [new(56, 120, 50), new(120, 198, 45)] },
            new("clinic", ColumnType.Text) { Count = 100, Distinct = 3, TopValues = [new(Json("north"), 50), new(Json("south"), 30), new(Json("west"), 20)] },
            new("unit", ColumnType.Text) { Count = 100, Distinct = 1, TopValues = [new(Json("mg/dl"), 100)] },
            new("diabetes", ColumnType.Text) { Count = 90, Missing = 10, Distinct = 2, TopValues = [new(Json("neg"), 60), new(Json("pos"), 30)] },
        ],
        null,
        []);

    public static ModelSignature Signature { get; } = new(
        [
            new("age", ColumnType.Integer, false) { Min = Json(21), Max = Json(81), Example = Json(33) },
            new("glucose", ColumnType.Number, true) { Min = Json(56.0), Max = Json(198.0), Example = Json(119.5) },
            new("clinic", ColumnType.Text, false) { Choices = ["north", "south", "west"], Example = Json("north") },
            new("visited", ColumnType.Date, true) { Min = Json("2025-01-01"), Max = Json("2026-01-01"), Example = Json("2025-06-01") },
        ],
        new("diabetes", ColumnType.Text, TrainingTask.Binary, ["neg", "pos"]));

    public static RunView Run(RunState state) => new()
    {
        Id = Guid.Parse("018f0000000070008000000000000003"),
        WorkspaceId = Guid.Parse("018f0000000070008000000000000004"),
        ExperimentId = Guid.Parse("018f0000000070008000000000000005"),
        ExperimentName = "patients",
        Name = "brave-otter-12",
        State = state,
        Configuration = new() { Task = TrainingTask.Binary, Target = "diabetes", Algorithm = "lightgbm" },
        Dataset = new(Version.DatasetId, "patients", 3, "ab12cd34ab12cd34ab12cd34"),
        JobId = Guid.Parse("018f0000000070008000000000000006"),
        Progress = 0.34,
        Stage = "training",
        CreatedAt = new(2026, 11, 23, 9, 0, 0, DateTimeKind.Utc),
    };

    public static TrainingForm Form() => new(Catalog, Version, Profile);

    public static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value);
}
