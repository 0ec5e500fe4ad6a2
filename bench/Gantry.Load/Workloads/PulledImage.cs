using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>The requests that pull an image, made once.</summary>
internal sealed class PulledImage
{
    private readonly List<(byte[] Request, long Length)> _requests = [];
    private readonly long _layerBytes;

    public PulledImage(Peer peer, string repository, Contents contents)
    {
        _layerBytes = contents.Layer.Length;
        Add($"manifests/latest", contents.Manifest.Length);
        Add($"blobs/{contents.ConfigDigest}", contents.Config.Length);
        Add($"blobs/{contents.LayerDigest}", _layerBytes);

        void Add(string path, long length)
        {
            _requests.Add((Requests.Head(peer, $"/v2/{repository}/{path}"), length));
            _requests.Add((Requests.Get(peer, $"/v2/{repository}/{path}"), length));
        }
    }

    /// <returns>The layer's bytes.</returns>
    public long Pull(Connection connection)
    {
        foreach (var (request, length) in _requests)
            connection.Expect(200, request, length: length);
        return _layerBytes;
    }
}
