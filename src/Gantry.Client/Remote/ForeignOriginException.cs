namespace Gantry.Client.Remote;

/// <summary>A registry's answer would have led us, or our credentials, to a place that is not the registry's. Nothing was sent there.</summary>
public sealed class ForeignOriginException(string message) : Exception(message);
