using Gantry.Protocol.Admin;
using Gantry.Server.Hosting;
using Gantry.Server.Http;

namespace Gantry.Server;

/// <summary>A running registry server. Started by <see cref="StartAsync"/>, stopped by <see cref="StopAsync"/> or by disposing.</summary>
/// <remarks><code>
///   (1) options make sense ──► (2) stores open ──► (3) addresses taken ──► (4) keys, registries, owners ──► (5) requests let in
/// </code>
/// What fails on the way closes what was opened before it.
/// </remarks>
public sealed class GantryServer : IAsyncDisposable
{
    private readonly ServerParts _parts;
    private bool _stopped;

    private GantryServer(ServerParts parts) => _parts = parts;

    /// <summary>The URLs it answers at, in the order of the options, with the ports it really has.</summary>
    public required IReadOnlyList<Uri> Addresses { get; init; }

    /// <summary>The database engine and its version.</summary>
    public required string Engine { get; init; }

    /// <summary>The name of the registry that answers where no other one is meant.</summary>
    public required string DefaultRegistry { get; init; }

    /// <summary>The owners made at this start; empty at every later one.</summary>
    public required IReadOnlyList<NewOwner> NewOwners { get; init; }

    /// <summary>The default registry's first owner, if this start made it.</summary>
    public PrincipalCredentials? OwnerCredentials => NewOwners.FirstOrDefault(owner => owner.Registry == DefaultRegistry)?.Credentials;

    /// <summary>The registries made at this start, the first one among them.</summary>
    public required IReadOnlyList<string> NewRegistries { get; init; }

    /// <summary>Registries of the data folder that no address, host or domain of the options leads to.</summary>
    public required IReadOnlyList<string> UnreachedRegistries { get; init; }

    /// <summary>What clients must trust where the server made its own certificate; else null.</summary>
    public required string? TrustFile { get; init; }

    /// <summary>When the certificate ends that the server made at this start; null where it made none.</summary>
    public required DateTimeOffset? NewCertificateEnd { get; init; }

    /// <summary>With what a worker shows that it is this server's: the program that starts one hands it on. New at each start.</summary>
    public required string WorkerSecret { get; init; }

    /// <summary>Path of the workers' Unix socket; null where there is none.</summary>
    public required string? WorkerSocket { get; init; }

    /// <summary>Every management path that there is: what tests hold the table of rights against.</summary>
    internal IReadOnlyList<(string Root, ManagedRoute Route)> ManagedPaths => _parts.ManagedPaths;

    /// <summary>Starts a server; it answers once this returns.</summary>
    /// <param name="options">What it is told.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <exception cref="ServerOptionsException">The options make no sense together; the message says what to change.</exception>
    /// <exception cref="IOException">The data folder is held by another process, or an address is taken.</exception>
    public static async Task<GantryServer> StartAsync(GantryServerOptions options, TimeProvider? time = null, CancellationToken ct = default)
    {
        // (1)
        if (OptionRules.Explain(options) is { } problem)
            throw new ServerOptionsException(problem);

        var parts = new ServerParts(options, time ?? TimeProvider.System);
        try
        {
            // (2)
            await parts.OpenAsync(ct);

            // (3)
            await parts.ListenAsync(ct);

            // (4), (5)
            var founded = await parts.SettleAsync(ct);
            return new GantryServer(parts)
            {
                Addresses = parts.Addresses(),
                Engine = parts.Metadata.Engine,
                DefaultRegistry = options.Name,
                NewOwners = founded.Owners,
                NewRegistries = founded.Made,
                UnreachedRegistries = founded.Unreached,
                TrustFile = parts.TrustFile,
                NewCertificateEnd = parts.NewCertificateEnd,
                WorkerSecret = parts.WorkerSecret,
                WorkerSocket = options.WorkerSocket,
            };
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no more requests, lets those that run end, and closes the stores.</summary>
    /// <param name="ct">Cuts the waiting short.</param>
    public async Task StopAsync(CancellationToken ct = default)
    {
        if (_stopped)
            return;
        _stopped = true;
        try
        {
            await _parts.DrainAsync(ct);
        }
        finally
        {
            await _parts.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
