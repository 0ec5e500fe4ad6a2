using System.Text.Json.Serialization;

namespace Gantry.Server.Access;

/// <summary>Serialization of what only this room reads and writes.</summary>
[JsonSourceGenerationOptions(AllowDuplicateProperties = false, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TokenClaims))]
[JsonSerializable(typeof(CertificateCredential))]
internal sealed partial class AccessJson : JsonSerializerContext;
