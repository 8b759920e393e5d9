using System.ComponentModel.DataAnnotations;
using System.Net;

namespace MLHub.Web.Api;

/// <summary>
/// Section <c>MLHub:Proxy</c>: who may say that a visitor came by https and from where. Nobody, unless it is set: what anybody could write into a
/// header would get around limits per address and put a false address beside a session.
/// </summary>
public sealed class ProxyOptions : IValidatableObject
{
    public const string Section = "MLHub:Proxy";

    /// <summary>The proxies right in front of this server: addresses and networks, separated by commas, such as <c>127.0.0.1, 10.0.0.0/8</c>.</summary>
    public string Networks { get; set; } = "";

    internal IReadOnlyList<IPNetwork?> Trusted =>
        [.. Networks.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Trusted.Contains(null))
        {
            yield return new ValidationResult($"{Section}:Networks is to be a list of addresses and networks such as 127.0.0.1, 10.0.0.0/8.", [nameof(Networks)]);
        }
    }

    private static IPNetwork? Parse(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}
