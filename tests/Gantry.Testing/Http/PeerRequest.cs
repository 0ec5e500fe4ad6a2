using System.Text;

namespace Gantry.Testing.Http;

/// <summary>A request as it came over the wire.</summary>
public sealed record PeerRequest(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Whether the client showed a certificate.</summary>
    public bool HasCertificate { get; init; }

    public string? Authorization => Headers.GetValueOrDefault("Authorization");

    public string Text => Encoding.UTF8.GetString(Body);

    public override string ToString() => $"{Method} {Path}{Query}";
}
