using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Aurora.Silo;

/// <summary>How the agent inside a silo reaches the silo's own gateway.</summary>
internal static class LocalGateway
{
    /// <summary>Made at each start and known to this process only.</summary>
    public static string Token { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Where it listens, plain HTTP first; null before it does.</summary>
    public static Uri? AddressOf(IServiceProvider services)
    {
        var addresses = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var address = addresses.OrderBy(address => address.StartsWith("https", StringComparison.OrdinalIgnoreCase)).FirstOrDefault();
        return address is null ? null : BindingAddress.Parse(address) is var binding && IsWildcard(binding.Host)
            ? new UriBuilder(binding.Scheme, "127.0.0.1", binding.Port).Uri
            : new UriBuilder(binding.Scheme, binding.Host, binding.Port).Uri;
    }

    private static bool IsWildcard(string host) => host is "*" or "+" or "0.0.0.0" or "[::]";
}
