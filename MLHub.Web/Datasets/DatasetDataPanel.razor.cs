using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>The rows of a version with their filter.</summary>
public sealed partial class DatasetDataPanel : ComponentBase
{
    private string _text = "";
    private string? _knownFilter;
    private Dictionary<string, ColumnProfile> _profiles = [];
    private DatasetProfileDocument? _knownProfile;

    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary><c>null</c> while they are being opened for the first time.</summary>
    [Parameter]
    public DatasetRows? Rows { get; set; }

    [Parameter]
    public DatasetProfileDocument? Profile { get; set; }

    [Parameter]
    public string? Filter { get; set; }

    /// <summary>Why the filter or the order cannot be used; the rows then still are those of before.</summary>
    [Parameter]
    public string? Problem { get; set; }

    [Parameter]
    public GridSort? Sort { get; set; }

    /// <summary>Place of the open row in the view, from 0.</summary>
    [Parameter]
    public long? OpenRow { get; set; }

    [Parameter]
    public EventCallback<string> OnFilter { get; set; }

    [Parameter]
    public EventCallback<GridSort?> OnSort { get; set; }

    [Parameter]
    public EventCallback<long?> OnRow { get; set; }

    /// <summary>A filter that would work on this very table.</summary>
    private string Example
    {
        get
        {
            var number = Rows?.Columns.FirstOrDefault(c => c.Type is ColumnType.Integer or ColumnType.Number);
            var middle = number is null ? null : ProfileOf(number.Name)?.Median;
            return number is not null ? $"e.g. {Quoted(number.Name)} >= {(middle ?? 0).ToString("0.####", CultureInfo.InvariantCulture)}"
                : Rows?.Columns is [var first, ..] ? $"e.g. {Quoted(first.Name)} is not null"
                : "";
        }
    }

    protected override void OnParametersSet()
    {
        if (_knownFilter != Filter)
        {
            _knownFilter = Filter;
            _text = Filter ?? "";
        }

        if (!ReferenceEquals(_knownProfile, Profile))
        {
            _knownProfile = Profile;
            _profiles = Profile?.Columns.ToDictionary(c => c.Name) ?? [];
        }
    }

    private ColumnProfile? ProfileOf(string column) => _profiles.GetValueOrDefault(column);

    private static string Quoted(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.') ? name : $"\"{name.Replace("\"", "\"\"")}\"";
}
