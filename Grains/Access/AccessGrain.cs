using System.Security.Cryptography;
using System.Text;
using Aurora.Grains.Interfaces.Access;
using Aurora.Storage;

namespace Aurora.Grains.Access;

/// <summary>The mesh's API keys and join tokens, as hashes. 256 random bits need no slow hash: there is nothing to guess.</summary>
[GrainType("aurora.access")]
internal sealed class AccessGrain(
    [PersistentState("access", StorageNames.Grains)] IPersistentState<AccessGrainState> storage,
    TimeProvider time) : Grain, IAccessGrain
{
    public Task<AccessSnapshot> GetAsync() => Task.FromResult(new AccessSnapshot([.. storage.State.Keys]));

    public async Task<CreatedSecret> CreateAsync(string name, string[] scopes, int? defaultPriority)
    {
        var unknown = scopes.Except(AccessScopes.All).ToList();
        if (scopes.Length == 0 || unknown.Count > 0)
        {
            throw new ArgumentException(
                $"scopes must be one or more of {string.Join(", ", AccessScopes.All)}.", nameof(scopes));
        }

        var keyId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var secret = $"aur_{keyId}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}";
        var key = new AccessKey(keyId, name, [.. scopes], SHA256.HashData(Encoding.UTF8.GetBytes(secret)), time.GetUtcNow())
        {
            DefaultPriority = defaultPriority,
        };
        await CommitAsync([.. storage.State.Keys, key]);
        return new CreatedSecret(keyId, secret);
    }

    public async Task<bool> RevokeAsync(string keyId)
    {
        var kept = storage.State.Keys.Where(key => key.KeyId != keyId).ToList();
        if (kept.Count == storage.State.Keys.Length)
        {
            return false;
        }

        await CommitAsync(kept);
        return true;
    }

    private async Task CommitAsync(List<AccessKey> keys)
    {
        storage.State = new AccessGrainState { Keys = [.. keys] };
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            // The write may or may not have landed, so memory no longer knows the truth. Reload it.
            DeactivateOnIdle();
            throw;
        }
    }
}
