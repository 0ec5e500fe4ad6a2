using System.Text;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>Pushes, request by request as <c>zb</c> sends them.</summary>
internal static class Pushes
{
    /// <summary>POST, then the whole body with the closing PUT.</summary>
    public static void Monolith(Connection connection, string repository, Body body, string digest)
    {
        var place = Open(connection, repository);
        connection.Expect(201, Requests.Send(connection.Endpoint, "PUT", Closing(place, digest), body.Length), body);
    }

    /// <summary>POST, the body with a PATCH, then a PUT without one.</summary>
    public static void Chunk(Connection connection, string repository, Body body, string digest)
    {
        var place = Open(connection, repository);
        place = Path(connection.Expect(202, Requests.Send(connection.Endpoint, "PATCH", place, body.Length), body));
        connection.Expect(201, Requests.Send(connection.Endpoint, "PUT", Closing(place, digest), 0));
    }

    /// <summary>Layer, config and manifest under a tag.</summary>
    /// <returns>The layer's bytes.</returns>
    public static long Image(Connection connection, string repository, Contents contents, bool inChunks = false, string tag = "latest")
    {
        var endpoint = connection.Endpoint;
        if (inChunks)
            Chunk(connection, repository, contents.Layer, contents.LayerDigest);
        else
            Monolith(connection, repository, contents.Layer, contents.LayerDigest);
        var place = Open(connection, repository);
        if (inChunks)
        {
            place = Path(connection.Expect(202, Requests.Send(endpoint, "PATCH", place, contents.Config, "application/octet-stream")));
            connection.Expect(201, Requests.Send(endpoint, "PUT", Closing(place, contents.ConfigDigest), 0));
        }
        else
        {
            connection.Expect(201, Requests.Send(endpoint, "PUT", Closing(place, contents.ConfigDigest), contents.Config, "application/octet-stream"));
        }
        Manifest(connection, repository, tag, contents.Manifest);
        return contents.Layer.Length;
    }

    /// <summary>Under a tag, or under its digest with <c>?tag=</c>.</summary>
    public static void Manifest(Connection connection, string repository, string reference, ReadOnlySpan<byte> manifest) =>
        connection.Expect(201, Requests.Send(connection.Endpoint, "PUT", $"/v2/{repository}/manifests/{reference}", manifest, Requests.ManifestType));

    private static string Open(Connection connection, string repository) =>
        Path(connection.Expect(202, Requests.Send(connection.Endpoint, "POST", $"/v2/{repository}/blobs/uploads/", 0)));

    private static string Path(Answer answer)
    {
        var location = answer.Location ?? throw new InvalidDataException("an upload without a Location");
        return location.StartsWith('/') ? location : new Uri(location).PathAndQuery;
    }

    private static string Closing(string place, string digest) =>
        new StringBuilder(place).Append(place.Contains('?', StringComparison.Ordinal) ? '&' : '?').Append("digest=").Append(digest).ToString();
}
