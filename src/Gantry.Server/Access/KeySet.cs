using Gantry.Protocol.Oci;

namespace Gantry.Server.Access;

/// <summary>The public halves of the signing keys (RFC 7517), for whoever wants to check our tokens.</summary>
public static class KeySet
{
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<SigningKey> keys)
    {
        var json = new GoJsonWriter();
        json.StartObject();
        json.Name("keys");
        json.StartArray();
        foreach (var key in keys)
        {
            var (x, y) = key.PublicPoint();
            json.StartObject();
            json.String("kty", "EC");
            json.String("use", "sig");
            json.String("alg", "ES256");
            json.String("crv", "P-256");
            json.String("kid", key.Id);
            json.String("x", x);
            json.String("y", y);
            json.EndObject();
        }
        json.EndArray();
        json.EndObject();
        return json.Written;
    }
}
