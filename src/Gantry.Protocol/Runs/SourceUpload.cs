using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>Answer of <c>listBuildSourceUploadUrl</c>: where a context is put, and its name for <see cref="RunRequest.SourceLocation"/>.</summary>
public sealed record SourceUpload(
    [property: JsonPropertyName("uploadUrl")] string UploadUrl,
    [property: JsonPropertyName("relativePath")] string RelativePath);
