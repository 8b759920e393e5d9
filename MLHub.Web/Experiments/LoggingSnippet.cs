namespace MLHub.Web.Experiments;

/// <summary>How a program logs a run, ready to copy.</summary>
internal static class LoggingSnippet
{
    public static string Python(string server, Guid experimentId) =>
        $$$"""
        import os, requests
        hub = requests.Session()
        hub.headers["Authorization"] = "Bearer " + os.environ["MLHUB_TOKEN"]
        api = "{{{server.TrimEnd('/')}}}/api/v1"
        run = hub.post(f"{api}/experiments/{{{experimentId:N}}}/runs", json={"name": "first try", "parameters": {"lr": 0.01}}).json()["id"]
        for step in range(100):
            hub.post(f"{api}/runs/{run}/metrics", json={"points": [{"key": "loss", "value": 1 / (step + 1), "step": step}]})
        hub.patch(f"{api}/runs/{run}", json={"state": "finished"})
        """;
}
