using System.Text.Json;
using Bunit;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Recipes;
using MLHub.Web.Recipes;

namespace MLHub.Tests.RecipePages;

public sealed class RecipePartsTests : BunitContext
{
    private static readonly ColumnSchema[] Columns = [new("age", ColumnType.Number), new("city name", ColumnType.Text)];

    public RecipePartsTests() => JSInterop.Mode = JSRuntimeMode.Loose;

    [Theory]
    [InlineData("impute", "fill_missing")]
    [InlineData("FILL miss", "fill_missing")]
    [InlineData("dropna", "drop_missing")]
    public void A_step_is_found_by_what_people_call_it_and_taken_with_enter(string typed, string step)
    {
        string? picked = null;
        var picker = Render<RecipeStepPicker>(p => p.Add(s => s.Steps, RecipeCatalog.Descriptors).Add(s => s.OnPick, s => picked = s.Name));

        picker.Find("input").Input(typed);
        picker.Find("input").KeyDown("Enter");

        Assert.Equal(step, picked);
    }

    [Fact]
    public void A_word_that_no_step_has_is_told_and_enter_does_nothing()
    {
        var picked = 0;
        var picker = Render<RecipeStepPicker>(p => p.Add(s => s.Steps, RecipeCatalog.Descriptors).Add(s => s.OnPick, _ => picked++));

        picker.Find("input").Input("zzz");
        picker.Find("input").KeyDown("Enter");

        Assert.Contains("No step is called so", picker.Find("[role=status]").TextContent);
        Assert.Equal(0, picked);
    }

    [Fact]
    public void A_card_tells_what_the_step_did_and_moves_by_keys()
    {
        var moved = 0;
        var card = Render<RecipeStepCard>(p => p
            .Add(c => c.Id, "card-1").Add(c => c.MayEdit, true).Add(c => c.Place, 1)
            .Add(c => c.Step, new RecipeStep("fill_missing", new Dictionary<string, JsonElement> { ["columns"] = Json(new[] { "age" }) }))
            .Add(c => c.Effect, RecipeWords.Effect(12, 177, 1, 0)).Add(c => c.Milliseconds, "4 ms")
            .Add(c => c.OnMove, by => moved = by));

        card.Find("button.main").KeyDown(new Microsoft.AspNetCore.Components.Web.KeyboardEventArgs { Key = "ArrowUp", AltKey = true });

        Assert.Equal("−12 rows · 177 cells changed · +1 column", card.Find(".effect span").TextContent);
        Assert.Equal("age", card.Find(".sentence b").TextContent);
        Assert.Equal(-1, moved);
    }

    [Fact]
    public void A_column_that_changed_its_name_is_mapped_with_one_click()
    {
        MissingColumn? mapped = null;
        var card = Render<RecipeStepCard>(p => p
            .Add(c => c.Id, "card-1").Add(c => c.MayEdit, true).Add(c => c.Step, new RecipeStep("drop_columns"))
            .Add(c => c.Missing, [new MissingColumn("fare", "Fare")])
            .Add(c => c.OnMap, m => mapped = m));

        Assert.Contains("broken", card.Find("li").ClassList);
        Assert.Contains("Column fare is now Fare.", card.Find(".map").TextContent);
        card.Find(".map button").Click();

        Assert.Equal("Fare", mapped?.Suggested);
    }

    [Fact]
    public void What_is_no_number_is_said_and_not_told_to_the_step()
    {
        JsonElement? told = Json("nothing yet");
        var field = Field(new("share", StepParameterType.Number, "Share"), v => told = v);

        field.Find("input").Input("0,5");
        Assert.Equal(0.5, told?.GetDouble());
        field.Find("input").Input("half");

        Assert.Equal(0.5, told?.GetDouble());
        Assert.Contains("“half” is not a number", field.Find("[role=alert]").TextContent);
        Assert.Equal("half", field.Find("input").GetAttribute("value"));
    }

    [Fact]
    public void A_list_keeps_texts_that_only_look_like_numbers()
    {
        JsonElement? told = null;
        var field = Field(new("values", StepParameterType.List, "Values"), v => told = v);

        field.Find("textarea").Input("007\n2.5\n\nNA");

        Assert.Equal("[\"007\",2.5,\"NA\"]", told?.GetRawText());
    }

    [Fact]
    public void Only_columns_that_the_step_can_take_are_offered_and_one_that_is_gone_is_shown_as_gone()
    {
        var field = Field(new("column", StepParameterType.Column, "Column") { Required = true, ColumnTypes = [ColumnType.Number] }, _ => { }, Json("fare"));

        Assert.Equal(["", "fare", "age"], field.FindAll("option").Select(o => o.GetAttribute("value")));
        Assert.Contains("fare (not there)", field.Markup);
    }

