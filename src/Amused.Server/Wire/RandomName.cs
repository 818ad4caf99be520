using System.Security.Cryptography;

namespace Amused.Server;

/// <summary>Names that nobody guesses: 128 bits of chance, 32 hexadecimal digits.</summary>
internal static class RandomName
{
    public static string Create() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Whether a text can be such a name.</summary>
    public static bool Is(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);
}
