namespace Gantry.Client.Content;

/// <summary>A target does not have what it was asked for.</summary>
public sealed class ContentNotFoundException(string what) : Exception($"{what}: not found");
