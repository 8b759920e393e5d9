using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Accounts;
using MLHub.Web.Api;

namespace MLHub.Web.Datasets;

/// <summary>
/// Lets a page's script upload with the ticket that its page drew for it: a header, so that no other site can make a browser send it, and
/// good for the upload endpoints only. Without the header the usual tokens count.
/// </summary>
internal sealed class UploadTicketHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, DatasetUploadService uploads)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "UploadTicket";
    public const string Header = "X-Upload-Ticket";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (uploads.ReadTicket(Request.Headers[Header].ToString()) is not { } ticket)
        {
            return Task.FromResult(AuthenticateResult.Fail("The upload ticket is not valid any more. Load the page again."));
        }

        Claim[] claims =
        [
            new(ClaimTypes.NameIdentifier, ticket.Actor.UserId.ToString("N")),
            new(ClaimTypes.Name, ticket.Actor.Name),
            new(Caller.Claims.Kind, nameof(ActorKind.Browser)),
            new(Caller.Claims.OnlyWorkspace, ticket.WorkspaceId.ToString("N")),
        ];
        return Task.FromResult(AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity(claims, SchemeName)), SchemeName)));
    }
}

public static class UploadTicketSetup
{
    /// <summary>Call it after <see cref="SignInSetup.AddSignIn"/>.</summary>
    public static IServiceCollection AddUploadTickets(this IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, UploadTicketHandler>(
            UploadTicketHandler.SchemeName,
            scheme => scheme.ForwardDefaultSelector = http => http.Request.Headers.ContainsKey(UploadTicketHandler.Header) ? null : SignInSetup.Chooser);
        return services;
    }
}
