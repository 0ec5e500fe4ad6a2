using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Distribution;
using Gantry.Server.Registry;

namespace Gantry.Server.Http.Acr;

/// <summary>Reads the body of a PATCH.</summary>
internal static class AttributesBody
{
    /// <summary>Members that are not locks are ignored, as the real service ignores them; a lock that is no boolean is refused.</summary>
    /// <exception cref="RegistryException">The body is too large or not such a document.</exception>
    public static async ValueTask<AttributesChange> ReadAsync(RegistryRequest request, RegistryLimits limits)
    {
        var body = await RequestBody.ReadAsync(request.Http, limits.MaxDocumentBytes,
            new RegistryException(413, [new RegistryError(ErrorCode.RequestInvalid, $"the body is longer than {limits.MaxDocumentBytes} bytes")]));
        try
        {
            return JsonSerializer.Deserialize(body.Span, WireJson.Wire.AttributesChange) ?? throw Invalid("it is null");
        }
        catch (JsonException e)
        {
            throw Invalid(e.Path is null ? "it is not valid JSON" : $"{Printable.Of(e.Path)} is not what belongs there");
        }
    }

    private static RegistryException Invalid(string why) =>
        new(ErrorCode.RequestInvalid, $"the body is not a change of attributes: {why}");
}
