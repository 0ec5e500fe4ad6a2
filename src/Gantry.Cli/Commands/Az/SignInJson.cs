using System.Text.Json.Serialization;

namespace Gantry.Cli.Commands.Az;

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(SignIn))]
internal sealed partial class SignInJson : JsonSerializerContext;
