using MLHub.Core.Training;
using MLHub.Core.Training.Search;
using MLHub.Web.Experiments;

namespace MLHub.Tests.TrainingPages;

public sealed class TrainingFormTests
{
    [Fact]
    public void Automatic_training_takes_all_algorithms_but_those_that_were_left_out()
    {
        var form = TrainingPagesData.Form();
        form.ChooseTarget("diabetes");
        form.ChooseMethod(TrainingMethod.Automatic);
        form.Search.Budget = 3;

        form.Search.Allow("logistic", false);
        var request = form.SearchRequest(Guid.NewGuid(), 1, null);

        Assert.Equal((SearchKind.Auto, 600, "auc"), (request.Kind, request.MaxSeconds, request.Metric));
        Assert.Contains("lightgbm", request.Algorithms!);
        Assert.DoesNotContain("logistic", request.Algorithms!);
        Assert.Empty(form.Problems);
        form.ChooseTask(TrainingTask.Clustering);
        Assert.Equal(TrainingMethod.One, form.Method);
    }

    [Fact]
    public void A_parameter_is_searched_as_a_value_a_list_or_a_range_and_comes_back_when_the_search_is_copied()
    {
        var form = TrainingPagesData.Form();
        form.ChooseTarget("diabetes");
        form.ChooseMethod(TrainingMethod.Search);
        var algorithm = form.Descriptor!;
        var number = algorithm.ParametersFor(form.Task).First(p => p is { Type: ParameterType.Integer or ParameterType.Number, Min: not null, Max: not null });
        var field = form.Search.FieldOf(algorithm, number);
        var middle = (number.Min!.Value + number.Max!.Value) / 2;

        form.Search.SetField(algorithm, number, field with { Mode = FieldMode.Range, Min = $"{number.Max}", Max = $"{number.Min}" });
        Assert.Equal("Give a smallest and a greater value.", Assert.Single(form.Problems[$"searchSpace.{number.Name}"]));
        Assert.Null(form.Search.Planned(form.Configuration, algorithm));

        form.Search.SetField(algorithm, number, field with { Mode = FieldMode.List, List = $"{number.Min}, {number.Max}" });
        form.Search.Kind = SearchKind.Grid;
        Assert.Empty(form.Problems);
        Assert.Equal(2, form.Search.Planned(form.Configuration, algorithm));

        form.Search.SetField(algorithm, number, field with { Mode = FieldMode.Range, Min = $"{number.Min}", Max = $"{middle}", Log = false });
        form.Search.Kind = SearchKind.Random;
        var asked = form.SearchRequest(Guid.NewGuid(), 1, null).ToConfiguration(TrainingPagesData.Catalog);
        var copy = TrainingPagesData.Form();
        copy.Copy(asked);
        Assert.Equal(TrainingMethod.Search, copy.Method);
        Assert.Equal((FieldMode.Range, $"{middle}"), (copy.Search.FieldOf(algorithm, number).Mode, copy.Search.FieldOf(algorithm, number).Max));
    }

    [Fact]
    public void The_column_that_divides_the_rows_is_not_learned_from_unless_it_is_ticked_again()
    {
        var form = TrainingPagesData.Form();
        form.ChooseTarget("diabetes");
        Assert.Contains("clinic", form.Features);

        form.ChooseSplit(SplitKind.Time);
        form.ChooseSplitColumn("age");
        Assert.Contains("age", form.Features);
        form.ChooseSplit(SplitKind.Group);
        Assert.DoesNotContain("age", form.Features);
        form.ChooseSplitColumn("clinic");
        form.UseSuggested();
        Assert.Equal(["age", "glucose"], form.Configuration.Features!);
        form.Use("clinic", true);
        var copy = TrainingPagesData.Form();
        copy.Copy(form.Configuration);

        Assert.Contains("clinic", copy.Configuration.Features!);
        form.ChooseSplit(SplitKind.Random);
        Assert.Equal(["age", "glucose", "clinic"], form.Configuration.Features!);
    }

    [Fact]
    public void Choosing_a_target_suggests_its_task_and_takes_it_from_the_columns()
    {
        var form = TrainingPagesData.Form();

        form.ChooseTarget("diabetes");

        Assert.Equal(TrainingTask.Binary, form.Task);
        Assert.Equal(TrainingTask.Binary, form.Suggestion!.Task);
        Assert.DoesNotContain("diabetes", form.Features);
    }

    [Fact]
    public void Another_target_changes_task_split_and_puts_the_old_target_back()
    {
        var form = TrainingPagesData.Form();
        form.ChooseTarget("diabetes");

        form.ChooseTarget("glucose");

        Assert.Equal(TrainingTask.Regression, form.Task);
        Assert.Equal(SplitKind.Random, form.SplitKind);
        Assert.Contains("diabetes", form.Features);
        Assert.DoesNotContain("glucose", form.Features);
    }

    [Fact]
    public void A_task_chosen_by_hand_is_marked_as_changed()
    {
        var form = TrainingPagesData.Form();
        form.ChooseTarget("age");
        Assert.False(form.IsTaskChanged);

        form.ChooseTask(TrainingTask.Multiclass);

        Assert.True(form.IsTaskChanged);
        Assert.Equal(SplitKind.Stratified, form.SplitKind);
    }

    [Fact]
    public void An_algorithm_that_cannot_answer_the_new_question_is_replaced()
    {
        var form = TrainingPagesData.Form();
        form.ChooseTarget("diabetes");
        form.ChooseAlgorithm("logistic");

        form.ChooseTarget("glucose");

        Assert.Equal("lightgbm", form.Algorithm);
    }

