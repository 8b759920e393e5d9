using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Training;

namespace MLHub.Web.Experiments;

public sealed partial class SplitSection : ComponentBase
{
    private static readonly (SplitKind Kind, string Text)[] Kinds =
    [
        (SplitKind.Stratified, "Random within classes"),
        (SplitKind.Random, "Random"),
        (SplitKind.KFold, "Cross-validation"),
        (SplitKind.Group, "By group"),
        (SplitKind.Time, "By time"),
        (SplitKind.Column, "As a column says"),
    ];

    [Parameter, EditorRequired]
    public TrainingForm Form { get; set; } = null!;

    [Parameter]
    public IReadOnlyDictionary<string, string[]> Problems { get; set; } = new Dictionary<string, string[]>();

    [Parameter]
    public EventCallback OnChange { get; set; }

    private string Explanation => Form.SplitKind switch
    {
        SplitKind.Stratified => "Rows are drawn by chance within each class.",
        SplitKind.Random => "Rows are drawn by chance.",
        SplitKind.KFold => "Besides the test rows, every row is held out once.",
        SplitKind.Group => "Rows with the same value (a patient, a customer) never stand in two parts.",
        SplitKind.Time => "The latest rows are for testing: the past predicts the future.",
        _ => "The column holds the words train, validation and test.",
    };

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Share(SplitSizes sizes, long part) => sizes.Share(part).ToString("0.##", CultureInfo.InvariantCulture);

    private Task ChooseKindAsync(ChangeEventArgs change)
    {
        Form.ChooseSplit(Enum.Parse<SplitKind>(change.Value!.ToString()!));
        return OnChange.InvokeAsync();
    }

    private Task ChooseColumnAsync(ChangeEventArgs change)
    {
        Form.ChooseSplitColumn(change.Value?.ToString() is { Length: > 0 } column ? column : null);
        return OnChange.InvokeAsync();
    }

    private Task SetAsync(ChangeEventArgs change, Action<double> set)
    {
        // A field that is being emptied keeps its last number until the next one is typed.
        if (double.TryParse(change.Value?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) <= int.MaxValue)
        {
            set(value);
        }

        return OnChange.InvokeAsync();
    }
}
