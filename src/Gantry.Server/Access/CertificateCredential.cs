using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Server.Access;

/// <summary>What of a federated credential's document can mean a client's certificate: its subject, letter by letter.</summary>
internal sealed record CertificateCredential
{
    [JsonPropertyName("subject")]
    public string? Subject { get; init; }

    [JsonPropertyName("flexible")]
    public bool IsFlexible { get; init; }

    [JsonPropertyName("claims")]
    public JsonElement? Claims { get; init; }

    private bool HasClaims => Claims is { ValueKind: not JsonValueKind.Null } claims && (claims.ValueKind != JsonValueKind.Array || claims.GetArrayLength() > 0);

    /// <summary>Whether a document means a certificate. One with patterns or claims means tokens: of a certificate they could not hold.</summary>
    public static bool Means(string document, ClientCertificate certificate)
    {
        try
        {
            var credential = JsonSerializer.Deserialize(document, AccessJson.Default.CertificateCredential);
            return credential is { IsFlexible: false, HasClaims: false } && string.Equals(credential.Subject, certificate.Subject, StringComparison.Ordinal);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
