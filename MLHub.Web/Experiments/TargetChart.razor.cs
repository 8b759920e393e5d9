using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Web.Experiments;

public sealed partial class TargetChart : ComponentBase
{
    [Parameter, EditorRequired]
    public ColumnProfile Profile { get; set; } = null!;

    // Few whole numbers are classes rather than quantities, as the suggestion of the task has it.
    private bool IsNumeric => Profile.Histogram.Count > 0
        && (Profile.Type == ColumnType.Number || (Profile.Type == ColumnType.Integer && Profile.Distinct > Core.Training.TaskSuggestion.MaxIntegerClasses));

    private long Largest => IsNumeric ? Profile.Histogram.Max(b => b.Count) : Profile.TopValues.Select(v => v.Count).DefaultIfEmpty(1).Max();

    private string Share(long count) => (100.0 * count / Math.Max(1, Largest)).ToString("0.##", CultureInfo.InvariantCulture);
}
