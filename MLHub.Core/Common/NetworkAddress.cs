using System.Net;
using System.Net.Sockets;

namespace MLHub.Core.Common;

/// <summary>Who stands behind a network address, as far as it tells.</summary>
public static class NetworkAddress
{
    /// <summary>An IPv6 subscriber has a whole /64; its addresses count as one. An IPv4 address counts alone, however it is written.</summary>
    public static string GroupOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, 8)) : plain.ToString();
    }

    /// <inheritdoc cref="GroupOf(IPAddress)"/>
    public static string GroupOf(string address) => IPAddress.TryParse(address, out var parsed) ? GroupOf(parsed) : address;
}
