using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Gantry.EndToEnd.Builds;

/// <summary>Builds that cannot end well: each is a failed run whose log says why, exit status 1, and nothing left behind.</summary>
public sealed class FailedRunTests
{
    /// <summary>What the author of the Dockerfile wrote, the files of the context, and what the log must say.</summary>
    public static TheoryData<string, string, string, string> Mistakes => new()
    {
        { "a wrong instruction", "FROM scratch\nCOPPY a /\n", "a", "Dockerfile:2:1" },
        { "a missing file", "FROM scratch\nCOPY aple /\n", "apple", "aple" },
        { "an unknown base of the registry", "FROM {host}/no/such:1\n", "a", "no/such:1 was not found" },
        { "an unknown base of a mirror", "FROM mcr.microsoft.com/no-such:1\n", "a", "mcr.microsoft.com/no-such:1" },
        { "a private address", "FROM 127.0.0.1:9/a:1\n", "a", "private address" },
        { "a private address to add from", "FROM scratch\nADD http://127.0.0.1:9/a /\n", "a", "private address" },
        { "a path out of the context", "FROM scratch\nCOPY ../../../../etc/hostname /\n", "a", "hostname" },
        { "a forged whiteout", "FROM scratch\nCOPY . /\n", ".wh.etc", ".wh.etc" },
        { "an unknown stage to build", "FROM scratch AS one\n", "a", "there is no stage" },
        { "RUN", "FROM scratch\nRUN true\n", "a", "RUN is not supported yet" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_ends_in_a_failed_run_that_says_why(string mistake, string dockerfile, string file, string reason)
    {
        using var sandbox = new Sandbox();
        await using var mirror = await MirrorServer.StartAsync();
        await using var server = await GantryServer.StartAsync(sandbox, more: mirror.Options);
        (await ArticleTests.SignInAsync(sandbox, server)).MustSucceed();
        sandbox.Write("ctx/Dockerfile", dockerfile.Replace("{host}", server.Host, StringComparison.Ordinal));
        sandbox.Write($"ctx/{file}", "content");
        string[] target = mistake == "an unknown stage to build" ? ["--target", "two"] : [];

        var build = await sandbox.GantryAsync(["acr", "build", "--registry", server.Host, "-t", "out:1", .. target, "ctx"]);

        await AssertFailedAsync(sandbox, server, build, "Failed", reason);
    }

    [Fact]
    public async Task Archives_that_unpack_to_more_than_is_allowed_end_the_run()
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox, more: ["--max-unpacked-bytes", "10000000", "--max-unpacked-files", "1000"]);
        (await ArticleTests.SignInAsync(sandbox, server)).MustSucceed();
        sandbox.Write("bytes/Dockerfile", "FROM scratch\nADD bomb.tar.gz /\n");
        WriteArchive(Path.Combine(sandbox.Work, "bytes", "bomb.tar.gz"), files: 1, bytes: 20_000_000);
        sandbox.Write("files/Dockerfile", "FROM scratch\nADD bomb.tar.gz /\n");
        WriteArchive(Path.Combine(sandbox.Work, "files", "bomb.tar.gz"), files: 2_000, bytes: 0);
        WriteArchive(Path.Combine(sandbox.Work, "context.tar.gz"), files: 1, bytes: 20_000_000);

        foreach (var (source, reason) in new[] { ("bytes", "10000000"), ("files", "1000"), ("context.tar.gz", "10000000") })
            await AssertFailedAsync(sandbox, server, await sandbox.GantryAsync("acr", "build", "--registry", server.Host, "-t", "out:1", source), "Failed", reason);
    }

