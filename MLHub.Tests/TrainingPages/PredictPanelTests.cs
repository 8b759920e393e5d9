using System.Text.Json;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Experiments;
using MLHub.Core.Models;
using MLHub.Core.Training;
using MLHub.Web.Models;
using MudBlazor.Services;

namespace MLHub.Tests.TrainingPages;

public sealed class PredictPanelTests
{
    [Fact]
    public async Task The_answer_shows_prediction_and_probabilities()
    {
        await using var context = Context();
        IReadOnlyDictionary<string, JsonElement>? asked = null;
        var panel = Panel(context, (_, row) =>
        {
            asked = row;
            var answer = new PredictionRow(TrainingPagesData.Json("pos")) { Score = 0.8, Probabilities = new Dictionary<string, double> { ["pos"] = 0.8, ["neg"] = 0.2 } };
            return Task.FromResult(new Predictions([answer], 2, []));
        });

        panel.FindAll("button").Single(b => b.TextContent.Contains("Fill with example")).Click();
        panel.Find("form").Submit();

        Assert.Equal(33, asked!["age"].GetInt32());
        Assert.Equal("pos", panel.Find(".prediction").TextContent);
        Assert.Contains("answered by v2", panel.Markup);
    }

    [Fact]
    public async Task Nothing_is_sent_while_a_field_is_wrong()
    {
        await using var context = Context();
        var wasAsked = false;
        var panel = Panel(context, (_, _) =>
        {
            wasAsked = true;
            return Task.FromResult(new Predictions([], 2, []));
        });

        panel.Find("form").Submit();

        Assert.False(wasAsked);
        Assert.Equal(2, panel.FindAll("[role=alert]").Count);
    }

    [Fact]
    public async Task A_refusal_by_the_model_stands_at_the_field_that_it_blames()
    {
        await using var context = Context();
        var panel = Panel(context, (_, _) => throw new HubException(Refusal.Impossible, "One value does not fit.", "BAD_ROWS")
        {
            Errors = new Dictionary<string, string[]> { ["rows[0].age"] = ["An age is not negative."] },
        });

        panel.FindAll("button").Single(b => b.TextContent.Contains("Fill with example")).Click();
        panel.Find("form").Submit();

        Assert.Contains(panel.FindAll(".problem"), p => p.TextContent == "An age is not negative.");
        Assert.Contains("One value does not fit.", panel.Markup);
    }

    private static BunitContext Context()
    {
        var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        return context;
    }

    private static IRenderedComponent<PredictPanel> Panel(BunitContext context, Func<int, IReadOnlyDictionary<string, JsonElement>, Task<Predictions>> ask)
    {
        var version = new ModelVersionView
        {
            ModelId = Guid.Parse("018f0000000070008000000000000007"),
            Number = 2,
            RunId = Guid.Parse("018f0000000070008000000000000003"),
            RunName = "brave-otter-12",
            Algorithm = "lightgbm",
            Metrics = new Dictionary<string, double> { ["auc"] = 0.83 },
            Dataset = new RunDataset(TrainingPagesData.Version.DatasetId, "patients", 3, "ab12"),
            Signature = TrainingPagesData.Signature,
            Aliases = ["champion"],
        };
        return context.Render<PredictPanel>(p => p.Add(f => f.Version, version).Add(f => f.Versions, [version]).Add(f => f.Ask, ask));
    }
}
