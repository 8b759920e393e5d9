using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Mail;

namespace MLHub.Core.Workspaces;

/// <summary>Asking people in: by link, or by an e-mail address that has no account yet. Nobody is a member before they said yes.</summary>
public sealed class InvitationService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, Outbox outbox, News news, TimeProvider time)
{
    private const int MaxOpen = 200;
    private const int MaxMailsPerHour = 50;
    private const int MaxMailsPerHourAndAddress = 3;

    /// <summary>Invitations that can still be accepted, newest first; for managers.</summary>
    public async Task<Page<InvitationView>> ListAsync(Actor actor, Guid workspaceId, PageRequest page, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Manager, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var open = Open(db).Where(i => i.WorkspaceId == workspaceId).OrderByDescending(i => i.CreatedAt).ThenByDescending(i => i.Id);
        return page.ToPage(await Views(db, open.Skip(page.Skip).Take(page.Take + 1)).ToListAsync(cancellationToken));
    }

    public async Task<InvitationMade> CreateAsync(Actor actor, Guid workspaceId, InvitationRequest request, CancellationToken cancellationToken)
    {
        RequireInvitable(await access.RequireAsync(actor, workspaceId, WorkspaceRole.Manager, "workspace", cancellationToken), request.Role);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await Open(db).CountAsync(i => i.WorkspaceId == workspaceId, cancellationToken) >= MaxOpen)
        {
            throw new HubException(Refusal.TooMany, $"The workspace has {MaxOpen} open invitations. Revoke some first.", "TOO_MANY_INVITATIONS");
        }

        var (invitation, secret) = Invitation.Create(workspaceId, request, actor.UserId, Now);
        if (invitation.NormalizedEmail is { } email && await Open(db).AnyAsync(i => i.WorkspaceId == workspaceId && i.NormalizedEmail == email, cancellationToken))
        {
            throw HubException.Conflict("This person is invited already. Send that invitation again, or revoke it first.", "ALREADY_INVITED");
        }

        db.Add(invitation);
        db.Audit(actor, workspaceId, "invitation.create", invitation.Id, $"{invitation.Email ?? "link"}: {invitation.Role}", Now);
        await MailAsync(db, actor, invitation, secret, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        outbox.Wake();
        news.Publish(Topic.Workspace(workspaceId));
        return await MadeAsync(db, invitation, secret, cancellationToken);
    }

    /// <summary>A new link for the same invitation; the old one no longer works.</summary>
    public async Task<InvitationMade> RenewAsync(Actor actor, Guid workspaceId, Guid invitationId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var invitation = await RequireAsync(db, actor, workspaceId, invitationId, cancellationToken);
        var secret = invitation.Renew(7, Now);
        db.Audit(actor, workspaceId, "invitation.renew", invitation.Id, invitation.Email ?? "link", Now);
        await MailAsync(db, actor, invitation, secret, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        outbox.Wake();
        news.Publish(Topic.Workspace(workspaceId));
        return await MadeAsync(db, invitation, secret, cancellationToken);
    }

    public async Task RevokeAsync(Actor actor, Guid workspaceId, Guid invitationId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var invitation = await RequireAsync(db, actor, workspaceId, invitationId, cancellationToken);
        invitation.Revoke(Now);
        db.Audit(actor, workspaceId, "invitation.revoke", invitation.Id, invitation.Email ?? "link", Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Workspace(workspaceId));
    }

    /// <summary>What a link offers. A used, revoked, expired or mistyped link all look the same.</summary>
    public async Task<InvitationOffer> LookAsync(Actor actor, string token, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var invitation = await ByLinkAsync(db, actor, token, cancellationToken);
        return await Offers(db, actor, db.Set<Invitation>().Where(i => i.Id == invitation.Id)).SingleAsync(cancellationToken);
    }

    /// <summary>Invitations for the actor's own, confirmed address.</summary>
    public async Task<IReadOnlyList<InvitationOffer>> MineAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await ConfirmedEmailAsync(db, actor, cancellationToken) is { } email
            ? [.. (await Offers(db, actor, Open(db).Where(i => i.NormalizedEmail == email).OrderByDescending(i => i.CreatedAt).Take(50)).ToListAsync(cancellationToken)).Where(o => !o.IsMember)]
            : [];
    }

