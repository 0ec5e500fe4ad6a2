namespace Gantry.Server.Http.Runs;

/// <summary>A connection's feature where it came to the workers' socket: there <c>NAME.localhost</c> is registry NAME, whatever the options say of hosts.</summary>
internal sealed class WorkerConnection
{
    public static readonly WorkerConnection Instance = new();

    private const string Suffix = ".localhost";

    public static string HostOf(string registry) => registry + Suffix;

    /// <summary>The registry that a host names there; null where it names none.</summary>
    public static string? RegistryOf(ReadOnlySpan<char> host) =>
        host.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) ? host[..^Suffix.Length].ToString().ToLowerInvariant() : null;
}
