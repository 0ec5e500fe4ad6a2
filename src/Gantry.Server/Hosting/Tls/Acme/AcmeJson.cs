using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>The documents of ACME, read and written without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AcmeDirectory))]
[JsonSerializable(typeof(AcmeOrder))]
[JsonSerializable(typeof(AcmeAuthorization))]
[JsonSerializable(typeof(AcmeChallenge))]
[JsonSerializable(typeof(AcmeProblem))]
[JsonSerializable(typeof(AcmeNewAccount))]
[JsonSerializable(typeof(AcmeNewOrder))]
[JsonSerializable(typeof(AcmeFinalize))]
[JsonSerializable(typeof(AcmeSigned))]
[JsonSerializable(typeof(AcmeHead))]
[JsonSerializable(typeof(AcmeJwk))]
internal sealed partial class AcmeJson : JsonSerializerContext;
