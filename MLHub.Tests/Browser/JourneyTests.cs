using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;

namespace MLHub.Tests.Browser;

/// <summary>The main job as a newcomer does it: from the front door to a prediction, on real files, in a real browser.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class JourneyTests(BrowserFixture browser)
{
    [Fact]
    public Task A_newcomer_learns_to_tell_diabetes() => JourneyAsync(new(
        File: "PimaIndiansDiabetes2.csv",
        SomeColumn: "glucose",
        SomeCell: "148",
        Target: "diabetes",
        Task: "^yes or no",
        Metric: ("AUC", 0.75),
        Charts: ["ROC curve", "Precision and recall", "Confusion matrix"],
        Row: new() { ["pregnant"] = "6", ["glucose"] = "148", ["pressure"] = "72", ["triceps"] = "35", ["mass"] = "33.6", ["pedigree"] = "0.627", ["age"] = "50" },
        Answers: answer => answer.Contains("pos", StringComparison.Ordinal) || answer.Contains("neg", StringComparison.Ordinal))
    {
        LooksAround = ["Home", "Datasets", "Experiments", "Models", "Jobs"],
    });

    [Fact]
    public Task A_newcomer_learns_to_tell_irises() => JourneyAsync(new(
        File: "iris.csv",
        SomeColumn: "Sepal.Length",
        SomeCell: "setosa",
        Target: "Species",
        Task: "^which of several",
        Metric: ("Accuracy", 0.85),
        Charts: ["Confusion matrix"],
        Row: new() { ["Sepal.Length"] = "5.1", ["Sepal.Width"] = "3.5", ["Petal.Length"] = "1.4", ["Petal.Width"] = "0.2" },
        Answers: answer => answer.Contains("setosa", StringComparison.Ordinal)));

    [Fact]
    public Task A_newcomer_learns_what_diamonds_cost() => JourneyAsync(new(
        File: "diamonds.csv",
        SomeColumn: "carat",
        SomeCell: "Ideal",
        Target: "price",
        Task: "^how much",
        Metric: ("R²", 0.97),
        Charts: ["Predicted and actual", "Errors"],
        Row: new()
        {
            ["carat"] = "0.23",
            ["cut"] = "Ideal",
            ["color"] = "E",
            ["clarity"] = "SI2",
            ["depth"] = "61.5",
            ["table"] = "55",
            ["x"] = "3.95",
            ["y"] = "3.98",
            ["z"] = "2.43",
        },
        Answers: answer => answer.Any(char.IsAsciiDigit)));

    private async Task JourneyAsync(Journey journey)
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            var name = Path.GetFileNameWithoutExtension(journey.File);

            await pages.SignUp.OpenAsync();
            await SeenOnceAsync(visit, journey, "sign-up");
            await pages.SignUp.SignUpAsync("ada@example.org", "Ada Example");
            await SeenOnceAsync(visit, journey, "home");

            await pages.Datasets.OpenAsync();
            await SeenOnceAsync(visit, journey, "datasets-empty");
            await pages.Datasets.DropAsync(TestData.Path(journey.File));
            await pages.Datasets.OpenUploadedAsync();
            await pages.Dataset.SeesRowsAsync(journey.SomeColumn, journey.SomeCell);
            await visit.SeenAsync("dataset-rows");
            await pages.Dataset.OpenProfileAsync(journey.SomeColumn);
            await visit.SeenAsync("dataset-profile");

            await pages.Dataset.TrainAsync();
            await pages.Train.PickTargetAsync(journey.Target);
            await pages.Train.SuggestsAsync(journey.Task);
            await pages.Train.PickAlgorithmAsync("LightGBM");
            await visit.SeenAsync("train");
            await pages.Train.StartAsync();
            // Small tables may be done before the pictures are: then they show how it ended.
            await visit.SeenAsync("running");

            await pages.Run.WatchToTheEndAsync();
            foreach (var chart in journey.Charts)
            {
                await pages.Run.SeesChartAsync(chart);
            }

            await visit.SeenAsync("run");
            Assert.True(await pages.Run.MetricAsync(journey.Metric.Name) >= journey.Metric.Minimum);

            await pages.Run.OpenSavingAsync();
            await SeenOnceAsync(visit, journey, "save");
            await pages.Run.SaveAsModelAsync($"{name} model");
            await visit.SeenAsync("model");
            Assert.True(journey.Answers(await pages.Model.PredictAsync(journey.Row)));
            await visit.SeenAsync("prediction");

            foreach (var part in journey.LooksAround)
            {
                await pages.GoAsync(part, name);
                await visit.SeenAsync(part.ToLowerInvariant());
            }
        });
    }

    /// <summary>Pages that are the same for every table are looked at in the one journey that looks around.</summary>
    private static Task SeenOnceAsync(Visit visit, Journey journey, string name) => journey.LooksAround.Length > 0 ? visit.SeenAsync(name) : Task.CompletedTask;

    private sealed record Journey(
        string File,
        string SomeColumn,
        string SomeCell,
        string Target,
        string Task,
        (string Name, double Minimum) Metric,
        string[] Charts,
        Dictionary<string, string> Row,
        Func<string, bool> Answers)
    {
        /// <summary>Parts of the main navigation to see once more when they have something to show.</summary>
        public string[] LooksAround { get; init; } = [];
    }
}
