using Bunit;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Models;
using MLHub.Web.Models;
using MudBlazor.Services;

namespace MLHub.Tests.TrainingPages;

public sealed class BatchPanelTests
{
    [Fact]
    public async Task Versions_of_a_dataset_that_come_late_do_not_replace_those_of_the_one_chosen_since()
    {
        await using var context = new BunitContext();
        context.Services.AddMudServices();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        var (slow, quick) = (Dataset("slow"), Dataset("quick"));
        var late = new TaskCompletionSource<IReadOnlyList<DatasetVersionView>>();
        var version = new ModelVersionView
        {
            ModelId = Guid.CreateVersion7(),
            Number = 2,
            RunId = Guid.CreateVersion7(),
            RunName = "brave-otter-12",
            Algorithm = "lightgbm",
            Metrics = new Dictionary<string, double>(),
            Dataset = new RunDataset(TrainingPagesData.Version.DatasetId, "patients", 3, "ab12"),
            Signature = TrainingPagesData.Signature,
            Aliases = [],
        };
        var panel = context.Render<BatchPanel>(p => p
            .Add(b => b.Version, version)
            .Add(b => b.Datasets, [slow, quick])
            .Add(b => b.Rows, id => id == slow.Id ? late.Task : Task.FromResult<IReadOnlyList<DatasetVersionView>>([TrainingPagesData.Version with { Number = 7 }]))
            .Add(b => b.Start, _ => Task.CompletedTask));

        var first = panel.Find("#batch-dataset").ChangeAsync(new() { Value = slow.Id.ToString("N") });
        await panel.Find("#batch-dataset").ChangeAsync(new() { Value = quick.Id.ToString("N") });
        late.SetResult([TrainingPagesData.Version with { Number = 3 }]);
        await first;

        Assert.Equal(["7"], panel.FindAll("#batch-rows option").Select(o => o.GetAttribute("value")));
    }

    private static DatasetView Dataset(string name) => new() { Id = Guid.CreateVersion7(), WorkspaceId = Guid.CreateVersion7(), Name = name };
}
