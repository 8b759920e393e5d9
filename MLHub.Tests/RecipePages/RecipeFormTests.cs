using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Recipes;
using MLHub.Web.Recipes;

namespace MLHub.Tests.RecipePages;

public sealed class RecipeFormTests
{
    private static readonly RecipeStep Fill = new("fill_missing"), Filter = new("filter_rows"), Drop = new("drop_columns");

    [Fact]
    public void A_step_is_put_behind_the_open_one_and_opened()
    {
        var form = Started(Fill, Filter);
        form.OpenAt(0);

        form.Add(Drop);

        Assert.Equal(["fill_missing", "drop_columns", "filter_rows"], Names(form));
        Assert.Equal(1, form.Open);
    }

    [Fact]
    public void The_open_step_stays_open_wherever_it_is_moved()
    {
        var form = Started(Fill, Filter, Drop);
        form.OpenAt(0);

        form.Move(0, 2);

        Assert.Equal(["filter_rows", "drop_columns", "fill_missing"], Names(form));
        Assert.Equal(2, form.Open);
        Assert.False(form.Move(2, 99));
    }

    [Fact]
    public void Keystrokes_in_one_field_are_taken_back_at_once_and_brought_again()
    {
        var form = Started(Fill);
        form.Set(0, "value", Json("1"));
        form.Set(0, "value", Json("12"));
        form.Set(0, "method", Json("constant"));

        form.Undo();
        form.Undo();
        Assert.False(form.CanUndo);
        Assert.Empty(form.Steps[0].Parameters ?? new Dictionary<string, JsonElement>());

        form.Redo();
        Assert.Equal("12", form.Steps[0].Parameters!["value"].GetString());
    }

    [Fact]
    public void A_new_change_forgets_what_was_taken_back()
    {
        var form = Started(Fill, Filter);
        form.Remove(1);
        form.Undo();

        form.Toggle(0);

        Assert.False(form.CanRedo);
        Assert.False(form.Steps[0].Enabled);
        Assert.Equal(2, form.Entries.Count);
    }

    [Fact]
    public void More_steps_than_a_recipe_may_have_are_refused()
    {
        var form = Started([.. Enumerable.Repeat(Fill, RecipeCatalog.MaxSteps)]);

        var refused = Assert.Throws<HubException>(() => form.Duplicate(0));

        Assert.Contains("100", refused.Message, StringComparison.Ordinal);
        Assert.Equal(RecipeCatalog.MaxSteps, form.Entries.Count);
    }

    [Fact]
    public void Mapping_a_column_changes_every_step_that_names_it()
    {
        var form = Started(
            Fill with { Parameters = Of("columns", new[] { "fare", "age" }) },
            Filter with { Parameters = Of("filter", "fare > 3 and name = 'fare'") });

        form.MapColumn("fare", "Fare");

        Assert.Equal(["Fare", "age"], form.Steps[0].Parameters!["columns"].EnumerateArray().Select(c => c.GetString()));
        Assert.Equal("Fare > 3 and name = 'fare'", form.Steps[1].Parameters!["filter"].GetString());
    }

    private static RecipeForm Started(params RecipeStep[] steps)
    {
        var form = new RecipeForm();
        form.Start(steps);
        return form;
    }

    private static IEnumerable<string> Names(RecipeForm form) => form.Steps.Select(s => s.Step);

    private static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value);

    private static Dictionary<string, JsonElement> Of<T>(string name, T value) => new() { [name] = Json(value) };
}
