using System.Text.Json.Serialization;

namespace Gantry.Cli.OpenId;

[JsonSourceGenerationOptions(AllowDuplicateProperties = false)]
[JsonSerializable(typeof(TokenAnswer))]
internal sealed partial class OpenIdJson : JsonSerializerContext;
