using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Diagnostics;
using MLHub.Core.Common;

namespace MLHub.Web.Shell;

/// <summary>A failure before any page could be shown.</summary>
public sealed partial class ErrorPage
{
    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    private string Text => HttpContext.Features.Get<IExceptionHandlerFeature>()?.Error is HubException refused
        ? refused.Message
        : $"Your data is safe. Try again; if it stays, tell the administrator the number {Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier}.";
}