    [Fact]
    public void Pairs_that_are_half_written_stay_and_are_not_told()
    {
        JsonElement? told = null;
        var field = Field(new("map", StepParameterType.Map, "Replace"), v => told = v);

        field.FindAll("input")[1].Input("b");
        Assert.Null(told);
        field.FindAll("input")[0].Input("a");

        Assert.Equal("{\"a\":\"b\"}", told?.GetRawText());
    }

    [Fact]
    public void The_place_of_a_mistake_in_a_formula_is_marked()
    {
        var field = Render<RecipeField>(p => p
            .Add(f => f.Id, "x").Add(f => f.Columns, Columns).Add(f => f.Value, Json("age >> 3")).Add(f => f.Problem, "A value is expected here.").Add(f => f.Position, 5)
            .Add(f => f.Parameter, new StepParameter("filter", StepParameterType.Filter, "Condition")));

        Assert.Equal(">", field.Find("mark").TextContent);
        Assert.Equal("true", field.Find("textarea").GetAttribute("aria-invalid"));
        Assert.Contains("\"city name\"", field.Find(".names").TextContent);
    }

    [Fact]
    public void A_formula_offers_the_columns_and_every_function_there_is()
    {
        var field = Render<RecipeField>(p => p.Add(f => f.Id, "x").Add(f => f.Columns, Columns).Add(f => f.Parameter, new StepParameter("expression", StepParameterType.Expression, "Formula")));

        var offered = field.FindAll(".names code").Select(c => c.TextContent).ToList();

        Assert.Equal(["age", "\"city name\""], offered[..2]);
        Assert.Superset(MLHub.Core.Recipes.Expressions.ExpressionFunctions.All.Select(f => f.Name + "(").ToHashSet(), offered.ToHashSet());
    }

    [Fact]
    public void The_steps_of_a_version_are_read_with_what_they_did()
    {
        var view = Render<RecipeStepsView>(p => p.Add(v => v.Recipe, new VersionRecipe(
            [new("drop_missing"), new("from_the_future", null, false)],
            [new("Drop rows where *age* has no value", 90, 10, 0, [], [], "Ten are many."), new("?", 90, 0, 0, [], [], null)])));

        Assert.Equal("age", view.Find("li b").TextContent);
        Assert.Equal("−10 rows", view.Find(".effect").TextContent);
        Assert.Equal("Ten are many.", view.Find(".warning").TextContent);
        Assert.Contains("switched off", view.FindAll("li")[1].TextContent);
    }

    [Theory]
    [InlineData("""[{"step":"drop_missing"}]""", 1)]
    [InlineData("""{"steps":[{"step":"drop_missing","parameters":{"how":"all"},"enabled":false},{"step":"x"}]}""", 2)]
    public void Exported_steps_can_be_pasted(string text, int count) => Assert.Equal(count, ImportRecipeDialog.Read(text).Count);

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "1 to 100 steps")]
    [InlineData("[{}]", "without a name")]
    [InlineData("[null]", "without a name")]
    [InlineData("""{"steps":3}""", "1 to 100 steps")]
    [InlineData("""[{"step":"a","parameters":[]}]""", "not")]
    public void What_is_no_recipe_is_refused_with_a_reason(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<HubException>(() => ImportRecipeDialog.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_link_makes_a_step_about_its_column()
    {
        var fill = RecipeLink.Step(RecipeCatalog.Find("fill_missing")!, "age", null);
        var filter = RecipeLink.Step(RecipeCatalog.Find("filter_rows")!, "city name", null);
        var given = RecipeLink.Step(RecipeCatalog.Find("filter_rows")!, null, "age > 3");

        Assert.Equal("[\"age\"]", fill.Parameters!["columns"].GetRawText());
        Assert.Equal("\"city name\" is not null", filter.Parameters!["filter"].GetString());
        Assert.Equal("age > 3", given.Parameters!["filter"].GetString());
    }

    private IRenderedComponent<RecipeField> Field(StepParameter parameter, Action<JsonElement?> told, JsonElement? value = null) => Render<RecipeField>(p => p
        .Add(f => f.Id, "x").Add(f => f.Columns, Columns).Add(f => f.Parameter, parameter).Add(f => f.Value, value).Add(f => f.OnChange, told));

    private static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value, HubJson.Options);
}
