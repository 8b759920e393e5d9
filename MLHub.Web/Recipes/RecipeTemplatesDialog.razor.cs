using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Recipes;
using MudBlazor;

namespace MLHub.Web.Recipes;

/// <summary>The recipes that the workspace keeps: to take one up, to rename, to delete.</summary>
public sealed partial class RecipeTemplatesDialog : ComponentBase
{
    private const int AtOnce = 50;

    private List<RecipeTemplateView>? _templates;
    private string? _next;
    private string? _failure;
    private string? _problem;
    private Guid? _renamed;
    private Guid? _doomed;
    private string _name = "";

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Inject]
    public required RecipeTemplateService Templates { get; set; }

    [Parameter, EditorRequired]
    public Actor Actor { get; set; } = null!;

    [Parameter, EditorRequired]
    public Guid WorkspaceId { get; set; }

    /// <summary>Steps are there already: whether to keep them is asked.</summary>
    [Parameter]
    public bool HasSteps { get; set; }

    /// <returns><c>null</c> when none was chosen.</returns>
    public static async Task<TemplateChoice?> AskAsync(IDialogService dialogs, Actor actor, Guid workspaceId, bool hasSteps)
    {
        var parameters = new DialogParameters<RecipeTemplatesDialog> { { d => d.Actor, actor }, { d => d.WorkspaceId, workspaceId }, { d => d.HasSteps, hasSteps } };
        var shown = await dialogs.ShowAsync<RecipeTemplatesDialog>("Templates", parameters, new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Medium, FullWidth = true });
        return (await shown.Result)?.Data as TemplateChoice;
    }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            var page = await Templates.ListAsync(Actor, WorkspaceId, new(AtOnce), CancellationToken.None);
            (_templates, _next, _failure) = ([.. page.Items], page.NextPageToken, null);
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private Task MoreAsync() => TryAsync(async () =>
    {
        var page = await Templates.ListAsync(Actor, WorkspaceId, new(AtOnce, _next), CancellationToken.None);
        _templates!.AddRange(page.Items);
        _next = page.NextPageToken;
    });

    private void Choose(RecipeTemplateView template, bool replaces) => Dialog.Close(DialogResult.Ok(new TemplateChoice(template.Steps, replaces)));

    private void BeginRename(RecipeTemplateView template) => (_renamed, _doomed, _name) = (template.Id, null, template.Name);

    private Task RenameAsync(RecipeTemplateView template) => TryAsync(async () =>
    {
        await Templates.RenameAsync(Actor, WorkspaceId, template.Id, _name, CancellationToken.None);
        _renamed = null;
        await LoadAsync();
    });

    private Task DeleteAsync(RecipeTemplateView template) => TryAsync(async () =>
    {
        await Templates.DeleteAsync(Actor, WorkspaceId, template.Id, CancellationToken.None);
        _doomed = null;
        await LoadAsync();
    });

    private async Task TryAsync(Func<Task> action)
    {
        _problem = null;
        try
        {
            await action();
        }
        catch (HubException refused)
        {
            _problem = refused.Message;
        }
    }
}

/// <param name="Replaces">The steps take the place of those that are there.</param>
public sealed record TemplateChoice(IReadOnlyList<RecipeStep> Steps, bool Replaces);
