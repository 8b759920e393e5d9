namespace MLHub.Web.Operations;

/// <summary>Section <c>MLHub:Metrics</c>: who may read the figures of the server.</summary>
public sealed class MetricsOptions
{
    public const string Section = "MLHub:Metrics";

    /// <summary>
    /// An address of its own, such as <c>http://127.0.0.1:9464</c>, at which <c>/metrics</c> answers without a sign-in and nothing else does:
    /// for a network that only the monitoring reaches. Empty: there is none, and <c>/metrics</c> asks for a token of an administrator.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary><c>null</c>: there is no address of its own.</summary>
    internal int? Port => Url.Length == 0 ? null : BindingAddress.Parse(Url).Port;

    internal bool IsValid()
    {
        try
        {
            return Url.Length == 0 || (BindingAddress.Parse(Url) is { Port: > 0, PathBase: "", IsUnixPipe: false, IsNamedPipe: false } address && address.Scheme == "http");
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
