using Microsoft.AspNetCore.Components;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Models;
using MLHub.Web.Components;

namespace MLHub.Web.Profile;

/// <summary>Somebody as others see them: name, what they say about themselves, and what of theirs is public.</summary>
public sealed partial class PersonPage : HubPage
{
    private const int PageSize = 20;

    private PersonView? _person;
    private Page<DatasetView>? _datasets;
    private Page<ModelView>? _models;
    private string? _failure;
    private bool _isMe;

    [Inject]
    private AccountService Accounts { get; set; } = null!;

    [Inject]
    private DatasetService Datasets { get; set; } = null!;

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Parameter]
    public Guid PersonId { get; set; }

    [SupplyParameterFromQuery(Name = "datasets")]
    private string? DatasetsToken { get; set; }

    [SupplyParameterFromQuery(Name = "models")]
    private string? ModelsToken { get; set; }

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            var actor = await ActorAsync();
            _isMe = actor.UserId == PersonId;
            _datasets = await Datasets.ListPublicAsync(actor, new() { Owner = PersonId, Page = new(PageSize, DatasetsToken) }, CancellationToken.None);
            _models = await Models.ListPublicOfAsync(actor, PersonId, new(PageSize, ModelsToken), CancellationToken.None);
            _person = await Accounts.GetPersonAsync(actor, PersonId, CancellationToken.None);
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }
}
