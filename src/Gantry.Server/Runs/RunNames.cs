using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gantry.Server.Runs;

/// <summary>The ids of runs: two letters that a registry always has, and its count of runs.</summary>
internal static class RunNames
{
    /// <summary>An id no run has, in the length of a real one: to check a request before a number is taken for it.</summary>
    public static string Trial(string registry) => Of(registry, 0);

    public static string Of(string registry, long number)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(registry));
        return string.Create(CultureInfo.InvariantCulture, $"{(char)('a' + (digest[0] % 26))}{(char)('a' + (digest[1] % 26))}{number}");
    }
}
