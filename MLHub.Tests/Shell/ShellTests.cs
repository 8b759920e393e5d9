using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Tests.DatasetPages;
using MLHub.Web.Accounts;
using MLHub.Web.Shell;

namespace MLHub.Tests.Shell;

public sealed class ShellTests : DatasetScene
{
    public ShellTests()
    {
        Services.AddScoped<ShellSearch>();
        Services.AddScoped<Shortcuts>();
    }

    private CurrentWorkspace Current => Services.GetRequiredService<CurrentWorkspace>();

    [Fact]
    public async Task The_workspace_in_use_is_the_one_that_the_page_named()
    {
        SignInAs(Workspace.Owner);
        var changes = 0;
        Current.Changed += () => changes++;

        await Current.UseAsync(Slug);
        await Current.UseAsync(Slug);

        Assert.Equal(Workspace.Id, (await Current.GetAsync()).Id);
        Assert.Equal(1, changes);
    }

    [Fact]
    public async Task A_workspace_of_others_looks_as_if_it_did_not_exist()
    {
        SignInAs(Workspace.Stranger);

        var refused = await Assert.ThrowsAsync<HubException>(() => Current.UseAsync(Slug));

        Assert.Equal(Refusal.NotFound, refused.Refusal);
        Assert.Null(Current.Known);
    }

    [Fact]
    public void A_page_is_made_anew_for_another_path_and_stays_for_another_query()
    {
        var slot = Render<PageSlot>(slot => slot.AddChildContent<CountedPage>());
        var navigation = Services.GetRequiredService<NavigationManager>();
        var seen = new List<string> { slot.Find("p").TextContent };
        foreach (var address in new[] { "/runs/a?tab=log", "/runs/a?tab=files#top", "/runs/b?tab=files" })
        {
            navigation.NavigateTo(address);
            slot.Render();
            seen.Add(slot.Find("p").TextContent);
        }

        Assert.Equal(seen[1], seen[2]);
        Assert.Equal(3, seen.Distinct().Count());
    }

    [Fact]
    public async Task The_palette_finds_a_dataset_by_a_part_of_its_name_and_opens_it()
    {
        SignInAs(Workspace.Owner);
        var (datasetId, _) = await AddImportingAsync("Cities");
        var palette = await OpenPaletteAsync();

        await palette.Find("input").InputAsync(new ChangeEventArgs { Value = "citi" });
        palette.WaitForAssertion(() => Assert.Contains("Cities", palette.Find("[role=option]").TextContent));
        await palette.Find("input").KeyDownAsync(new KeyboardEventArgs { Key = "Enter" });

        Assert.EndsWith($"/datasets/{datasetId:N}", Services.GetRequiredService<NavigationManager>().Uri);
    }

    [Fact]
    public async Task The_palette_leads_to_every_list_by_arrows()
    {
        SignInAs(Workspace.Owner);
        var palette = await OpenPaletteAsync();

        await palette.Find("input").KeyDownAsync(new KeyboardEventArgs { Key = "ArrowDown" });

        Assert.Contains("Datasets", palette.Find("[role=option][aria-selected=true]").TextContent);
        Assert.Equal(palette.Find("[aria-selected=true]").Id, palette.Find("input").GetAttribute("aria-activedescendant"));
    }

    [Fact]
    public async Task The_palette_says_that_it_found_nothing()
    {
        SignInAs(Workspace.Owner);
        var palette = await OpenPaletteAsync();

        await palette.Find("input").InputAsync(new ChangeEventArgs { Value = "no such <thing>" });

        palette.WaitForAssertion(() => Assert.Contains("no such <thing>", palette.Find("[role=status]").TextContent));
    }

    private async Task<IRenderedComponent<CommandPalette>> OpenPaletteAsync()
    {
        await Current.UseAsync(Slug);
        var actor = await Services.GetRequiredService<CurrentActor>().GetAsync();
        WorkspaceView workspace = await Current.GetAsync();
        return Render<CommandPalette>(p => p.Add(c => c.Actor, actor).Add(c => c.Workspace, workspace));
    }

    private sealed class CountedPage : ComponentBase
    {
        private readonly Guid _id = Guid.NewGuid();

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "p");
            builder.AddContent(1, _id);
            builder.CloseElement();
        }
    }
}
