namespace Gantry.Load.SignIns;

/// <summary>One round: what a manifest took while there was a flood.</summary>
/// <param name="Flood">What the flood was.</param>
/// <param name="Rate">Requests of the flood that were answered in a second.</param>
/// <param name="Manifests">Manifests that were answered in a second.</param>
/// <param name="Median">Of a manifest's GET.</param>
/// <param name="Slow">Its 99th percentile.</param>
/// <param name="SignedIn">Right sign-ins from the flood's address that were answered meanwhile; each that was refused is an error.</param>
internal sealed record SignInFigure(string Flood, double Rate, double Manifests, TimeSpan Median, TimeSpan Slow, int SignedIn);
