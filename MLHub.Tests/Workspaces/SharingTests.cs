using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Recipes;
using MLHub.Core.Workspaces;
using MLHub.Tests.Datasets;

namespace MLHub.Tests.Workspaces;

/// <summary>What reaches people outside of a workspace: public things and single things they were let in to.</summary>
public sealed class SharingTests
{
    private const string People = "name,age\nAda,36\nGrace,45\n";

    [Fact]
    public async Task What_is_public_is_read_by_everybody_and_changed_by_nobody_else()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var sharing = bench.Services.GetRequiredService<DatasetSharing>();
        var made = await bench.ImportAsync(People);
        await Assert.ThrowsAsync<HubException>(() => bench.Datasets.GetAsync(bench.Eve, made.DatasetId, default));

        await sharing.ShowAsync(bench.Ada, made.DatasetId, Visibility.Public, default);

        Assert.Equal(WorkspaceRole.Reader, (await bench.Datasets.GetAsync(bench.Eve, made.DatasetId, default)).MyRole);
        Assert.Equal(2, (await bench.Reader.ReadAsync(bench.Eve, made.DatasetId, 1, new() { Limit = 10 }, default)).TotalRows);
        Assert.NotNull(await bench.Datasets.ProfileAsync(bench.Eve, made.DatasetId, 1, default));
        Assert.Equal(made.DatasetId, Assert.Single((await bench.Datasets.ListPublicAsync(bench.Eve, new(), default)).Items).Id);
        await RefusesAsync(Refusal.Forbidden, () => bench.Datasets.RenameAsync(bench.Eve, made.DatasetId, "mine", default));
        await RefusesAsync(Refusal.Forbidden, () => bench.Datasets.DeleteAsync(bench.Eve, made.DatasetId, default));
        await RefusesAsync(Refusal.Forbidden, () => sharing.ShowAsync(bench.Eve, made.DatasetId, Visibility.Private, default));
        await RefusesAsync(Refusal.Forbidden, () => sharing.ReadersAsync(bench.Eve, made.DatasetId, new(), default));
        await RefusesAsync(Refusal.NotFound, () => bench.Services.GetRequiredService<JobService>().GetAsync(bench.Eve, made.JobId, default));
        await RefusesAsync(Refusal.NotFound, () => bench.Datasets.ListAsync(bench.Eve, bench.WorkspaceId, new(), default));

        await sharing.ShowAsync(bench.Ada, made.DatasetId, Visibility.Private, default);

