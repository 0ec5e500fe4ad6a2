namespace Gantry.Build.Execution;

/// <summary>A file that ADD fetched from an address.</summary>
/// <param name="Path">Where its bytes lie now.</param>
/// <param name="Name">Its name, from the address's path.</param>
/// <param name="Modified">When its server says that it changed, in seconds since 1970; null where it says nothing.</param>
public sealed record FetchedFile(string Path, string Name, long? Modified);
