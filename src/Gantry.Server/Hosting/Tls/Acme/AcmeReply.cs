using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>A good answer of an ACME server.</summary>
internal sealed record AcmeReply
{
    public required byte[] Body { get; init; }

    /// <summary>What was made, or found: an account, an order.</summary>
    public required Uri? Location { get; init; }

    /// <summary>When to ask again.</summary>
    public required TimeSpan? RetryAfter { get; init; }

    /// <exception cref="AcmeException">The body is not what it should be.</exception>
    public T Read<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Body, type) ?? throw new AcmeException("the ACME server answered nothing");
        }
        catch (JsonException e)
        {
            throw new AcmeException($"the ACME server's answer cannot be read: {e.Message}");
        }
    }
}
