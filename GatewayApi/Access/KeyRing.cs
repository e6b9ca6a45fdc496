using System.Security.Cryptography;
using System.Text;
using Aurora.GatewayApi.Hosting;
using Aurora.Grains.Interfaces.Access;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Access;

/// <summary>The keys in force, remembered for a few seconds so that a request rarely waits for them.</summary>
internal sealed class KeyRing(IGrainFactory grains, TimeProvider time, IOptions<AuroraGatewayOptions> options)
{
    public const string GrainKey = "keys";

    private volatile Remembered? _remembered;
    private int _version;

    /// <summary>The keys in force; none means that access is open.</summary>
    public ValueTask<IReadOnlyList<AccessKey>> GetAsync() =>
        _remembered is { } remembered && time.GetElapsedTime(remembered.At) <= options.Value.KeysAgeMax
            ? ValueTask.FromResult(remembered.Keys)
            : LoadAsync();

    /// <summary>Forgets what is remembered, after this gateway changed the keys.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _version);
        _remembered = null;
    }

    /// <summary>The key that <paramref name="secret"/> opens, or null.</summary>
    public static AccessKey? Find(IReadOnlyList<AccessKey> keys, string secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(secret), hash);

        // Every key is compared in full, so that the time taken tells nothing of which one came close.
        AccessKey? found = null;
        foreach (var key in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, key.SecretHash))
            {
                found = key;
            }
        }

        return found;
    }

    private async ValueTask<IReadOnlyList<AccessKey>> LoadAsync()
    {
        var version = Volatile.Read(ref _version);
        var asked = time.GetTimestamp();
        var snapshot = await grains.GetGrain<IAccessGrain>(GrainKey).GetAsync();

        // An answer that was asked for before a change of the keys must not outlive that change.
        if (version == Volatile.Read(ref _version))
        {
            _remembered = new Remembered(asked, snapshot.Keys);
        }

        return snapshot.Keys;
    }

    private sealed record Remembered(long At, IReadOnlyList<AccessKey> Keys);
}