        await RefusesAsync(Refusal.NotFound, () => bench.Datasets.GetAsync(bench.Eve, made.DatasetId, default));
        Assert.Empty((await bench.Datasets.ListPublicAsync(bench.Eve, new(), default)).Items);
    }

    [Fact]
    public async Task A_collaborator_has_a_right_on_one_thing_until_it_is_taken_back()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var sharing = bench.Services.GetRequiredService<DatasetSharing>();
        var shared = await bench.ImportAsync(People);
        var other = await bench.ImportAsync(People);
        var email = await EmailAsync(bench, bench.Eve);

        await sharing.PutAsync(bench.Ada, shared.DatasetId, email, WorkspaceRole.Reader, default);

        Assert.Equal(WorkspaceRole.Reader, (await bench.Datasets.GetAsync(bench.Eve, shared.DatasetId, default)).MyRole);
        Assert.Equal(shared.DatasetId, Assert.Single((await bench.Datasets.ListSharedAsync(bench.Eve, new(), default)).Items).Id);
        await RefusesAsync(Refusal.Forbidden, () => bench.Uploads.CreateAsync(bench.Eve, new(bench.WorkspaceId, "x.csv") { DatasetId = shared.DatasetId }, 10, default));
        await RefusesAsync(Refusal.NotFound, () => bench.Datasets.GetAsync(bench.Eve, other.DatasetId, default));

        await sharing.PutAsync(bench.Ada, shared.DatasetId, email, WorkspaceRole.Editor, default);

        await bench.Datasets.RenameAsync(bench.Eve, shared.DatasetId, "ours", default);
        await bench.Uploads.CreateAsync(bench.Eve, new(bench.WorkspaceId, "x.csv") { DatasetId = shared.DatasetId }, 10, default);
        Assert.NotNull(await bench.Services.GetRequiredService<JobService>().GetAsync(bench.Eve, shared.JobId, default));
        Assert.NotNull(bench.Uploads.ReadTicket(await bench.Uploads.CreateTicketAsync(bench.Eve, bench.WorkspaceId, shared.DatasetId, default)));
        await RefusesAsync(Refusal.NotFound, () => bench.Uploads.CreateTicketAsync(bench.Eve, bench.WorkspaceId, other.DatasetId, default));
        await RefusesAsync(Refusal.NotFound, () => bench.Uploads.CreateTicketAsync(bench.Eve, bench.WorkspaceId, null, default));
        Assert.Equal(1, await bench.Services.GetRequiredService<RecipeDraftService>().SaveAsync(bench.Eve, shared.DatasetId, 1, [new("drop_missing")], 0, default));
        await RefusesAsync(Refusal.NotFound, () => bench.Services.GetRequiredService<RecipeDraftService>().GetAsync(bench.Eve, other.DatasetId, default));
        await RefusesAsync(Refusal.NotFound, () => bench.Uploads.CreateAsync(bench.Eve, new(bench.WorkspaceId, "x.csv"), 10, default));
        await RefusesAsync(Refusal.NotFound, () => bench.Uploads.CreateAsync(bench.Eve, new(bench.WorkspaceId, "x.csv") { DatasetId = other.DatasetId }, 10, default));
        await RefusesAsync(Refusal.Forbidden, () => sharing.PutAsync(bench.Eve, shared.DatasetId, email, WorkspaceRole.Editor, default));
        Assert.Equal(
            [("Ada", AccessReason.Member), ("Eve", AccessReason.Collaborator)],
            (await sharing.ReadersAsync(bench.Eve, shared.DatasetId, new(), default)).Items.Select(r => (r.DisplayName, r.Reason)));

        await sharing.RemoveAsync(bench.Ada, shared.DatasetId, bench.Eve.UserId, default);

        await RefusesAsync(Refusal.NotFound, () => bench.Datasets.GetAsync(bench.Eve, shared.DatasetId, default));
    }

    [Fact]
    public async Task Whoever_is_removed_from_the_workspace_keeps_no_right_on_a_single_thing_in_it()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var members = bench.Services.GetRequiredService<WorkspaceMemberService>();
        var made = await bench.ImportAsync(People);
        var email = await EmailAsync(bench, bench.Eve);
        await members.PutAsync(bench.Ada, bench.WorkspaceId, email, WorkspaceRole.Reader, default);
        await bench.Services.GetRequiredService<DatasetSharing>().PutAsync(bench.Ada, made.DatasetId, email, WorkspaceRole.Editor, default);

        await members.RemoveAsync(bench.Ada, bench.WorkspaceId, bench.Eve.UserId, default);

        await RefusesAsync(Refusal.NotFound, () => bench.Datasets.GetAsync(bench.Eve, made.DatasetId, default));
        Assert.Empty((await bench.Datasets.ListSharedAsync(bench.Eve, new(), default)).Items);
    }

    [Fact]
    public async Task Limits_of_a_credential_hold_for_what_is_shared_too()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var sharing = bench.Services.GetRequiredService<DatasetSharing>();
        var made = await bench.ImportAsync(People);
        await sharing.ShowAsync(bench.Ada, made.DatasetId, Visibility.Public, default);
        await sharing.PutAsync(bench.Ada, made.DatasetId, await EmailAsync(bench, bench.Eve), WorkspaceRole.Editor, default);

        await RefusesAsync(Refusal.Forbidden, () => bench.Datasets.RenameAsync(bench.Eve with { MayWrite = false }, made.DatasetId, "x", default));
        var elsewhere = bench.Eve with { OnlyWorkspaceId = Guid.CreateVersion7() };
        await RefusesAsync(Refusal.NotFound, () => bench.Datasets.GetAsync(elsewhere, made.DatasetId, default));
        Assert.Empty((await bench.Datasets.ListPublicAsync(elsewhere, new(), default)).Items);
        Assert.Empty((await bench.Datasets.ListSharedAsync(elsewhere, new(), default)).Items);
    }

    [Fact]
    public async Task A_public_workspace_is_read_by_everybody_but_its_members_keep_their_addresses()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(People);
        await bench.Services.GetRequiredService<WorkspaceService>().UpdateAsync(bench.Ada, bench.WorkspaceId, new(Visibility: Visibility.Public), default);

        Assert.Single((await bench.Datasets.ListAsync(bench.Eve, bench.WorkspaceId, new(), default)).Items);
        Assert.Equal(WorkspaceRole.Reader, (await bench.Datasets.GetAsync(bench.Eve, made.DatasetId, default)).MyRole);
        await RefusesAsync(Refusal.Forbidden, () => bench.Services.GetRequiredService<WorkspaceMemberService>().ListAsync(bench.Eve, bench.WorkspaceId, new(), default));
        await RefusesAsync(Refusal.Forbidden, () => bench.Datasets.RenameAsync(bench.Eve, made.DatasetId, "x", default));
    }

    [Fact]
    public async Task Who_is_let_in_as_what_is_checked()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var sharing = bench.Services.GetRequiredService<DatasetSharing>();
        var made = await bench.ImportAsync(People);
        var email = await EmailAsync(bench, bench.Eve);

        var nobody = await Assert.ThrowsAsync<HubException>(() => sharing.PutAsync(bench.Ada, made.DatasetId, "nobody@example.org", WorkspaceRole.Reader, default));
        var manager = await Assert.ThrowsAsync<HubException>(() => sharing.PutAsync(bench.Ada, made.DatasetId, email, WorkspaceRole.Manager, default));
        var nothing = await Assert.ThrowsAsync<HubException>(() => sharing.ShowAsync(bench.Ada, made.DatasetId, null, default));

        Assert.Equal(["UNKNOWN_EMAIL", "BAD_ROLE", "BAD_VISIBILITY"], [nobody.Code, manager.Code, nothing.Code]);
    }

    [Fact]
    public async Task Every_change_of_sharing_tells_open_pages()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var sharing = bench.Services.GetRequiredService<DatasetSharing>();
        var made = await bench.ImportAsync(People);
        var email = await EmailAsync(bench, bench.Eve);
        var heard = 0;
        using var listening = bench.Services.GetRequiredService<News>().Subscribe(Topic.Dataset(made.DatasetId), () => heard++);

        await sharing.ShowAsync(bench.Ada, made.DatasetId, Visibility.Public, default);
        await sharing.PutAsync(bench.Ada, made.DatasetId, email, WorkspaceRole.Reader, default);
        await sharing.RemoveAsync(bench.Ada, made.DatasetId, bench.Eve.UserId, default);

        Assert.Equal(3, heard);
    }

    private static async Task<string> EmailAsync(DatasetBench bench, Actor actor)
    {
        await using var db = await bench.Contexts.CreateDbContextAsync();
        return (await db.Set<HubUser>().SingleAsync(u => u.Id == actor.UserId)).Email!;
    }

    private static async Task RefusesAsync(Refusal refusal, Func<Task> call) =>
        Assert.Equal(refusal, (await Assert.ThrowsAsync<HubException>(call)).Refusal);
}
