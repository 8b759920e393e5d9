using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Accounts;

/// <summary>How the signed-in user signs in, and where they are signed in now.</summary>
public sealed partial class SecurityPage : ComponentBase;
