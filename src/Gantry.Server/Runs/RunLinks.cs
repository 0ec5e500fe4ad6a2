using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gantry.Server.Metadata;

namespace Gantry.Server.Runs;

/// <summary>Signs addresses that open one thing for a while to whoever has them: <c>sig=EXPIRY-HMAC</c>, seconds since 1970 and base64url.</summary>
/// <param name="key">The server's own; every node has the same.</param>
/// <param name="lifetime">How long an address opens.</param>
/// <param name="time">The clock.</param>
public sealed class RunLinks(ReadOnlyMemory<byte> key, TimeSpan lifetime, TimeProvider time)
{
    /// <summary>The name under which the metadata store keeps the key.</summary>
    public const string KeyName = "run-links";

    public const int KeyBytes = 32;

    public string SignLog(RunKey run) => Sign("log", run.Registry, run.Id);

    public bool OpensLog(RunKey run, string signature) => Opens("log", run.Registry, run.Id, signature);

    public string SignSource(RegistryId registry, string id) => Sign("source", registry, id);

    public bool OpensSource(RegistryId registry, string id, string signature) => Opens("source", registry, id, signature);

    private string Sign(string kind, RegistryId registry, string id)
    {
        var expires = (time.GetUtcNow() + lifetime).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{expires}-{Base64Url.EncodeToString(Mac(kind, registry, id, expires))}");
    }

    private bool Opens(string kind, RegistryId registry, string id, string signature)
    {
        var dash = signature.IndexOf('-', StringComparison.Ordinal);
        if (dash <= 0 || !long.TryParse(signature.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var expires))
            return false;
        var expected = Base64Url.EncodeToString(Mac(kind, registry, id, expires));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature[(dash + 1)..]))
            && time.GetUtcNow().ToUnixTimeSeconds() < expires;
    }

    // No part but the last can hold the separator, so no two things have one text.
    private byte[] Mac(string kind, RegistryId registry, string id, long expires) =>
        HMACSHA256.HashData(key.Span, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind}:{registry.Value}:{expires}:{id}")));
}
