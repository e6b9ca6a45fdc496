using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Aurora.Grains.Interfaces.Routes;

namespace Aurora.GatewayApi.Routes;

/// <summary>
/// Chooses the variant of a request: each gets its share by weight, and one user key always the same (weighted rendezvous hashing). When
/// weights change, only as many users move as the change asks for.
/// </summary>
internal static class VariantChoice
{
    /// <param name="route">With one variant at least.</param>
    /// <param name="userKey">Who asks, or a random text for somebody unknown.</param>
    public static RouteVariant Of(ModelRoute route, string userKey) => route.Variants.MinBy(variant => Arrival(route, variant, userKey))!;

    // The first of several exponential arrivals is each of them with a probability in proportion to its rate.
    private static double Arrival(ModelRoute route, RouteVariant variant, string userKey)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{route.Name}\n{variant.Name}\n{userKey}"), hash);
        var even = ((BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) + 0.5) / (1UL << 53);
        return -Math.Log(even) / variant.Weight;
    }
}
