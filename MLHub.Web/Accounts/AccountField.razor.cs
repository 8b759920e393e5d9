using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Accounts;

/// <summary>A labelled input that works without a circuit. A refused field says why, to eyes and to screen readers.</summary>
public sealed partial class AccountField : ComponentBase
{
    [Parameter, EditorRequired]
    public required string Id { get; set; }

    /// <summary>Name in the form, such as <c>Input.Email</c>.</summary>
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public required string Label { get; set; }

    [Parameter]
    public string Type { get; set; } = "text";

    /// <summary>Never set for a password: it must not come back in the page.</summary>
    [Parameter]
    public string? Value { get; set; }

    /// <summary>Tells password managers what this is.</summary>
    [Parameter]
    public string Autocomplete { get; set; } = "off";

    [Parameter]
    public bool IsRequired { get; set; } = true;

    [Parameter]
    public bool IsFocused { get; set; }

    [Parameter]
    public string? Hint { get; set; }

    [Parameter]
    public string? Problem { get; set; }

    private string? DescribedBy => Problem is not null ? $"{Id}-problem" : Hint is not null ? $"{Id}-hint" : null;
}
