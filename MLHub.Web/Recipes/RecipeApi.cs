using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Common;
using MLHub.Core.Recipes;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Recipes;

/// <summary>Recipes over REST: the catalog of steps, trying, running, keeping.</summary>
internal static class RecipeApi
{
    private const string Version = "/datasets/{datasetId:guid}/versions/{number:int}";
    private const string Templates = "/workspaces/{workspaceId:guid}/recipes";
    private const string Template = Templates + "/{recipeId:guid}";

    private static readonly object _steps = new[]
    {
        new { step = "fill_missing", parameters = new { columns = new[] { "age" }, method = "median", by = new[] { "class" } } },
    };

    public static IEndpointRouteBuilder MapRecipes(this IEndpointRouteBuilder api)
    {
        var recipes = api.MapGroup("").WithTags("Recipes");
        recipes.MapGet("/recipe-steps", Steps).NeedsSignIn().WithSummary("The steps that a recipe can have, and their parameters");
        recipes.MapPost(Version + "/preview", PreviewAsync).Needs(WorkspaceRole.Reader).WithExample(new { steps = _steps, sampleRows = 100 })
            .WithSummary("Try a recipe on a sample: its rows and what each step did; a step that cannot be done tells why, those before it still show");
        recipes.MapGet(Templates, ListAsync).Needs(WorkspaceRole.Reader).WithSummary("Recipes that the workspace keeps, by name");
        recipes.MapPost(Templates, SaveAsync).Needs(WorkspaceRole.Editor).Idempotent().WithExample(new { name = "Ages", steps = _steps }).WithSummary("Keep a recipe under a name");
        recipes.MapGet(Template, GetAsync).Needs(WorkspaceRole.Reader).WithSummary("A kept recipe with its steps");
        recipes.MapPatch(Template, EditAsync).Needs(WorkspaceRole.Editor).WithSummary("Change name, description or steps; absent fields stay");
        recipes.MapDelete(Template, DeleteAsync).Needs(WorkspaceRole.Editor).WithSummary("Forget a kept recipe; versions made with it stay");
        return api;
    }

    private static Ok<Page<RecipeStepAnswer>> Steps() => TypedResults.Ok(new Page<RecipeStepAnswer>([.. RecipeCatalog.Descriptors.Select(RecipeStepAnswer.Of)], null));

    private static async Task<Ok<PreviewAnswer>> PreviewAsync(Guid datasetId, int number, PreviewBody body, Caller caller, RecipePreviewService previews, CancellationToken cancellationToken)
    {
        var request = new PreviewRequest { Steps = body.Steps, SampleRows = body.SampleRows, Sample = body.Sample, Filter = body.Filter, UptoStep = body.UptoStep };
        return TypedResults.Ok(PreviewAnswer.Of(await previews.PreviewAsync(caller.Actor, datasetId, number, request, cancellationToken)));
    }

    private static async Task<Ok<Page<RecipeTemplateAnswer>>> ListAsync(
        Guid workspaceId, Caller caller, RecipeTemplateService templates, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null)
    {
        var page = await templates.ListAsync(caller.Actor, workspaceId, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<RecipeTemplateAnswer>([.. page.Items.Select(RecipeTemplateAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Created<RecipeTemplateAnswer>> SaveAsync(Guid workspaceId, RecipeTemplateBody body, Caller caller, RecipeTemplateService templates, CancellationToken cancellationToken)
    {
        var made = await templates.SaveAsync(caller.Actor, workspaceId, body.Name, body.Description, body.Steps, cancellationToken);
        return TypedResults.Created($"/api/v1/workspaces/{workspaceId:N}/recipes/{made.Id:N}", RecipeTemplateAnswer.Of(made));
    }

    private static async Task<Ok<RecipeTemplateAnswer>> GetAsync(Guid workspaceId, Guid recipeId, Caller caller, RecipeTemplateService templates, CancellationToken cancellationToken) =>
        TypedResults.Ok(RecipeTemplateAnswer.Of(await templates.GetAsync(caller.Actor, workspaceId, recipeId, cancellationToken)));

    private static async Task<Ok<RecipeTemplateAnswer>> EditAsync(
        Guid workspaceId, Guid recipeId, RecipeTemplateEdit body, Caller caller, RecipeTemplateService templates, CancellationToken cancellationToken)
    {
        await templates.EditAsync(caller.Actor, workspaceId, recipeId, body.Name, body.Description, body.Steps, cancellationToken);
        return TypedResults.Ok(RecipeTemplateAnswer.Of(await templates.GetAsync(caller.Actor, workspaceId, recipeId, cancellationToken)));
    }

    private static async Task<NoContent> DeleteAsync(Guid workspaceId, Guid recipeId, Caller caller, RecipeTemplateService templates, CancellationToken cancellationToken)
    {
        await templates.DeleteAsync(caller.Actor, workspaceId, recipeId, cancellationToken);
        return TypedResults.NoContent();
    }
}
