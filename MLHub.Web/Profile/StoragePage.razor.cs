using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Usage;
using MLHub.Web.Components;

namespace MLHub.Web.Profile;

/// <summary>How much the signed-in user stores, against their limit, and what of it is large.</summary>
public sealed partial class StoragePage : HubPage
{
    private AccountUsage? _usage;
    private IReadOnlyList<StoredThing>? _things;
    private string? _failure;

    [Inject]
    private UsageService Usage { get; set; } = null!;

    [Inject]
    private MyWorkService Work { get; set; } = null!;

    protected override Task OnInitializedAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            var actor = await ActorAsync();
            _usage = await Usage.GetAsync(actor, CancellationToken.None);
            _things = await Work.LargestAsync(actor, CancellationToken.None);
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }
}
