using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MudBlazor;

namespace MLHub.Web.Datasets;

/// <summary>Asks for one condition on a column, with the operators that its type has.</summary>
public sealed partial class ColumnFilterDialog : ComponentBase
{
    private const int MaxListed = 1000;

    private readonly string[] _values = ["", ""];
    private readonly HashSet<ValueCount> _chosen = [];
    private string _column = "";
    private FilterOperator _operator = FilterWords.Operators(ColumnType.Text)[0];

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Parameter, EditorRequired]
    public required IReadOnlyList<ColumnSchema> Columns { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyDictionary<string, ColumnProfile> Profiles { get; set; }

    [Parameter]
    public string? Column { get; set; }

    private ColumnType Type => Columns.First(c => c.Name == _column).Type;

    private IReadOnlyList<FilterOperator> Operators => FilterWords.Operators(Type);

    /// <summary>Values to tick, when all that matter are known.</summary>
    private IReadOnlyList<ValueCount> Frequent =>
        Profiles.TryGetValue(_column, out var profile) && profile.TopValues.Count >= Math.Min(profile.Distinct, 20) ? profile.TopValues : [];

    private string InputType => Type switch
    {
        _ when _operator.Key == FilterWords.In => "text",
        ColumnType.Integer or ColumnType.Number => "number",
        ColumnType.Date => "date",
        _ => "text",
    };

    private string? Condition => _operator.Key == FilterWords.In && Frequent.Count > 0
        ? FilterWords.Condition(_column, Type, _operator, _chosen.Select(v => v.Value))
        : FilterWords.Condition(_column, Type, _operator, _values);

    /// <returns>The condition, or <c>null</c> when it was given up.</returns>
    public static async Task<string?> AskAsync(IDialogService dialogs, IReadOnlyList<ColumnSchema> columns, IReadOnlyDictionary<string, ColumnProfile> profiles, string? column)
    {
        var parameters = new DialogParameters<ColumnFilterDialog> { { d => d.Columns, columns }, { d => d.Profiles, profiles }, { d => d.Column, column } };
        var shown = await dialogs.ShowAsync<ColumnFilterDialog>("Add a condition", parameters, new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.ExtraSmall, FullWidth = true });
        return await shown.Result is { Canceled: false, Data: string condition } ? condition : null;
    }

    protected override void OnInitialized() => Choose(Column ?? (Columns.Count > 0 ? Columns[0].Name : ""));

    private void Choose(string? column)
    {
        _column = Columns.Any(c => c.Name == column) ? column! : Columns[0].Name;
        _operator = Operators.FirstOrDefault(o => o.Key == FilterWords.In && Frequent.Count > 0) ?? Operators[0];
        _chosen.Clear();
        (_values[0], _values[1]) = ("", "");
    }

    private void Use(string? key) => _operator = Operators.FirstOrDefault(o => o.Key == key) ?? Operators[0];

    private void Tick(ValueCount value, bool isOn)
    {
        if (isOn)
        {
            _chosen.Add(value);
        }
        else
        {
            _chosen.Remove(value);
        }
    }

    private void Save()
    {
        if (Condition is { } condition)
        {
            Dialog.Close(DialogResult.Ok(condition));
        }
    }
}
