using System.Text.Json.Serialization;

namespace Gantry.Server.Metadata;

/// <summary>Serialization of the columns that hold a document.</summary>
[JsonSourceGenerationOptions(AllowDuplicateProperties = false, RespectNullableAnnotations = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(RegistrySettings))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class MetadataJson : JsonSerializerContext;