    /// <summary>Comes in by a link. Somebody who is a member already keeps the greater role, and the link is not used up.</summary>
    /// <returns>The workspace.</returns>
    public async Task<InvitationOffer> AcceptLinkAsync(Actor actor, string token, CancellationToken cancellationToken)
    {
        AccountService.RequireWholeAccount(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var invitation = await ByLinkAsync(db, actor, token, cancellationToken);
        return await AcceptAsync(db, actor, invitation, cancellationToken);
    }

    /// <summary>Comes in by an invitation for the actor's own address.</summary>
    public async Task<InvitationOffer> AcceptMineAsync(Actor actor, Guid invitationId, CancellationToken cancellationToken)
    {
        AccountService.RequireWholeAccount(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var email = await ConfirmedEmailAsync(db, actor, cancellationToken);
        var invitation = await Open(db).SingleOrDefaultAsync(i => i.Id == invitationId && i.NormalizedEmail != null && i.NormalizedEmail == email, cancellationToken)
            ?? throw HubException.NotFound("invitation");
        return await AcceptAsync(db, actor, invitation, cancellationToken);
    }

    public async Task DeclineAsync(Actor actor, Guid invitationId, CancellationToken cancellationToken)
    {
        AccountService.RequireWholeAccount(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var email = await ConfirmedEmailAsync(db, actor, cancellationToken);
        var invitation = await Open(db).SingleOrDefaultAsync(i => i.Id == invitationId && i.NormalizedEmail != null && i.NormalizedEmail == email, cancellationToken)
            ?? throw HubException.NotFound("invitation");
        invitation.Revoke(Now);
        db.Audit(actor, invitation.WorkspaceId, "invitation.decline", invitation.Id, invitation.Email, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Workspace(invitation.WorkspaceId));
    }

    /// <summary>Who may no longer invite must not come back, nor bring others, by links made before.</summary>
    internal static async Task RevokeAllOfAsync(HubDbContext db, Actor actor, Guid workspaceId, Guid userId, DateTime now, CancellationToken cancellationToken)
    {
        var open = await db.Set<Invitation>()
            .Where(i => i.WorkspaceId == workspaceId && i.CreatedBy == userId && i.RevokedAt == null && i.ExpiresAt > now && i.Uses < i.MaxUses)
            .ToListAsync(cancellationToken);
        foreach (var invitation in open)
        {
            invitation.Revoke(now);
            db.Audit(actor, workspaceId, "invitation.revoke", invitation.Id, invitation.Email ?? "link", now);
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task<InvitationOffer> AcceptAsync(HubDbContext db, Actor actor, Invitation invitation, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await WorkspaceMemberService.LockAsync(db, invitation.WorkspaceId, Now, cancellationToken);
        var member = await db.Set<WorkspaceMember>().SingleOrDefaultAsync(m => m.WorkspaceId == invitation.WorkspaceId && m.UserId == actor.UserId, cancellationToken);
        if (member is null || member.Role < invitation.Role)
        {
            // One statement decides who gets the last place of a link.
            if (await Open(db).Where(i => i.Id == invitation.Id).ExecuteUpdateAsync(s => s.SetProperty(i => i.Uses, i => i.Uses + 1), cancellationToken) == 0)
            {
                throw HubException.NotFound("invitation");
            }

            if (member is null)
            {
                db.Add(WorkspaceMember.Create(invitation.WorkspaceId, actor.UserId, invitation.Role, Now));
            }
            else
            {
                member.ChangeRole(invitation.Role);
            }

            db.Audit(actor, invitation.WorkspaceId, "invitation.accept", invitation.Id, $"{actor.Name}: {invitation.Role}", Now);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        news.Publish(Topic.Access(invitation.WorkspaceId), Topic.Workspace(invitation.WorkspaceId));
        return await Offers(db, actor, db.Set<Invitation>().Where(i => i.Id == invitation.Id)).SingleAsync(cancellationToken);
    }

    /// <summary>Sends the link to the person who is meant, where the server can.</summary>
    private async Task MailAsync(HubDbContext db, Actor actor, Invitation invitation, string secret, CancellationToken cancellationToken)
    {
        if (invitation.Email is not { } email || !outbox.IsReady)
        {
            return;
        }

        await RequireFewMailsAsync(db, actor, email, cancellationToken);
        var name = await db.Set<Workspace>().Where(w => w.Id == invitation.WorkspaceId).Select(w => w.Name).SingleAsync(cancellationToken);
        outbox.Add(db, email, new(
            $"{actor.Name} invites you to {name} on MLHub",
            [.. new[] { "Hello,", $"{actor.Name} invites you to work in the workspace \"{name}\" as {invitation.Role.ToString().ToLowerInvariant()}.", invitation.Message }.OfType<string>()],
            "Look at the invitation",
            outbox.LinkTo($"/invitations/{Invitation.LinkToken(invitation.Id, secret)}"),
            [$"The link works for this address alone, until {invitation.ExpiresAt:d MMMM yyyy}. If you do not know {actor.Name}, do nothing."]));
    }

    /// <summary>Mailboxes of others are not to be flooded through us: not by many invitations, and not by one again and again.</summary>
    private async Task RequireFewMailsAsync(HubDbContext db, Actor actor, string email, CancellationToken cancellationToken)
    {
        var anHourAgo = Now.AddHours(-1);
        var asked = await db.Set<AuditEntry>()
            .Where(e => e.ActorId == actor.UserId && e.At > anHourAgo && (e.Action == "invitation.create" || e.Action == "invitation.renew"))
            .OrderByDescending(e => e.At).Take(MaxMailsPerHour).Select(e => e.Detail ?? "").ToListAsync(cancellationToken);
        if (asked.Count >= MaxMailsPerHour
            || asked.Count(d => d.Equals(email, StringComparison.OrdinalIgnoreCase) || d.StartsWith($"{email}: ", StringComparison.OrdinalIgnoreCase)) >= MaxMailsPerHourAndAddress)
        {
            throw new HubException(Refusal.TooMany, "You sent many invitations within an hour. Send the next one in an hour, or give people a link.", "TOO_MANY_MAILS") { RetryAfter = TimeSpan.FromHours(1) };
        }
    }

    private async Task<Invitation> RequireAsync(HubDbContext db, Actor actor, Guid workspaceId, Guid invitationId, CancellationToken cancellationToken)
    {
        var mine = await access.RequireAsync(actor, workspaceId, WorkspaceRole.Manager, "workspace", cancellationToken);
        var invitation = await db.Set<Invitation>().SingleOrDefaultAsync(i => i.Id == invitationId && i.WorkspaceId == workspaceId && i.RevokedAt == null && i.Uses < i.MaxUses, cancellationToken)
            ?? throw HubException.NotFound("invitation");
        RequireInvitable(mine, invitation.Role);
        return invitation;
    }

    private async Task<Invitation> ByLinkAsync(HubDbContext db, Actor actor, string token, CancellationToken cancellationToken)
    {
        if (Invitation.ParseLink(token) is not (var id, var secret)
            || await Open(db).AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken) is not { } invitation
            || !invitation.Opens(secret))
        {
            throw new HubException(Refusal.NotFound, "This invitation is not valid any more. Ask for a new one.", "NO_SUCH_INVITATION");
        }

        // A forwarded mail must not let somebody else in: the address is checked, whether or not it is confirmed yet, because the
        // secret in that mailbox is proof enough.
        if (invitation.NormalizedEmail is { } meant
            && await db.Set<HubUser>().Where(u => u.Id == actor.UserId).Select(u => u.NormalizedEmail).SingleOrDefaultAsync(cancellationToken) != meant)
        {
            throw new HubException(Refusal.Forbidden, $"This invitation is for {invitation.Email}. Sign in with that address, or ask for an invitation to yours.", "OTHER_EMAIL");
        }

        return invitation;
    }

    private static async Task<string?> ConfirmedEmailAsync(HubDbContext db, Actor actor, CancellationToken cancellationToken) =>
        await db.Set<HubUser>().Where(u => u.Id == actor.UserId && u.EmailConfirmed).Select(u => u.NormalizedEmail).SingleOrDefaultAsync(cancellationToken);

    private IQueryable<Invitation> Open(HubDbContext db)
    {
        var now = Now;
        return db.Set<Invitation>().Where(i => i.RevokedAt == null && i.ExpiresAt > now && i.Uses < i.MaxUses);
    }

    private static void RequireInvitable(WorkspaceRole mine, WorkspaceRole wanted)
    {
        if (!Enum.IsDefined(wanted) || wanted == WorkspaceRole.Owner)
        {
            throw HubException.Field("role", "People are invited as reader, editor or manager. An owner is made of a member.", "BAD_ROLE");
        }

        if (wanted > mine)
        {
            throw new HubException(Refusal.Forbidden, "Nobody can invite to a greater role than their own.");
        }
    }

    private async Task<InvitationMade> MadeAsync(HubDbContext db, Invitation invitation, string secret, CancellationToken cancellationToken) =>
        new(await Views(db, db.Set<Invitation>().Where(i => i.Id == invitation.Id)).SingleAsync(cancellationToken), Invitation.LinkToken(invitation.Id, secret), invitation.Email is not null && outbox.IsReady);

    private static IQueryable<InvitationView> Views(HubDbContext db, IQueryable<Invitation> invitations) => invitations.Select(i => new InvitationView(
        i.Id, i.Email, i.Role, i.Message, i.Uses, i.MaxUses, i.CreatedBy, db.Set<HubUser>().Where(u => u.Id == i.CreatedBy).Select(u => u.DisplayName).FirstOrDefault(), i.CreatedAt, i.ExpiresAt));

    private static IQueryable<InvitationOffer> Offers(HubDbContext db, Actor actor, IQueryable<Invitation> invitations) =>
        from invitation in invitations
        join workspace in db.Set<Workspace>() on invitation.WorkspaceId equals workspace.Id
        select new InvitationOffer(
            invitation.Id,
            workspace.Id,
            workspace.Name,
            workspace.Slug,
            invitation.Role,
            db.Set<HubUser>().Where(u => u.Id == invitation.CreatedBy).Select(u => u.DisplayName).FirstOrDefault(),
            invitation.Message,
            invitation.ExpiresAt,
            db.Set<WorkspaceMember>().Any(m => m.WorkspaceId == workspace.Id && m.UserId == actor.UserId));
}
