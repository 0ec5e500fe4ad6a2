using System.Text.Json.Nodes;
using Gantry.Testing;

namespace Gantry.Cli.Tests.Admin;

public sealed class BackupTests : IAsyncLifetime
{
    private readonly CommandLine _line = new() { Name = "gantry", Time = TimeProvider.System };
    private RegistryInProcess _registry = null!;

    private string[] AsOwner => ["--server", _registry.Url.ToString(), "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password];

    private string Owner => $"Authorization: {RegistryInProcess.Basic(_registry.Owner)}";

    public async ValueTask InitializeAsync()
    {
        _registry = await RegistryInProcess.StartAsync();
        _line.Input = _registry.Owner.Password + "\n";
        await _line.DoneAsync("login", _registry.LoginServer, "-u", _registry.Owner.AppId, "--password-stdin");
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _line.Dispose();
    }

    [Fact]
    public async Task Everything_is_in_a_backup_and_comes_back_in_a_new_folder()
    {
        await _line.DoneAsync("push", $"{_registry.LoginServer}/a:1,2", "artifact.txt");
        await _line.DoneAsync("acr", "repository", "update", "--name", _registry.LoginServer, "--image", "a:1", "--delete-enabled", "false");
        var ci = await _registry.AddPrincipalAsync("ci", "AcrPull");
        var made = JsonNode.Parse(await _line.DoneAsync(["admin", "backup", "copy", .. AsOwner]))!;
        Assert.Equal(2, made["fetched"]!.GetValue<int>());

        await _line.DoneAsync("admin", "restore", "copy", "--data", "restored");
        await using var second = await RegistryInProcess.StartAsync(options => options with { DataFolder = Path.Join(_line.Folder, "restored") });
        Assert.Empty(second.Server.NewOwners);
        foreach (var who in (string[])[Owner, $"Authorization: {RegistryInProcess.Basic(ci)}"])
        {
            var manifest = await second.SendAsync("GET", "/v2/a/manifests/2", null, who, "Accept: application/vnd.oci.image.manifest.v1+json");
            Assert.Equal(200, manifest.Status);
            var layer = manifest.Json.GetProperty("layers")[0].GetProperty("digest").GetString();
            Assert.Equal(CommandLine.Artifact, (await second.SendAsync("GET", $"/v2/a/blobs/{layer}", null, who)).Text);
        }
        Assert.Equal(405, (await second.SendAsync("DELETE", $"/acr/v1/a/_tags/1", null, Owner)).Status);

        // What comes after gets an id of its own.
        Assert.Equal(201, (await second.SendAsync("POST", "/gantry/v1/principals", new StringContent("""{"name":"later","role":"AcrPull"}"""), Owner)).Status);
    }

    [Fact]
    public async Task A_second_backup_fetches_what_is_new_and_one_without_its_end_leaves_the_first()
    {
        await _line.DoneAsync("push", $"{_registry.LoginServer}/a:1", "artifact.txt");
        await _line.DoneAsync(["admin", "backup", "copy", .. AsOwner]);
        var first = await File.ReadAllTextAsync(Path.Join(_line.Folder, "copy/dump.jsonl"));
        _line.Write("other.txt", "other");
        await _line.DoneAsync("push", $"{_registry.LoginServer}/a:2", "other.txt");
        Assert.Equal(1, JsonNode.Parse(await _line.DoneAsync(["admin", "backup", "copy", .. AsOwner]))!["fetched"]!.GetValue<int>());

        // A blob that the server lost: the folder keeps the backup that is whole.
        var whole = await File.ReadAllTextAsync(Path.Join(_line.Folder, "copy/dump.jsonl"));
        Assert.NotEqual(first, whole);
        _line.Write("third.txt", "third");
        await _line.DoneAsync("push", $"{_registry.LoginServer}/a:3", "third.txt");
        var lost = Protocol.Oci.Digest.Of("third"u8);
        File.Delete(Path.Join(_registry.Folder, $"blobs/sha256/{lost.Hex[..2]}/{lost.Hex}"));
        var failed = await _line.RunAsync(["admin", "backup", "copy", .. AsOwner]);
        Assert.Equal(ExitCode.Integrity, failed.Exit);
        Assert.Contains(lost.Hex.ToString(), failed.Error);
        Assert.Equal(whole, await File.ReadAllTextAsync(Path.Join(_line.Folder, "copy/dump.jsonl")));
    }

    [Fact]
    public async Task Damage_that_the_server_knows_of_fails_a_backup_unless_the_folder_has_the_bytes_and_then_they_come_back()
    {
        await _line.DoneAsync("push", $"{_registry.LoginServer}/a:1", "artifact.txt");
        await _line.DoneAsync(["admin", "backup", "before", .. AsOwner]);
        var layer = Protocol.Oci.Digest.Of(System.Text.Encoding.UTF8.GetBytes(CommandLine.Artifact));
        await File.WriteAllTextAsync(Path.Join(_registry.Folder, $"blobs/sha256/{layer.Hex[..2]}/{layer.Hex}"), "something else");
        Assert.Equal(ExitCode.Failed, (await _line.RunAsync(["admin", "scrub", "--now", .. AsOwner])).Exit);

        var failed = await _line.RunAsync(["admin", "backup", "after", .. AsOwner]);
        Assert.Equal(ExitCode.Integrity, failed.Exit);
        Assert.Contains($"lost: blobs/sha256/{layer.Hex[..2]}/{layer.Hex}", failed.Error);
        await _line.DoneAsync(["admin", "backup", "before", .. AsOwner]);

        await _line.DoneAsync("admin", "restore", "before", "--data", "restored");
        await using var second = await RegistryInProcess.StartAsync(options => options with { DataFolder = Path.Join(_line.Folder, "restored") });
        Assert.Equal(CommandLine.Artifact, (await second.SendAsync("GET", $"/v2/a/blobs/{layer}", null, Owner)).Text);
    }

    [Fact]
    public async Task Only_an_owner_makes_one_and_only_one_at_a_time()
    {
        var pusher = await _registry.AddPrincipalAsync("ci", "AcrPush");
        Assert.Equal(ExitCode.Authentication, (await _line.RunAsync("admin", "backup", "copy", "--server", _registry.Url.ToString(), "-u", pusher.AppId, "-p", pusher.Password)).Exit);
        var ticket = await _registry.SendAsync("POST", "/gantry/v1/backups", null, Owner);
        Assert.Equal(201, ticket.Status);
        var id = ticket.Json.GetProperty("id").GetString();
        Assert.Equal(409, (await _registry.SendAsync("POST", "/gantry/v1/backups", null, Owner)).Status);
        Assert.Equal(200, (await _registry.SendAsync("PUT", $"/gantry/v1/backups/{id}", null, Owner)).Status);
        Assert.Equal(404, (await _registry.SendAsync("GET", $"/gantry/v1/backups/{id}/objects/gantry.db", null, Owner)).Status);
        Assert.Equal(404, (await _registry.SendAsync("GET", $"/gantry/v1/backups/{id}/objects/blobs/%2e%2e/gantry.db", null, Owner)).Status);
        Assert.Equal(204, (await _registry.SendAsync("DELETE", $"/gantry/v1/backups/{id}", null, Owner)).Status);
        Assert.Equal(410, (await _registry.SendAsync("GET", $"/gantry/v1/backups/{id}/dump", null, Owner)).Status);
        Assert.Equal(410, (await _registry.SendAsync("GET", "/gantry/v1/backups/nonsense/dump", null, Owner)).Status);
    }

    [Fact]
    public async Task A_folder_that_others_may_read_is_refused_and_a_new_one_is_private()
    {
        if (OperatingSystem.IsWindows())
            return;
        var open = Directory.CreateDirectory(Path.Join(_line.Folder, "open")).FullName;
        File.SetUnixFileMode(open, (UnixFileMode)0b111_101_101);
        Assert.NotEqual(ExitCode.Done, (await _line.RunAsync(["admin", "backup", "open", .. AsOwner])).Exit);
        await _line.DoneAsync(["admin", "backup", "private", .. AsOwner]);
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Path.Join(_line.Folder, "private")));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(Path.Join(_line.Folder, "private/dump.jsonl")));
    }

    [Fact]
    public async Task What_is_altered_incomplete_or_goes_where_something_is_gets_refused()
    {
        await _line.DoneAsync("push", $"{_registry.LoginServer}/a:1", "artifact.txt");
        await _line.DoneAsync(["admin", "backup", "copy", .. AsOwner]);
        await _line.DoneAsync("admin", "restore", "copy", "--data", "restored");
        Assert.Contains("in use", (await _line.RunAsync("admin", "restore", "copy", "--data", "restored")).Error);

        var foreign = Protocol.Oci.Digest.Of("foreign"u8);
        _line.Write($"foreign/blobs/sha256/{foreign.Hex[..2]}/{foreign.Hex}", "foreign");
        Assert.Contains("does not name", (await _line.RunAsync("admin", "restore", "copy", "--data", "foreign")).Error);

        var blob = Protocol.Oci.Digest.Of("{}"u8);
        var path = $"copy/blobs/sha256/{blob.Hex[..2]}/{blob.Hex}";
        _line.Write(path, "[]");
        var second = Protocol.Oci.Digest.Of(System.Text.Encoding.UTF8.GetBytes(CommandLine.Artifact));
        var other = $"copy/blobs/sha256/{second.Hex[..2]}/{second.Hex}";
        File.Delete(Path.Join(_line.Folder, other));
        var refused = await _line.RunAsync("admin", "restore", "copy", "--data", "third");
        Assert.Equal(ExitCode.Integrity, refused.Exit);
        Assert.Contains($"damaged: {path["copy/".Length..]}", refused.Error);
        Assert.Contains($"damaged: {other["copy/".Length..]}: the backup has lost it", refused.Error);
        _line.Write(other, CommandLine.Artifact);

        // One that was cut short is repeated.
        _line.Write(path, "{}");
        await _line.DoneAsync("admin", "restore", "copy", "--data", "third");
        _line.Write("copy/dump.jsonl", _line.Read("copy/dump.jsonl").Replace("\"myregistry\"", "\"youregistry\"", StringComparison.Ordinal));
        Assert.Contains("altered", (await _line.RunAsync("admin", "restore", "copy", "--data", "fourth")).Error);
        Assert.Equal(ExitCode.NotFound, (await _line.RunAsync("admin", "restore", "absent", "--data", "fourth")).Exit);
    }

    [Fact]
    public async Task A_backup_that_is_verified_fetches_rotten_blobs_anew_and_sweeps_what_was_half_written()
    {
        await _line.DoneAsync("push", $"{_registry.LoginServer}/a:1", "artifact.txt");
        await _line.DoneAsync(["admin", "backup", "copy", .. AsOwner]);
        var blob = Protocol.Oci.Digest.Of("{}"u8);
        var path = $"copy/blobs/sha256/{blob.Hex[..2]}/{blob.Hex}";
        _line.Write(path, "[]");
        var half = $"copy/uploads/{Guid.NewGuid():N}";
        _line.Write(half, "half");

        await _line.DoneAsync(["admin", "backup", "copy", .. AsOwner]);
        Assert.Equal("[]", _line.Read(path));
        Assert.False(File.Exists(Path.Join(_line.Folder, half)));
        var verified = JsonNode.Parse(await _line.DoneAsync(["admin", "backup", "copy", "--verify", .. AsOwner]))!;
        Assert.Equal((1, 1), (verified["rotten"]!.GetValue<int>(), verified["fetched"]!.GetValue<int>()));
        Assert.Equal("{}", _line.Read(path));
    }

    [Fact]
    public async Task A_damaged_backup_is_restored_on_request_and_a_push_heals_it()
    {
        await _line.DoneAsync("push", $"{_registry.LoginServer}/a:1", "artifact.txt");
        await _line.DoneAsync(["admin", "backup", "copy", .. AsOwner]);
        var layer = Protocol.Oci.Digest.Of(System.Text.Encoding.UTF8.GetBytes(CommandLine.Artifact));
        _line.Write($"copy/blobs/sha256/{layer.Hex[..2]}/{layer.Hex}", "rotten");

        var restored = await _line.RunAsync("admin", "restore", "copy", "--data", "restored", "--damaged-allowed");
        Assert.Equal(ExitCode.Failed, restored.Exit);
        Assert.Contains(layer.Hex.ToString(), restored.Error);
        await using var second = await RegistryInProcess.StartAsync(options => options with { DataFolder = Path.Join(_line.Folder, "restored") });
        Assert.Equal(404, (await second.SendAsync("HEAD", $"/v2/a/blobs/{layer}", null, Owner)).Status);
        Assert.Equal(200, (await second.SendAsync("GET", "/v2/a/manifests/1", null, Owner, "Accept: application/vnd.oci.image.manifest.v1+json")).Status);
        var healed = await second.SendAsync("POST", $"/v2/a/blobs/uploads/?digest={layer}", new StringContent(CommandLine.Artifact), Owner);
        Assert.Equal(201, healed.Status);
        Assert.Equal(200, (await second.SendAsync("HEAD", $"/v2/a/blobs/{layer}", null, Owner)).Status);
    }

    [Fact]
    public async Task A_backup_in_a_storm_of_pushes_shows_a_state_that_was()
    {
        using var stop = new CancellationTokenSource();
        var pushed = 0;
        var storm = Task.Run(async () =>
        {
            // Counters in order, in two repositories: a state that was has a prefix of both, the second never ahead of the first.
            while (!stop.IsCancellationRequested)
            {
                foreach (var repository in (string[])["one", "two"])
                {
                    _line.Write($"{repository}.txt", $"{repository} {pushed}");
                    await _line.DoneAsync("push", $"{_registry.LoginServer}/{repository}:{pushed},last", $"{repository}.txt");
                }
                pushed++;
            }
        });
        while (pushed < 5)
            await Task.Delay(10);
        await _line.DoneAsync(["admin", "backup", "copy", .. AsOwner]);
        await stop.CancelAsync();
        await storm;

        await _line.DoneAsync("admin", "restore", "copy", "--data", "restored");
        await using var second = await RegistryInProcess.StartAsync(options => options with { DataFolder = Path.Join(_line.Folder, "restored") });
        var counts = new Dictionary<string, int>();
        foreach (var repository in (string[])["one", "two"])
        {
            var tags = (await second.SendAsync("GET", $"/v2/{repository}/tags/list?n=10000", null, Owner)).Json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!).Where(tag => tag != "last").ToHashSet();
            counts[repository] = tags.Count;
            for (var i = 0; i < tags.Count; i++)
            {
                Assert.Contains(i.ToString(System.Globalization.CultureInfo.InvariantCulture), tags);
                var manifest = await second.SendAsync("GET", $"/v2/{repository}/manifests/{i}", null, Owner, "Accept: application/vnd.oci.image.manifest.v1+json");
                var layer = manifest.Json.GetProperty("layers")[0].GetProperty("digest").GetString();
                Assert.Equal($"{repository} {i}", (await second.SendAsync("GET", $"/v2/{repository}/blobs/{layer}", null, Owner)).Text);
            }
        }
        Assert.InRange(counts["one"], 5, pushed);
        Assert.InRange(counts["one"] - counts["two"], 0, 1);
    }
}
