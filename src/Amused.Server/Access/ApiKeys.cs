using System.Security.Cryptography;
using System.Text;

namespace Amused.Server;

/// <summary>The keys that open the server. Comparing takes the same time whatever is given and whichever key it resembles.</summary>
internal sealed class ApiKeys
{
    private const int LongestGiven = 1024;
    private readonly IReadOnlyList<byte[]> hashes;

    public ApiKeys(IEnumerable<string> keys) => hashes = [.. keys.Select(Hash)];

    /// <summary>Whether a key is asked for at all.</summary>
    public bool AreNeeded => hashes.Count > 0;

    /// <summary>Whether the <c>Authorization</c> header of a request opens the server.</summary>
    public bool Open(string? authorization)
    {
        if (!AreNeeded)
            return true;
        if (authorization is null || authorization.Length > LongestGiven
            || !authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return false;
        // Hashes have one length, so that the time says nothing of a key's either; every key is compared.
        var given = Hash(authorization["Bearer ".Length..].Trim());
        var found = false;
        foreach (var hash in hashes)
            found |= CryptographicOperations.FixedTimeEquals(given, hash);
        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
