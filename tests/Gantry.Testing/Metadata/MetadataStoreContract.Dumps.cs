using System.Text;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    [Fact]
    public async Task A_dump_holds_everything_as_it_was_and_a_used_store_takes_none()
    {
        var blob = Blob("layer");
        await Store.LinkBlobAsync(Samples, blob.Digest, blob.Size, Monday, default);
        await Store.CommitManifestAsync(Commit(Samples, Content("one"), Monday, "1.0") with { Blobs = [blob] }, default);
        await Store.UpdateTagAsync(Samples, TagOf("1.0"), Lock(write: false), After(1), default);
        await Store.EnsureSecretAsync("pepper", new byte[] { 1, 2, 3, 0, 255 }, default);

        using var dump = new MemoryStream();
        await Store.WriteDumpAsync(dump, After(2), default);
        var header = DumpReader.Verify(dump);
        Assert.Equal(After(2), header.Taken);
        var rows = DumpReader.ReadRows(dump).ToList();
        Assert.Equal(header.Rows, rows.Count);
        Assert.Equal("1.0", Assert.Single(rows, row => row.Table == "tag").Of<string>("name"));
        Assert.Equal([1, 2, 3, 0, 255], rows.Single(row => row.Table == "secret").Of<byte[]>("value"));
        Assert.Equal(Content("one").Bytes.ToArray(), Assert.Single(rows, row => row.Table == "manifest_content").Of<byte[]>("bytes"));

        var before = Encoding.UTF8.GetString(dump.ToArray());
        Assert.Equal(CommitOutcome.InUse, await Store.LoadDumpAsync(dump, [], default));
        await Store.WriteDumpAsync(dump, After(2), default);
        Assert.Equal(before, Encoding.UTF8.GetString(dump.ToArray()));
    }

    [Fact]
    public async Task A_dump_of_another_schema_is_refused_with_a_sentence()
    {
        using var dump = new MemoryStream();
        await Store.WriteDumpAsync(dump, Monday, default);
        var text = Encoding.UTF8.GetString(dump.ToArray());
        var lines = text.Split('\n');
        var changed = text.Replace(lines[0], """{"gantryDump":1,"schema":1,"taken":"2026-01-01T00:00:00Z"}""", StringComparison.Ordinal);
        var body = changed[..changed.LastIndexOf('\n', changed.Length - 2)] + "\n";
        var sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        var rows = lines.Count(line => line.StartsWith('['));
        using var older = new MemoryStream(Encoding.UTF8.GetBytes($"{body}{{\"rows\":{rows},\"sha256\":\"{sum}\"}}\n"));
        var refused = await Assert.ThrowsAsync<InvalidDataException>(async () => await Store.LoadDumpAsync(older, [], default));
        Assert.Contains("schema 1", refused.Message, StringComparison.Ordinal);
    }
}
