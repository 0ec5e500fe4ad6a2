using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Fuzz;

/// <summary>Thousands of requests, byte by byte, to one whole server: whatever comes, it answers as the specification says, and serves on.</summary>
public sealed class ServerFuzzTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly HashSet<string> Codes = [.. ErrorCode.All.Select(code => code.Text).Where(code => code != ErrorCode.Unknown.Text)];

    private static readonly HashSet<string> ManagementCodes =
        ["InvalidRequest", "AuthenticationFailed", "AuthorizationFailed", "ResourceNotFound", "MethodNotAllowed", "Conflict", "RequestTooLarge", "TooManyRequests"];

    [Fact]
    public async Task Whatever_comes_over_a_socket_is_answered_and_the_server_serves_on()
    {
        using var folder = new TemporaryFolder();
        await using var registry = await RegistryInProcess.StartAsync(options => options with { DataFolder = folder.Join("data") });
        var reader = await registry.AddPrincipalAsync("reader", "AcrPull");
        var token = (await registry.SendAsync("GET", "/oauth2/token?service=x&scope=repository:a:pull,push", null, $"Authorization: {RegistryInProcess.Basic(registry.Owner)}")).Json.GetProperty("access_token").GetString();
        var grammar = new RequestGrammar(registry.LoginServer,
            [RegistryInProcess.Basic(registry.Owner), RegistryInProcess.Basic(registry.Owner), RegistryInProcess.Basic(reader), $"Bearer {token}", "Bearer x.y.z", "Basic !", "Basic Og=="]);
        var statuses = new Dictionary<int, int>();
        Connection? connection = null;
        try
        {
            await Seeded.RoundsAsync(241, 4_000, async random =>
            {
                var (bytes, method, framed) = grammar.Next(random);
                if (!framed)
                {
                    connection?.Dispose();
                    connection = null;
                }
                connection ??= await Connection.OpenAsync(registry.Url.Port);
                var shown = Printable.Of(Encoding.Latin1.GetString(bytes));
                var answers = await connection.TalkAsync(bytes, method, isLast: !framed).WaitAsync(Patience);
                Assert.True(!framed || answers.Count == 1, $"{answers.Count} answers to {shown}");
                foreach (var answer in answers)
                {
                    statuses[answer.Status] = statuses.GetValueOrDefault(answer.Status) + 1;
                    AssertWellFormed(answer, method, shown);
                    if (answer.Status == 202 && answer["Location"] is { } location && grammar.Locations.Count < 50)
                        grammar.Locations.Add(location);
                }
                if (!framed || answers[^1]["Connection"] == "close" || answers[^1].Status == 0)
                {
                    connection.Dispose();
                    connection = null;
                }
            });
        }
        finally
        {
            connection?.Dispose();
        }
        // It went deep: requests of every kind were granted, and refused for every reason.
        foreach (var status in (int[])[200, 201, 202, 204, 206, 304, 400, 401, 403, 404, 405, 416])
            Assert.True(statuses.ContainsKey(status), $"no {status}: {string.Join(' ', statuses.Select(pair => $"{pair.Key}×{pair.Value}"))}");
        Assert.DoesNotContain(registry.Log, line => line.Contains("ErrorWriter", StringComparison.Ordinal) && line.Contains(" error ", StringComparison.Ordinal));
        AssertNothingOutside(folder.Path);
        await AssertServesAsync(registry);
    }

    private static void AssertWellFormed(WireAnswer answer, string method, string shown)
    {
        var about = $"{answer.Status} to {shown}: {Printable.Of(answer.Text)}";
        // The one of Kestrel's own that blames the server: another version of HTTP.
        Assert.True(answer.Status is (>= 200 and < 500) or 505, about);
        Assert.Null(answer["X-Evil"]);
        foreach (var (name, value) in answer.Headers)
            Assert.False(name.Any(char.IsControl) || value.Any(char.IsControl), about);
        // Kestrel's own refusals, before a request is one, have no body and none of our headers.
        if (answer["X-Ms-Correlation-Request-Id"] is null)
        {
            Assert.True(answer.Status >= 400 && answer.Body.Length == 0, about);
            return;
        }
        Assert.True(answer["Docker-Distribution-Api-Version"] == "registry/2.0" && answer["X-Content-Type-Options"] == "nosniff", about);
        Assert.True(answer.Status != 401 || answer["WWW-Authenticate"] is { Length: > 0 }, about);
        if (answer.Status < 400 || answer.Body.Length == 0)
        {
            // Only to HEAD may an error have no body, and the log links answer as a blob store does.
            Assert.True(answer.Status < 400 || method == "HEAD", about);
            return;
        }
        if (answer["Content-Type"] == "application/xml")
            return;
        Assert.Equal("application/json; charset=utf-8", answer["Content-Type"]);
        using var document = JsonDocument.Parse(answer.Body);
        if (document.RootElement.TryGetProperty("error", out var error))
            Assert.True(ManagementCodes.Contains(error.GetProperty("code").GetString()!), about);
        else
            Assert.All(document.RootElement.GetProperty("errors").EnumerateArray().ToList(), one => Assert.True(Codes.Contains(one.GetProperty("code").GetString()!), about));
    }

    private static void AssertNothingOutside(string folder)
    {
        Assert.Equal(["data"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
        var data = Path.Join(folder, "data");
        foreach (var file in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(data, file).Split(Path.DirectorySeparatorChar)))
        {
            var known = file switch
            {
                [_] => true,
                ["blobs", var algorithm, var two, var hex] => Digest.TryParse($"{algorithm}:{hex}", out _) && hex.StartsWith(two, StringComparison.Ordinal),
                ["audit", var name] => name.EndsWith(".jsonl", StringComparison.Ordinal),
                ["uploads", var name] => Guid.TryParseExact(name, "N", out _),
                _ => false,
            };
            Assert.True(known, string.Join('/', file));
        }
    }

    private static async Task AssertServesAsync(RegistryInProcess registry)
    {
        var owner = $"Authorization: {RegistryInProcess.Basic(registry.Owner)}";
        foreach (var blob in (string[])["{}", "after"])
            Assert.Equal(201, (await registry.SendAsync("POST", $"/v2/after/fuzz/blobs/uploads/?digest={RegistryScript.DigestOf(blob)}", new StringContent(blob), owner)).Status);
        var manifest = RegistryScript.Image("after");
        Assert.Equal(201, (await registry.SendAsync("PUT", "/v2/after/fuzz/manifests/1.0", new ByteArrayContent(manifest), owner, $"Content-Type: {RegistryScript.ImageManifestType}")).Status);
        Assert.Equal(manifest, (await registry.SendAsync("GET", "/v2/after/fuzz/manifests/1.0", null, owner)).Body);
        Assert.Equal("after", (await registry.SendAsync("GET", $"/v2/after/fuzz/blobs/{RegistryScript.DigestOf("after")}", null, owner)).Text);
    }

    /// <summary>A socket, and the answers that come out of it.</summary>
    private sealed class Connection(TcpClient client) : IDisposable
    {
        private readonly NetworkStream _stream = client.GetStream();
        private byte[] _read = [];

        public static async Task<Connection> OpenAsync(int port)
        {
            var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync("127.0.0.1", port);
            return new Connection(client);
        }

        /// <summary>Sends, and reads one answer; after the last request, every answer until the server closes.</summary>
        public async Task<IReadOnlyList<WireAnswer>> TalkAsync(byte[] request, string method, bool isLast)
        {
            var answers = new List<WireAnswer>();
            try
            {
                await _stream.WriteAsync(request);
                if (isLast)
                    client.Client.Shutdown(SocketShutdown.Send);
                while (await ReadAsync(method) is { } answer)
                {
                    // What comes before the answer to a request that announced itself.
                    if (answer.Status != 100)
                        answers.Add(answer);
                    if (!isLast && answers.Count == 1)
                        break;
                }
            }
            catch (IOException)
            {
                // The server cut a connection with bytes that it never read: what came before counts.
            }
            return answers;
        }

        private async Task<WireAnswer?> ReadAsync(string method)
        {
            int end;
            while ((end = _read.AsSpan().IndexOf("\r\n\r\n"u8)) < 0)
            {
                if (!await MoreAsync())
                    return null;
            }
            var lines = Encoding.Latin1.GetString(_read, 0, end).Split("\r\n");
            var headers = lines.Skip(1).Select(line => line.Split(':', 2)).GroupBy(parts => parts[0], StringComparer.OrdinalIgnoreCase)
                .ToDictionary(group => group.Key, group => string.Join(", ", group.Select(parts => parts[1].Trim())), StringComparer.OrdinalIgnoreCase);
            var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
            var length = method == "HEAD" || !headers.TryGetValue("Content-Length", out var text) ? 0 : int.Parse(text, CultureInfo.InvariantCulture);
            while (_read.Length < end + 4 + length)
                Assert.True(await MoreAsync(), "an answer was cut short");
            var body = _read[(end + 4)..(end + 4 + length)];
            _read = _read[(end + 4 + length)..];
            return new WireAnswer(status, headers, body);
        }

        private async Task<bool> MoreAsync()
        {
            var block = new byte[16 * 1024];
            var count = await _stream.ReadAsync(block);
            _read = [.. _read, .. block.AsSpan(0, count)];
            return count > 0;
        }

        public void Dispose() => client.Dispose();
    }
}
