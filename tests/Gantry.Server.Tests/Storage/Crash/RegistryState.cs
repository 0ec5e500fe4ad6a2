using Gantry.Protocol.Oci;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>What a registry has, as far as names go.</summary>
internal sealed class RegistryState
{
    public Dictionary<(string Repository, string Tag), Digest> Tags { get; private init; } = [];

    public HashSet<(string Repository, Digest Digest)> Manifests { get; private init; } = [];

    public HashSet<(string Repository, Digest Digest)> Blobs { get; private init; } = [];

    public RegistryState Copy() => new() { Tags = new(Tags), Manifests = [.. Manifests], Blobs = [.. Blobs] };

    public bool Same(RegistryState other) =>
        Manifests.SetEquals(other.Manifests) && Blobs.SetEquals(other.Blobs) && Tags.Count == other.Tags.Count
        && Tags.All(tag => other.Tags.TryGetValue(tag.Key, out var digest) && digest == tag.Value);

    /// <summary>What one has and the other has not.</summary>
    public static string Differences(RegistryState expected, RegistryState found)
    {
        var (before, after) = (expected.Lines().ToList(), found.Lines().ToList());
        return string.Join('\n', before.Except(after).Select(line => $"missing {line}").Concat(after.Except(before).Select(line => $"unexpected {line}")));
    }

    private IEnumerable<string> Lines() =>
        Tags.Select(tag => $"tag {tag.Key.Repository}:{tag.Key.Tag} = {tag.Value}")
            .Concat(Manifests.Select(manifest => $"manifest {manifest.Repository}@{manifest.Digest}"))
            .Concat(Blobs.Select(blob => $"blob {blob.Repository}@{blob.Digest}"));
}
