using System.Text.Json;
using MLHub.Web.Models;

namespace MLHub.Tests.TrainingPages;

public sealed class PredictFormTests
{
    [Fact]
    public void The_example_fills_every_field_and_can_be_sent()
    {
        var form = new PredictForm(TrainingPagesData.Signature);

        form.FillWithExample();

        Assert.True(form.IsReady);
        Assert.Equal("""{"age":33,"glucose":119.5,"clinic":"north","visited":"2025-06-01"}""", JsonSerializer.Serialize(form.Row));
    }

    [Fact]
    public void An_empty_field_is_missing_where_the_model_knows_missing_values_and_a_problem_elsewhere()
    {
        var form = new PredictForm(TrainingPagesData.Signature);

        form.Type("age", "40");
        form.Type("clinic", "west");

        Assert.True(form.IsReady);
        Assert.Equal(JsonValueKind.Null, form.Row["glucose"].ValueKind);
        form.Type("age", "");
        Assert.False(form.IsReady);
    }

    [Theory]
    [InlineData("age", "old", "whole number")]
    [InlineData("age", "33.5", "whole number")]
    [InlineData("glucose", "1,5", "number")]
    [InlineData("visited", "yesterday", "date")]
    public void What_does_not_fit_the_type_is_refused_in_words(string column, string text, string expected)
    {
        var form = new PredictForm(TrainingPagesData.Signature);

        form.Type(column, text);

        Assert.Contains(expected, form.Problem(TrainingPagesData.Signature.Inputs.Single(i => i.Name == column)));
    }

    [Theory]
    [InlineData("age", "99", "Outside")]
    [InlineData("clinic", "east", "Not seen")]
    [InlineData("visited", "2030-01-01", "Outside")]
    public void What_training_never_saw_is_allowed_with_a_warning(string column, string text, string expected)
    {
        var form = new PredictForm(TrainingPagesData.Signature);
        var input = TrainingPagesData.Signature.Inputs.Single(i => i.Name == column);

        form.Type(column, text);

        Assert.Null(form.Problem(input));
        Assert.StartsWith(expected, form.Warning(input));
    }
}
