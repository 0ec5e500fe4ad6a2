using Gantry.Protocol.Admin;
using Gantry.Server.Access;
using Gantry.Server.Hosting;
using Gantry.Server.Hosting.Metrics;
using Gantry.Server.Hosting.Tls;
using Gantry.Server.Http;
using Gantry.Server.Http.Admin;
using Gantry.Server.Http.Token;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gantry.Server;

/// <summary>A running registry server. Started by <see cref="StartAsync"/>, stopped by disposing or <see cref="StopAsync"/>.</summary>
/// <remarks><code>
///   (1) options make sense ──► (2) stores open ──► (3) registries, keys, owners ──► (4) pipeline ──► (5) listening
/// </code>
/// What fails on the way closes what was opened before it.
/// </remarks>
public sealed class GantryServer : IAsyncDisposable
{
    // Closed from the last to the first.
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly WebApplication _application;
    private bool _stopped;

    private GantryServer(WebApplication application) => _application = application;

    /// <summary>The URLs it answers at, in the order of the options, with the ports it really has.</summary>
    public required IReadOnlyList<Uri> Addresses { get; init; }

    /// <summary>The database engine and its version.</summary>
    public required string Engine { get; init; }

    /// <summary>The owners made at this start; empty at every later one.</summary>
    public required IReadOnlyList<NewOwner> NewOwners { get; init; }

    /// <summary>The default registry's first owner, if this start made it.</summary>
    public PrincipalCredentials? OwnerCredentials => NewOwners.FirstOrDefault(owner => owner.Registry == DefaultRegistry)?.Credentials;

    public required string DefaultRegistry { get; init; }

    /// <summary>What clients must trust where the server made its own certificate; else null.</summary>
    public required string? TrustFile { get; init; }
}
