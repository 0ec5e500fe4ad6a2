using System.Text;

namespace Gantry.Testing.Http;

/// <summary>What a scripted peer answers.</summary>
public sealed record PeerAnswer(int Status)
{
    public byte[] Body { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Bytes of the body after which the connection is cut; null for a whole answer.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Bytes of the body after which nothing more is sent and the connection stays open; less than zero to answer nothing at all; null for a whole answer.</summary>
    public int? StallAfter { get; init; }

    /// <summary>Cuts the connection before any answer, and before the request's body is read to its end.</summary>
    public static readonly PeerAnswer Cut = new(0);

    public static PeerAnswer Json(string body, int status = 200) =>
        new PeerAnswer(status) { Body = Encoding.UTF8.GetBytes(body) }.With("Content-Type", "application/json");

    public PeerAnswer With(string name, string value) => this with { Headers = [.. Headers, new(name, value)] };

    public static implicit operator PeerAnswer(int status) => new(status);
}
