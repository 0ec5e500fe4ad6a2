using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>An image of one layer: a body, a small config, and the manifest that names both.</summary>
internal sealed record Contents
{
    private const string ConfigType = "application/vnd.oci.image.config.v1+json";
    private const string LayerType = "application/vnd.oci.image.layer.v1.tar";

    private Contents(Body layer)
    {
        Layer = layer;
        LayerDigest = layer.Digest();
        Config = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""{"architecture":"amd64","os":"linux","author":"{{{layer.Number}}} of {{{layer.Length}}}","rootfs":{"type":"layers","diff_ids":["{{{LayerDigest}}}"]}}"""));
        ConfigDigest = Digest(Config);
        Manifest = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""{"schemaVersion":2,"mediaType":"{{{Requests.ManifestType}}}","config":{"mediaType":"{{{ConfigType}}}","digest":"{{{ConfigDigest}}}","size":{{{Config.Length}}} },"layers":[{"mediaType":"{{{LayerType}}}","digest":"{{{LayerDigest}}}","size":{{{layer.Length}}} }]}"""));
    }

    public Body Layer { get; }

    public string LayerDigest { get; }

    public byte[] Config { get; }

    public string ConfigDigest { get; }

    public byte[] Manifest { get; }

    /// <summary>One that nobody pushed before.</summary>
    public static Contents Next(long length) => new(Body.Next(length));

    /// <summary>The one that is put where it is read: the same in every run. Other images count from one up.</summary>
    public static Contents Fixed(long length, int number = 0) => new(new Body(length, -1 - number));

    public static string Digest(ReadOnlySpan<byte> bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