    [Fact]
    public void Identifiers_and_constants_are_left_out_with_a_reason_and_can_be_taken_back()
    {
        var form = TrainingPagesData.Form();
        var patient = form.Columns.Single(c => c.Name == "patient");
        Assert.DoesNotContain("patient", form.Features);
        Assert.DoesNotContain("unit", form.Features);
        Assert.Contains("identifier", form.WhyLeftOut(patient));

        form.Use("patient", true);

        Assert.Contains("patient", form.Configuration.Features!);
    }

    [Fact]
    public void A_target_that_cannot_be_predicted_is_a_problem_in_words()
    {
        var form = TrainingPagesData.Form();

        form.ChooseTarget("unit");

        Assert.Contains("one single value", form.Problems["target"][0]);
    }

    [Fact]
    public void Only_changed_parameters_are_sent_and_as_their_type()
    {
        var form = TrainingPagesData.Form();
        form.ChooseTarget("diabetes");

        form.SetParameter("trees", "250");
        form.SetParameter("learningRate", "0.1");
        form.SetParameter("balanced", "true");

        var sent = form.Configuration.Parameters;
        Assert.Equal(["balanced", "trees"], sent.Keys.Order());
        Assert.Equal(250, sent["trees"].GetInt32());
        Assert.True(sent["balanced"].GetBoolean());
        Assert.Empty(form.Problems);
    }

    [Fact]
    public void What_is_no_number_is_told_at_its_field()
    {
        var form = TrainingPagesData.Form();
        form.ChooseTarget("diabetes");

        form.SetParameter("trees", "many");
        form.SetParameter("learningRate", "7");
        form.Minutes = "soon";

        Assert.Equal("Give a whole number.", form.Problems["parameters.trees"][0]);
        Assert.Equal("Give a value from 0.001 to 1.", form.Problems["parameters.learningRate"][0]);
        Assert.Contains("minutes", form.Problems["maxSeconds"][0]);
    }

    [Fact]
    public void A_reset_parameter_is_its_default_again()
    {
        var form = TrainingPagesData.Form();
        form.SetParameter("trees", "250");

        form.ResetParameter("trees");

        Assert.Empty(form.Configuration.Parameters);
    }

    [Fact]
    public void Sizes_count_only_rows_with_a_target()
    {
        var form = TrainingPagesData.Form();

        form.ChooseTarget("diabetes");

        Assert.Equal(new(63, 9, 18), form.Sizes);
    }

    [Fact]
    public void A_copied_configuration_comes_back_the_same()
    {
        var first = TrainingPagesData.Form();
        first.ChooseTarget("diabetes");
        first.PositiveClass = "pos";
        first.Use("clinic", false);
        first.SetParameter("learningRate", "0.05");
        first.ChooseSplit(SplitKind.Group);
        first.ChooseSplitColumn("clinic");
        first.Minutes = "2";
        var copy = TrainingPagesData.Form();

        copy.Copy(first.Configuration);

        Assert.Equal(Core.Common.HubJson.Write(first.Configuration), Core.Common.HubJson.Write(copy.Configuration));
        Assert.Equal(120, copy.Configuration.MaxSeconds);
    }

    [Fact]
    public void Groups_need_no_target_and_get_the_column_back()
    {
        var form = TrainingPagesData.Form();
        form.ChooseTarget("diabetes");

        form.ChooseTask(TrainingTask.Clustering);

        Assert.Null(form.Target);
        Assert.Contains("diabetes", form.Features);
        Assert.Equal("groups", form.Algorithm);
        Assert.Equal(SplitKind.Random, form.SplitKind);
        Assert.Equal("needs a target", form.WhyNot(SplitKind.KFold));
        Assert.True(form.HasQuestion);
        Assert.Empty(form.Problems);
        Assert.Equal(100, form.Sizes!.Total);
    }

    [Fact]
    public void A_column_of_two_values_may_label_anomalies_and_suggests_no_other_question()
    {
        var form = TrainingPagesData.Form();
        form.ChooseTask(TrainingTask.Anomaly);
        Assert.Empty(form.Problems);

        form.ChooseTarget("diabetes");

        Assert.Equal(TrainingTask.Anomaly, form.Task);
        Assert.Null(form.Suggestion);
        Assert.DoesNotContain("diabetes", form.Features);
        Assert.Empty(form.Problems);
        Assert.Contains("to be compared with diabetes", form.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Back_to_a_question_with_a_target_its_suggestion_comes_back()
    {
        var form = TrainingPagesData.Form();
        form.ChooseTarget("diabetes");
        form.ChooseTask(TrainingTask.Anomaly);

        form.ChooseTask(TrainingTask.Binary);

        Assert.Equal(TrainingTask.Binary, form.Suggestion!.Task);
        Assert.Equal(SplitKind.Stratified, form.SplitKind);
    }

    [Fact]
    public void A_preset_sets_what_it_says_and_is_left_by_another_value()
    {
        var form = TrainingPagesData.Form();
        form.ChooseTask(TrainingTask.Clustering);
        Assert.Null(form.Preset);

        form.ChoosePreset(form.Descriptor!.Presets[0]);
        Assert.Equal("Many", form.Preset!.Name);
        Assert.Equal(8, form.Configuration.Parameters["clusters"].GetInt32());

        form.SetParameter("clusters", "9");
        Assert.Null(form.Preset);
    }
}
