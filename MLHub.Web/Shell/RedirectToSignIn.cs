using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Shell;

/// <summary>Sends a visitor whose session ended to the sign-in page, and back afterwards. A full load: only it can set cookies.</summary>
public sealed class RedirectToSignIn(NavigationManager navigation) : ComponentBase
{
    protected override void OnInitialized() =>
        navigation.NavigateTo(HubRoutes.SignIn("/" + navigation.ToBaseRelativePath(navigation.Uri)), forceLoad: true);
}
