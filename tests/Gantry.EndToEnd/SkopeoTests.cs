using System.Security.Cryptography;

namespace Gantry.EndToEnd;

/// <summary>The unmodified skopeo against our server, over plain HTTP and over HTTPS with a private authority.</summary>
public sealed class SkopeoTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copies_a_layout_of_ours_there_and_back_inspects_lists_and_deletes(bool tls)
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox, tls);
        sandbox["REGISTRY_AUTH_FILE"] = Path.Combine(sandbox.Folder, "auth.json");
        var certificates = sandbox.NewFolder("certificates");
        if (tls)
            File.Copy(Path.Combine(sandbox.Folder, "ca.pem"), Path.Combine(certificates, "ca.crt"));
        string[] Trust(string side = "") => tls ? [$"--{side}cert-dir", certificates] : [$"--{side}tls-verify=false"];
        var digest = await WriteImageAsync(sandbox);
        var image = $"docker://{server.Host}/samples/image";

        (await sandbox.SkopeoAsync(["copy", .. Trust("dest-"), "oci:layout:1.0", $"{image}:early"])).MustFail();
        string[] login = ["login", "-u", server.AppId, "--password-stdin", .. Trust(), server.Host];
        (await Tool.RunAsync(Sandbox.RealSkopeo, login, sandbox.Setting with { Input = "wrong" })).MustFail();
        (await Tool.RunAsync(Sandbox.RealSkopeo, login, sandbox.Setting with { Input = server.Password })).MustSucceed();

        (await sandbox.SkopeoAsync(["copy", .. Trust("dest-"), "oci:layout:1.0", $"{image}:1.0"])).MustSucceed();
        (await sandbox.SkopeoAsync(["copy", .. Trust("src-"), .. Trust("dest-"), $"{image}:1.0", $"{image}:1.1"])).MustSucceed();
        var inspected = (await sandbox.SkopeoAsync(["inspect", .. Trust(), $"{image}:1.0"])).MustSucceed().Json;
        Assert.Equal(digest, inspected.GetProperty("Digest").GetString());
        Assert.Equal("amd64", inspected.GetProperty("Architecture").GetString());
        var tags = (await sandbox.SkopeoAsync(["list-tags", .. Trust(), image])).MustSucceed().Json.GetProperty("Tags");
        Assert.Equal(["1.0", "1.1"], tags.EnumerateArray().Select(tag => tag.GetString()));

        (await sandbox.SkopeoAsync(["copy", .. Trust("src-"), $"{image}:1.1", "oci:back:1.1"])).MustSucceed();
        Assert.Equal(digest, (await sandbox.GantryAsync("resolve", "--oci-layout", "back:1.1")).MustSucceed().Out.Trim());
        (await sandbox.ShellAsync("diff -r layout/blobs back/blobs")).MustSucceed();

        // A manifest goes with all its tags.
        (await sandbox.SkopeoAsync(["delete", .. Trust(), $"{image}:1.0"])).MustSucceed();
        (await sandbox.SkopeoAsync(["inspect", .. Trust(), $"{image}:1.1"])).MustFail();
    }

    /// <summary>An image of one layer in the folder <c>layout</c>, packed by our own program.</summary>
    private static async Task<string> WriteImageAsync(Sandbox sandbox)
    {
        sandbox.Write("file.txt", "inside");
        (await sandbox.ShellAsync("tar -cf layer.tar file.txt && gzip -kn layer.tar")).MustSucceed();
        var diff = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(sandbox.Work, "layer.tar"))));
        sandbox.Write("config.json", $$$"""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:{{{diff}}}"]}}""");
        return (await sandbox.GantryAsync("push", "--oci-layout", "layout:1.0", "--config", "config.json:application/vnd.oci.image.config.v1+json",
            "layer.tar.gz:application/vnd.oci.image.layer.v1.tar+gzip")).MustSucceed().Digest;
    }
}
