using System.Text;
using Gantry.Protocol.Oci;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Fuzz;

/// <summary>Requests as bytes: most of them nearly right, so that they get deep, and each now and then wrong somewhere.</summary>
/// <param name="host">The server's host and port.</param>
/// <param name="authorizations">Values that sign in, and some that do not.</param>
internal sealed class RequestGrammar(string host, IReadOnlyList<string> authorizations)
{
    private static readonly string[] Methods = ["GET", "GET", "GET", "HEAD", "PUT", "PUT", "POST", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "BREW"];

    private static readonly string[] Odd =
    [
        "..", ".", "%2e%2e", "%2F", "%2f..%2f", "%00", "%5c", "\\", "%", "%zz", "%C3%A9", "%ff", "%0d%0aX-Evil:%201", "A", "~", ":", "@", ";x=y", "é", "*",
        "sha256:", "sha256:..%2F..%2Fetc%2Fpasswd", "SHA256:" + Hex, Hex, new string('a', 300), "%252e", "//", "'--", "\"", "<script>",
    ];

    private const string Hex = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    private static readonly byte[] Image = RegistryScript.Image("layer");

    private static readonly byte[] Index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [] }.ToJson();

    private static readonly string[] Digests = [$"sha256:{Hex}", Digest.Of("layer"u8).ToString(), Digest.Of(Image).ToString(), Digest.Of(Index).ToString(), Digest.Of(DigestAlgorithm.Sha512, "x"u8).ToString()];

    /// <summary>Where upload sessions are, as the server named them.</summary>
    public List<string> Locations { get; } = [];

    /// <summary>The next request, and whether its framing is as HTTP wants it, so that the connection may be used again.</summary>
    public (byte[] Bytes, string Method, bool Framed) Next(Seeded random)
    {
        var (method, target, body, header) = random.OneIn(3) ? Sensible(random) : Any(random);
        var head = new StringBuilder().Append(method).Append(' ').Append(target).Append(" HTTP/1.1\r\n");
        head.Append("Host: ").Append(random.OneIn(40) ? random.Of("evil.example", "[::1]80", "a b", "", "\"", "localhost:99999") : host).Append("\r\n");
        if (!random.OneIn(8))
            head.Append("Authorization: ").Append(random.Of(authorizations)).Append("\r\n");
        head.Append(header);
        for (var more = random.OneIn(2) ? 0 : random.Below(4); more > 0; more--)
            head.Append(Header(random)).Append("\r\n");
        var chunked = body.Length > 0 && random.OneIn(6);
        head.Append(chunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {body.Length}\r\n\r\n");
        if (chunked)
            body = [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8];
        byte[] bytes = [.. Encoding.UTF8.GetBytes(head.ToString()), .. body];
        if (!random.OneIn(4))
            return (bytes, method, Framed: true);
        // Damage anywhere, or a second length: the server may wait for more, answer twice, or hang up.
        var broken = random.OneIn(3)
            ? Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace("\r\n\r\n", random.Of("\r\nTransfer-Encoding: chunked\r\n\r\n", "\r\nContent-Length: 1\r\n\r\n", "\r\n folded\r\n\r\n", "\n\n", "\r\nX : y\r\n\r\n"), StringComparison.Ordinal))
            : random.Mutate(bytes);
        return (broken, Encoding.Latin1.GetString(broken).Split(' ')[0], Framed: false);
    }

    /// <summary>What a client would send, so that there is something to find, to lock, to go on with and to delete.</summary>
    private (string Method, string Target, byte[] Body, string Header) Sensible(Seeded random)
    {
        var repository = random.Of("a", "b/c", "blobs/uploads");
        var session = Locations.Count > 0 ? random.Of<string>(Locations) : $"/v2/a/blobs/uploads/{Guid.Empty}";
        const string ImageType = $"Content-Type: {RegistryScript.ImageManifestType}\r\n";
        return random.Below(12) switch
        {
            0 => ("POST", $"/v2/{repository}/blobs/uploads/?digest={Digests[0]}", "{}"u8.ToArray(), ""),
            1 => ("POST", $"/v2/{repository}/blobs/uploads/?digest={Digests[1]}", "layer"u8.ToArray(), ""),
            2 => ("POST", $"/v2/{repository}/blobs/uploads/{random.Of("", $"?mount={Digests[1]}&from=a")}", [], ""),
            3 => ("PATCH", session, "layer"u8.ToArray(), random.Of("", "Content-Range: 0-4\r\n", "Content-Range: 9-13\r\n")),
            4 => ("PUT", $"{session}?digest={random.Of(Digests)}", random.OneIn(2) ? [] : "layer"u8.ToArray(), ""),
            5 => ("PUT", $"/v2/{repository}/manifests/{random.Of("1.0", "latest", Digests[2])}{random.Of("", "?tag=x&tag=y")}", Image, ImageType),
            6 => ("PUT", $"/v2/{repository}/manifests/index", Index, $"Content-Type: {RegistryScript.IndexType}\r\n"),
            7 => (random.Of("GET", "HEAD", "DELETE"), $"/v2/{repository}/manifests/{random.Of("1.0", "latest", "x", Digests[2])}", [], ""),
            8 => ("GET", $"/v2/{repository}/blobs/{Digests[1]}", [], random.Of("", "Range: bytes=1-2\r\n", "Range: bytes=9-\r\n", $"If-None-Match: \"{Digests[1]}\"\r\n")),
            9 => ("GET", $"/v2/{repository}/{random.Of("tags/list?n=1", $"referrers/{Digests[2]}")}", [], ""),
            10 => (random.Of("GET", "PATCH"), $"/acr/v1/{repository}{random.Of("", "/_tags/1.0", $"/_manifests/{Digests[2]}")}", """{"listEnabled":true}"""u8.ToArray(), ""),
            _ => (random.Of("GET", "POST"), "/oauth2/token?service=x&scope=repository:a:pull", "grant_type=password&service=x"u8.ToArray(), "Content-Type: application/x-www-form-urlencoded\r\n"),
        };
    }

    private (string Method, string Target, byte[] Body, string Header) Any(Seeded random) =>
        (random.Of(Methods), Target(random), random.OneIn(2) ? [] : Body(random), "");

    private string Target(Seeded random)
    {
        var repository = random.OneIn(8) ? random.Of(Odd) : random.Of("a", "b/c", "blobs/uploads", "tags", "manifests/referrers", "x" + random.Below(20));
        var reference = random.OneIn(6) ? random.Of(Odd) : random.OneIn(2) ? random.Of(Digests) : random.Of("1.0", "latest", "_", "v" + random.Below(20));
        var path = random.Below(20) switch
        {
            <= 3 => $"/v2/{repository}/manifests/{reference}",
            <= 5 => $"/v2/{repository}/blobs/{reference}",
            <= 7 => $"/v2/{repository}/blobs/uploads/",
            8 => $"/v2/{repository}/blobs/uploads/{random.Of(Odd)}",
            <= 10 when Locations.Count > 0 => random.Of<string>(Locations),
            11 => $"/v2/{repository}/tags/list",
            12 => $"/v2/{repository}/referrers/{reference}",
            13 => $"/acr/v1/{repository}{random.Of("", "/_tags", "/_manifests", $"/_tags/{reference}", $"/_manifests/{reference}")}",
            14 => random.Of("/v2/", "/v2/_catalog", "/acr/v1/_catalog", "/healthz", "/readyz", "/metrics", "/", "*", "//v2/", "/oauth2/keys"),
            15 => random.Of("/oauth2/token", "/oauth2/exchange", $"/oauth2/{random.Of(Odd)}"),
            16 => $"/gantry/v1/{random.Of("principals", "registries", "leases", "leases/" + Guid.Empty, "sources/", "logs/", "sources/x", "logs/" + random.Of(Odd))}",
            17 => $"/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry/{random.Of("scheduleRun", "runs", "runs/ca1", "runs/ca1/cancel", "listBuildSourceUploadUrl", random.Of(Odd))}",
            18 => $"http://{host}/v2/{repository}/tags/list",
            _ => "/" + random.Text(["v2", "a", "/", "blobs", "manifests", .. Odd], 8),
        };
        return random.OneIn(3) ? path + Query(random) : path;
    }

    private static string Query(Seeded random)
    {
        string[] names = ["n", "last", "orderby", "digest", "mount", "from", "tag", "digest-algorithm", "artifactType", "service", "scope", "grant_type", "$filter", "$top", "$skipToken", "comp", "blockid", "sig", "offset", "account", ""];
        var pairs = Enumerable.Range(0, 1 + random.Below(3)).Select(_ =>
            $"{random.Of(names)}={random.Of([.. Digests, "1", "0", "-1", "99999999999999999999", "a", "b/c", "timedesc", "5~a", "repository:a:pull,push", "sha512", "password", "Status%20eq%20'x'", "' OR 1=1 --", .. Odd])}");
        return (random.OneIn(20) ? "?" : "") + "?" + string.Join('&', pairs);
    }

    private static string Header(Seeded random)
    {
        var names = new[] { "Range", "Content-Range", "If-None-Match", "If-Range", "Content-Type", "Accept", "Prefer", "Origin", "X-Forwarded-Host", "X-Original-URL", "Expect", "Cookie", "OCI-Tag", "x-ms-range", "Connection" };
        string[] values =
        [
            "bytes=0-0", "bytes=5-1", "bytes=-1", "0-4", "5-9", "bytes 0-4/5", "0-9223372036854775807", "*", $"\"{Digests[0]}\"", "W/\"x\"", "wait=0", "100-continue", "close", "keep-alive",
            RegistryScript.ImageManifestType, RegistryScript.IndexType, "application/json", "application/x-www-form-urlencoded", "text/html", "x/y; charset=utf-8", "é", "\u0001", .. Odd,
        ];
        return $"{random.Of(names)}: {random.Of(values)}";
    }

    private static byte[] Body(Seeded random)
    {
        var body = random.Below(8) switch
        {
            0 => Image,
            1 => Index,
            2 => "layer"u8.ToArray(),
            3 => "{}"u8.ToArray(),
            4 => """{"deleteEnabled":true,"writeEnabled":true}"""u8.ToArray(),
            5 => "grant_type=password&username=a&password=b&service=x&scope=repository:a:pull"u8.ToArray(),
            6 => """{"type":"DockerBuildRequest","imageNames":["a:1"],"sourceLocation":"oci://x/y:1"}"""u8.ToArray(),
            _ => Encoding.UTF8.GetBytes(new string('[', random.Below(20_000))),
        };
        return random.OneIn(3) ? random.Mutate(body) : body;
    }
}
