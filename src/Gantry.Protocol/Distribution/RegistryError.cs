namespace Gantry.Protocol.Distribution;

/// <summary>One entry of an error body's <c>errors</c> (distribution-spec, "Error codes").</summary>
/// <param name="Code">What went wrong, by name.</param>
/// <param name="Message">What went wrong, in a sentence; shown to people.</param>
/// <param name="Detail">Raw JSON of the detail, or null.</param>
public sealed record RegistryError(ErrorCode Code, string Message, string? Detail = null)
{
    public override string ToString() => $"{Code.Text.ToLowerInvariant().Replace('_', ' ')}: {Message}";
}
