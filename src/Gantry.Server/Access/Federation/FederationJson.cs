using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Server.Access.Federation;

/// <summary>Issuers and federated credentials as the store keeps them.</summary>
[JsonSourceGenerationOptions(AllowDuplicateProperties = false, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TrustedIssuer))]
[JsonSerializable(typeof(FederatedCredential))]
internal sealed partial class FederationJson : JsonSerializerContext
{
    public static string Write(TrustedIssuer issuer) => JsonSerializer.Serialize(issuer, Default.TrustedIssuer);

    public static string Write(FederatedCredential credential) => JsonSerializer.Serialize(credential, Default.FederatedCredential);

    /// <summary>Null for what no program of ours wrote: it trusts nobody.</summary>
    public static TrustedIssuer? ReadIssuer(string document)
    {
        try
        {
            return JsonSerializer.Deserialize(document, Default.TrustedIssuer);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null for what no program of ours wrote: it means nobody.</summary>
    public static FederatedCredential? ReadCredential(string document)
    {
        try
        {
            return JsonSerializer.Deserialize(document, Default.FederatedCredential);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
