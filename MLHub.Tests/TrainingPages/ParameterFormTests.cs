using Bunit;
using MLHub.Web.Experiments;

namespace MLHub.Tests.TrainingPages;

public sealed class ParameterFormTests
{
    [Fact]
    public async Task Each_parameter_has_a_labelled_field_of_its_kind_with_its_default()
    {
        await using var context = new BunitContext();

        var form = context.Render<ParameterForm>(p => p.Add(f => f.Parameters, TrainingPagesData.Catalog.All.Single(a => a.Name == "lightgbm").Parameters));

        Assert.Equal("100", form.Find("#parameter-trees").GetAttribute("value"));
        Assert.Equal(["gbdt", "dart"], form.FindAll("#parameter-booster option").Select(o => o.GetAttribute("value")));
        Assert.NotNull(form.Find("label[for=parameter-learningRate]"));
        Assert.Empty(form.FindAll("button"));
    }

    [Fact]
    public async Task Typing_tells_the_parameter_and_a_changed_one_can_be_reset()
    {
        await using var context = new BunitContext();
        KeyValuePair<string, string>? typed = null;
        string? reset = null;
        var form = context.Render<ParameterForm>(p => p
            .Add(f => f.Parameters, TrainingPagesData.Catalog.All.Single(a => a.Name == "lightgbm").Parameters)
            .Add(f => f.Values, new Dictionary<string, string> { ["trees"] = "250" })
            .Add(f => f.OnChange, change => typed = change)
            .Add(f => f.OnReset, name => reset = name));

        form.Find("#parameter-learningRate").Input("0.05");
        form.Find("button").Click();

        Assert.Equal(new("learningRate", "0.05"), typed);
        Assert.Equal("trees", reset);
    }

    [Fact]
    public async Task A_problem_stands_at_its_field()
    {
        await using var context = new BunitContext();

        var form = context.Render<ParameterForm>(p => p
            .Add(f => f.Parameters, TrainingPagesData.Catalog.All.Single(a => a.Name == "lightgbm").Parameters)
            .Add(f => f.Problems, new Dictionary<string, string[]> { ["parameters.trees"] = ["Give a whole number."] }));

        Assert.Equal("true", form.Find("#parameter-trees").GetAttribute("aria-invalid"));
        Assert.Equal("Give a whole number.", form.Find("[role=alert]").TextContent);
    }
}
