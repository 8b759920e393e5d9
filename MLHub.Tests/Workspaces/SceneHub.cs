using Microsoft.AspNetCore.Builder;
using MLHub.Core.Storage;
using MLHub.Tests.Support;

namespace MLHub.Tests.Workspaces;

/// <summary>A server with an <see cref="AuthorisationScene"/> in it, and a client that calls as whoever it likes.</summary>
internal sealed class SceneHub : IAsyncDisposable
{
    private SceneHub(InProcessHub hub, HttpClient http, AuthorisationScene scene) => (Hub, Http, Scene) = (hub, http, scene);

    public InProcessHub Hub { get; }

    /// <summary>Follows nothing, keeps no cookies.</summary>
    public HttpClient Http { get; }

    public AuthorisationScene Scene { get; }

    /// <param name="configure">Before the server is built.</param>
    public static async Task<SceneHub> StartAsync(Action<WebApplicationBuilder>? configure = null)
    {
        var hub = await InProcessHub.StartAsync(configure);
        var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = hub.Address };
        return new(hub, http, await AuthorisationScene.SetAsync(http, hub.Contexts, hub.Get<IBlobStore>(), hub.Get<BlobSeal>()));
    }

    /// <returns>The access token of somebody on the scene.</returns>
    public string TokenOf(string name) => Scene.Callers.Single(c => c.Name == name).Token!;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Hub.DisposeAsync();
    }
}
