using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Federation;

/// <summary>Claims as flags write them: <c>NAME=VALUE</c>.</summary>
internal static class ClaimPairs
{
    /// <exception cref="CommandException">One of them is none, or a name is given twice.</exception>
    public static IReadOnlyDictionary<string, string> Read(IEnumerable<string> pairs, string flag)
    {
        var claims = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !claims.TryAdd(pair[..equals], pair[(equals + 1)..]))
                throw CommandException.WrongUsage($"\"{Printable.Of(pair)}\" is no claim: write {flag} NAME=VALUE, each name once.");
        }
        return claims;
    }
}
