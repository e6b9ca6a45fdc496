namespace Aurora.Submissions;

/// <summary>What a tenant may be called.</summary>
public static class TenantRule
{
    /// <summary>What a tenant's name must be.</summary>
    public const string Must = "must be a string of 1 to 128 printable characters";

    private const int LengthMax = 128;

    /// <summary>Whether a tenant may be called so.</summary>
    public static bool IsGood(string name) => name.Length is > 0 and <= LengthMax && !name.Any(char.IsControl) && !string.IsNullOrWhiteSpace(name);
}
