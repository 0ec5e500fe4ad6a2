namespace Gantry.Server.Hosting;

/// <summary>What a start found and made.</summary>
/// <param name="Owners">The owners it made.</param>
/// <param name="Made">The registries it made.</param>
/// <param name="Unreached">Registries that were there and that no option leads to.</param>
internal sealed record Founded(IReadOnlyList<NewOwner> Owners, IReadOnlyList<string> Made, IReadOnlyList<string> Unreached);
