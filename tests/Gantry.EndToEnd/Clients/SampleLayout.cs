namespace Gantry.EndToEnd.Clients;

/// <summary>What <see cref="SampleImages"/> wrote.</summary>
/// <param name="Folder">The layout.</param>
/// <param name="Image">The digest of the manifest for linux/amd64.</param>
/// <param name="Other">The digest of the manifest for linux/arm64.</param>
/// <param name="All">The digest of their index.</param>
internal sealed record SampleLayout(string Folder, string Image, string Other, string All)
{
    /// <summary>Every blob of this layout and no other is in the folder, byte for byte.</summary>
    public void AssertSameBlobs(string layout) => Assert.Equal(ReadBlobs(Folder), ReadBlobs(layout));

    /// <summary>Whatever is in the folder came from this layout, byte for byte.</summary>
    public void AssertSomeOfTheBlobs(string layout)
    {
        var (ours, theirs) = (ReadBlobs(Folder), ReadBlobs(layout));
        Assert.NotEmpty(theirs);
        Assert.All(theirs, blob => Assert.Equal(ours[blob.Key], blob.Value));
    }

    private static SortedDictionary<string, string> ReadBlobs(string layout) =>
        new(Directory.EnumerateFiles(Path.Join(layout, "blobs", "sha256")).ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexStringLower(File.ReadAllBytes(file))), StringComparer.Ordinal);
}
