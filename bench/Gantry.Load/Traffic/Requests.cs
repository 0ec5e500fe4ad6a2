using System.Text;

namespace Gantry.Load.Traffic;

/// <summary>Requests as bytes, made before the clock runs where they do not change.</summary>
internal static class Requests
{
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    public static byte[] Get(Endpoint endpoint, string path) => Bytes(endpoint, "GET", path, $"Accept: {ManifestType}\r\n");

    /// <param name="endpoint">Whom to ask.</param>
    /// <param name="path">For what.</param>
    /// <param name="headers">More header lines, each with its end.</param>
    public static byte[] Get(Endpoint endpoint, string path, string headers) => Bytes(endpoint, "GET", path, headers);

    public static byte[] Head(Endpoint endpoint, string path) => Bytes(endpoint, "HEAD", path, $"Accept: {ManifestType}\r\n");

    /// <summary>A request whose body is sent after it, or that has none.</summary>
    public static byte[] Send(Endpoint endpoint, string method, string path, long length, string type = "application/octet-stream") =>
        Bytes(endpoint, method, path, length == 0 ? "Content-Length: 0\r\n" : $"Content-Type: {type}\r\nContent-Length: {length}\r\n");

    /// <summary>A request with its small body.</summary>
    public static byte[] Send(Endpoint endpoint, string method, string path, ReadOnlySpan<byte> body, string type) => [.. Send(endpoint, method, path, body.Length, type), .. body];

    private static byte[] Bytes(Endpoint endpoint, string method, string path, string headers) =>
        Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: {endpoint.Host}\r\nUser-Agent: gantry-load\r\n{endpoint.Authorization}{headers}\r\n");
}