    [Fact]
    public async Task An_artifact_whose_titles_lead_out_of_the_context_is_refused()
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox);
        (await ArticleTests.SignInAsync(sandbox, server)).MustSucceed();
        await PushArtifactAsync(server, "evil", "1", "../../escaped", "FROM scratch\n");
        var build = await sandbox.GantryAsync("acr", "build", "--registry", server.Host, "-t", "out:1", $"oci://{server.Host}/evil:1");
        await AssertFailedAsync(sandbox, server, build, "Failed", "escaped");
        Assert.Empty(Directory.EnumerateFiles(sandbox.Folder, "escaped", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_run_that_is_canceled_ends_as_canceled()
    {
        using var sandbox = new Sandbox();
        // A registry that takes connections and never answers.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var server = await GantryServer.StartAsync(sandbox, more: ["--mirror", $"silent.example=http://localhost:{((IPEndPoint)silent.LocalEndpoint).Port}"]);
        (await ArticleTests.SignInAsync(sandbox, server)).MustSucceed();
        sandbox.Write("ctx/Dockerfile", "FROM silent.example/a:1\n");
        string[] registry = ["--registry", server.Host];
        var building = sandbox.GantryAsync(["acr", "build", .. registry, "-t", "out:1", "ctx"]);
        using (await silent.AcceptSocketAsync())
        {
            var run = (await sandbox.GantryAsync(["acr", "task", "list-runs", .. registry])).MustSucceed().Json.EnumerateArray().Single();
            Assert.Equal("Running", run.GetProperty("status").GetString());
            (await sandbox.GantryAsync(["acr", "task", "cancel-run", .. registry, "--run-id", run.GetProperty("runId").GetString()!])).MustSucceed();
            await AssertFailedAsync(sandbox, server, await building, "Canceled", "was canceled after");
        }
    }

    [Fact]
    public async Task A_run_whose_worker_is_killed_is_built_by_the_next_one()
    {
        using var sandbox = new Sandbox();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var mirror = await MirrorServer.StartAsync();
        await using var server = await GantryServer.StartAsync(sandbox, more: [.. mirror.Options, "--mirror", $"silent.example=http://localhost:{((IPEndPoint)silent.LocalEndpoint).Port}", "--lease-lifetime", "3"]);
        (await ArticleTests.SignInAsync(sandbox, server)).MustSucceed();
        sandbox.Write("ctx/Dockerfile", "FROM silent.example/a:1\n");
        var building = sandbox.GantryAsync("acr", "build", "--registry", server.Host, "-t", "out:1", "ctx");
        using (await silent.AcceptSocketAsync())
            (await sandbox.ShellAsync($"kill -KILL $(cat /proc/{server.ProcessId}/task/*/children)")).MustSucceed();
        // The next worker asks too; now nobody is there, and the build ends with that.
        var again = await silent.AcceptSocketAsync();
        silent.Stop();
        again.Dispose();
        var build = await building;
        Assert.Equal(1, build.ExitCode);
        Assert.Contains("silent.example", build.Out, StringComparison.Ordinal);
    }

    private static async Task AssertFailedAsync(Sandbox sandbox, GantryServer server, ToolResult build, string status, string reason)
    {
        Assert.Equal(1, build.MustFail().ExitCode);
        Assert.Contains(reason, build.Out, StringComparison.Ordinal);
        var id = build.Error.Split("ID: ")[1].Split('\n')[0].Trim();
        Assert.Matches($"(?m)^Run ID: {id} (failed|was canceled) after", build.Out);
        var run = (await sandbox.GantryAsync("acr", "task", "show-run", "--registry", server.Host, "--run-id", id)).MustSucceed().Json;
        Assert.Equal(status, run.GetProperty("status").GetString());
        Assert.NotEqual("", run.GetProperty("runErrorMessage").GetString());
        Assert.Equal(3, (await sandbox.GantryAsync("resolve", $"{server.Host}/out:1")).MustFail().ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(sandbox.Folder, "data", "work")));
    }

    private static void WriteArchive(string path, int files, int bytes)
    {
        using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        using var tar = new TarWriter(gzip);
        for (var i = 0; i < files; i++)
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"file-{i}") { DataStream = new MemoryStream(new byte[bytes]) });
    }

    /// <summary>No client packs such a title, so it goes over the wire by hand.</summary>
    private static async Task PushArtifactAsync(GantryServer server, string repository, string tag, string title, string content)
    {
        using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri($"http://{server.Host}") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{server.AppId}:{server.Password}")));
        var file = Encoding.UTF8.GetBytes(content);
        foreach (var blob in new[] { file, "{}"u8.ToArray() })
        {
            using var begun = await client.PostAsync($"/v2/{repository}/blobs/uploads/?digest={Digest(blob)}", new ByteArrayContent(blob));
            Assert.Equal(HttpStatusCode.Created, begun.StatusCode);
        }
        var manifest = $$$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"application/vnd.unknown.artifact.v1",
             "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{{{Digest("{}"u8.ToArray())}}}","size":2},
             "layers":[{"mediaType":"text/plain","digest":"{{{Digest(file)}}}","size":{{{file.Length}}},"annotations":{"org.opencontainers.image.title":"{{{title}}}"}}]}
            """;
        using var put = await client.PutAsync($"/v2/{repository}/manifests/{tag}", new StringContent(manifest, new MediaTypeHeaderValue("application/vnd.oci.image.manifest.v1+json")));
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
    }

    private static string Digest(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
