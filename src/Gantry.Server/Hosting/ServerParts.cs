using Gantry.Server.Access;
using Gantry.Server.Access.Federation;
using Gantry.Server.Access.Ldap;
using Gantry.Server.Archive;
using Gantry.Server.Defence;
using Gantry.Server.Hosting.Metrics;
using Gantry.Server.Http;
using Gantry.Server.Http.Acr;
using Gantry.Server.Http.Admin;
using Gantry.Server.Http.Arm;
using Gantry.Server.Http.Distribution;
using Gantry.Server.Http.Forwarding;
using Gantry.Server.Http.Token;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Gantry.Server.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>What a running server is made of: opened in this order, closed in the opposite one.</summary>
internal sealed class ServerParts(GantryServerOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly ServerMetrics _metrics = new();
    private readonly IssuerKeys _issuerKeys = new(time);
    private readonly List<ListenOptions> _bound = [];
    private readonly SpoolFolder _spools = new(options.DataFolder);
    private readonly Departure _departure = new(options.Limits.DrainDelay, time);
    private ServerStores? _stores;
    private SigningKeys? _keys;
    private TlsParts? _tls;
    private LdapParts? _ldap;
    private WebApplication? _application;
    private Housekeeping? _housekeeping;
    private JournalLoop? _journal;
    private RunParts? _runs;
    private UpkeepParts? _upkeep;
    private AuditParts? _audit;
    private volatile GantryPipeline? _pipeline;

    public IMetadataStore Metadata => Opened(_stores).Metadata;

    public string? TrustFile => _tls?.First.TrustFile;

    public DateTimeOffset? NewCertificateEnd => _tls is { First: { IsNew: true } made } ? made.NotAfter : null;

    public string WorkerSecret => Opened(_runs).Secrets.Own;

    /// <summary>Every management path that there is, by the table that it is in.</summary>
    public IReadOnlyList<(string Root, ManagedRoute Route)> ManagedPaths { get; private set; } = [];

    public async ValueTask OpenAsync(CancellationToken ct)
    {
        _stores = await ServerStores.OpenToServeAsync(options, time, ct);
        _ldap = await LdapParts.OpenAsync(options, time, ct);
        if (options.Tls is { } tls)
            _tls = new TlsParts(tls, Path.Combine(options.DataFolder, "tls"), await CertificateHostsAsync(ct), time);
    }

    /// <summary>Takes the addresses. Requests are told to come again until <see cref="SettleAsync"/> is through.</summary>
    /// <remarks>Comes before anything is made: a port that is taken must not leave an owner whose secret nobody was told.</remarks>
    public async Task ListenAsync(CancellationToken ct)
    {
        if (options.WorkerSocket is { } socket)
            WorkerSocket.Prepare(socket);
        var builder = Kestrel.CreateBuilder(options, time);
        builder.WebHost.ConfigureKestrel(kestrel => Kestrel.Configure(kestrel, options, _tls, _departure, _bound));
        _application = builder.Build();
        _tls?.TellTo(_application.Services.GetRequiredService<ILoggerFactory>());
        _application.Run(http => _departure.TryAnswer(http) ? Task.CompletedTask : _tls is not null && _tls.TryAnswer(http, out var answer) ? answer : _pipeline is { } ready ? ready.HandleAsync(http) : NotYetAsync(http));
        await _application.StartAsync(ct);
        _tls?.Start();
        if (options.WorkerSocket is { } bound)
            WorkerSocket.Close(bound);
    }

    /// <summary>Sees to it that the registries, their owners and the signing keys are there, then lets requests in.</summary>
    public async ValueTask<Founded> SettleAsync(CancellationToken ct)
    {
        _keys = new SigningKeys(Metadata, time);
        await _keys.PrepareAsync(ct);
        var identity = await ServerIdentity.EnsureAsync(Metadata, ct);
        var founded = await new Founding(options, Metadata, identity, time).EnsureAsync(ct);

        var logs = Opened(_application).Services.GetRequiredService<ILoggerFactory>();
        var content = new RegistryContent(Metadata, Opened(_stores).Driver, options.Limits.Registry, time);
        _runs = RunParts.Create(Metadata, Opened(_stores).Driver, new TokenIssuer(_keys, identity.Tenant, time), new RunLinks(identity.LinkKey, options.Build.LinkLifetime, time), options.Build, time);
        _housekeeping = new Housekeeping(content, _keys, _runs.Upkeep, new Upkeep.Jobs(Metadata, time), logs.CreateLogger<Housekeeping>());
        _housekeeping.Start(options.Limits.SweepInterval, options.Build.LeaseLifetime, time);
        _journal = new JournalLoop(new Journal(Metadata, Opened(_stores).Driver, _spools, logs.CreateLogger<Journal>()), logs.CreateLogger<JournalLoop>());
        _journal.Start(time);
        _upkeep = new UpkeepParts(Metadata, Opened(_stores).Driver, options.Limits, time, logs);
        content.Blobs.Suspected = _upkeep.Suspect;
        _upkeep.Start();
        _audit = new AuditParts(options, identity.Tenant, time, logs);
        _pipeline = CreatePipeline(content, _keys, identity, logs);
        return founded;
    }

    /// <summary>The addresses with their ports, known once the server listens.</summary>
    public IReadOnlyList<Uri> Addresses() =>
        [.. options.Listen.Select((address, i) => address.UrlAt(_bound[i].IPEndPoint?.Port ?? address.Port))];

    /// <summary>Lets clients go elsewhere, then waits for the requests that run.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        await _departure.LeaveAsync(ct);
        // Those who wait for news are told that there is none; else they would be waited for.
        _runs?.Signals.Stop();
        if (_upkeep is not null)
            await _upkeep.StopAsync();
        if (_application is not null)
            await _application.StopAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (_housekeeping is not null)
            await _housekeeping.DisposeAsync();
        if (_journal is not null)
            await _journal.DisposeAsync();
        if (_upkeep is not null)
            await _upkeep.DisposeAsync();
        if (_application is not null)
            await _application.DisposeAsync();
        if (options.WorkerSocket is { } socket && File.Exists(socket))
            File.Delete(socket);
        if (_tls is not null)
            await _tls.DisposeAsync();
        // After the application: what was answered last is recorded too.
        if (_audit is not null)
            await _audit.DisposeAsync();
        if (_ldap is not null)
            await _ldap.DisposeAsync();
        _keys?.Dispose();
        if (_stores is not null)
            await _stores.DisposeAsync();
        _issuerKeys.Dispose();
        _metrics.Dispose();
    }

    private GantryPipeline CreatePipeline(RegistryContent content, SigningKeys keys, ServerIdentity identity, ILoggerFactory logs)
    {
        var maxForm = options.Limits.MaxFormBytes;
        var directory = new PrincipalDirectory(Metadata, time);
        var selector = new RegistrySelector(options, directory, Addresses());
        var attempts = new SignInAttempts(options.Defence, time);
        var people = _ldap?.CreateSignIn(Metadata, directory, attempts, logs.CreateLogger<LdapSignIn>());
        var authenticator = new Authenticator(directory, identity.Secrets, new TokenVerifier(keys, time), people, time, options.Dev);
        var door = new RequestDoor(authenticator, new RateLimits(options.Defence, time), attempts);
        var outside = new OutsideSignIn(Metadata, directory, new OutsideTokenVerifier(_issuerKeys, time), time);
        var tokens = new TokenEndpoints(
            authenticator, new OutsideExchange(outside, logs.CreateLogger<OutsideExchange>()), new TokenIssuer(keys, identity.Tenant, time), door, time, maxForm);
        var enrolment = new PrincipalEnrolment(Metadata, identity.Secrets, identity.Tenant, time);
        var own = new ManagedRoutes(
        [
            .. new PrincipalEndpoints(Metadata, enrolment, maxForm).Routes,
            .. new GroupEndpoints(Metadata, time, maxForm).Routes,
            .. new FederationEndpoints(Metadata, outside, options.Name, options.Ldap?.Name, time, maxForm).Routes,
            .. new FederatedCredentialEndpoints(Metadata, time, maxForm).Routes,
            .. new AccessEndpoints(directory, Metadata).Routes,
            .. new SettingsEndpoints(Metadata, maxForm).Routes,
            .. new RegistryEndpoints(Metadata, selector).Routes,
            .. new UpkeepEndpoints(Opened(_upkeep).Jobs, maxForm).Routes,
            .. new BackupEndpoints(new Backups(Metadata, Opened(_stores).Driver, _spools, time)).Routes,
            .. Opened(_audit).Endpoints(options.Name).Routes,
        ], options.Name);
        var runs = Opened(_runs).Routes(selector, maxForm);
        var resources = new RegistryResourceEndpoints(Metadata, selector, maxForm);
        var arm = new ArmEndpoints(
            new ManagedRoutes(
            [
                .. resources.Routes,
                .. new ScopeMapEndpoints(Metadata, time, maxForm).Routes,
                .. new ScopedTokenEndpoints(Metadata, new ScopedTokens(Metadata, identity.Secrets, time), time, maxForm).Routes,
                .. new AdminUserEndpoints(new AdminUsers(Metadata, identity.Secrets), maxForm).Routes,
                .. new RoleAssignmentEndpoints(Metadata, Metadata, time, maxForm).Routes,
                .. runs.Resources.Routes,
            ], options.Name),
            new ManagedRoutes([.. resources.SubscriptionRoutes], options.Name));
        ManagedPaths = [.. Paths("gantry", own), .. Paths("arm", arm.Registries), .. Paths("subscriptions", arm.Subscriptions)];
        return new GantryPipeline(
            new RequestGuard(options.Dev, new ForwardedRequests(options.TrustedProxies), options.Hsts, time),
            new HealthEndpoints(Metadata, Opened(_stores).Driver, _metrics.Text, time, logs.CreateLogger<HealthEndpoints>()),
            selector,
            new ApiRoutes(door, tokens, new DistributionEndpoints(content, options.Notice), new AcrEndpoints(content), new ManagementEndpoints(own, arm), runs),
            new ErrorWriter(logs.CreateLogger<ErrorWriter>()),
            new RequestLog(_metrics, Opened(_audit).Requests, logs.CreateLogger<RequestLog>(), time));
    }

    private static IEnumerable<(string Root, ManagedRoute Route)> Paths(string root, ManagedRoutes table) => table.All.Select(route => (root, route));

    private static Task NotYetAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = "1";
        return Task.CompletedTask;
    }

    private async ValueTask<IReadOnlyList<string>> CertificateHostsAsync(CancellationToken ct)
    {
        var hosts = new List<string> { "localhost", "127.0.0.1", "::1" };
        hosts.Add(Environment.MachineName.ToLowerInvariant());
        hosts.AddRange(options.Listen.Select(address => address.Host).Where(host => host is not ("*" or "0.0.0.0" or "::")));
        hosts.AddRange(options.HostMap.Keys.Select(host => Protocol.Naming.RegistryName.Parse(host).Host.Trim("[]").ToString()));
        if (options.Domain is { } domain)
        {
            // Clients take no wildcard right below a top-level name (*.localhost), so the registries that are known stand there by name too.
            var registries = await Metadata.ListRegistriesAsync(ct);
            hosts.AddRange([domain, $"*.{domain}", .. registries.Select(registry => registry.Name).Union(OptionRules.RegistryNames(options)).Select(name => $"{name}.{domain}")]);
        }
        // What is no name for a certificate (a machine called "my_host!") is reached by one of the others.
        return [.. hosts.Distinct(StringComparer.OrdinalIgnoreCase).Where(host => Uri.CheckHostName(host.Replace("*.", "any.", StringComparison.Ordinal)) != UriHostNameType.Unknown)];
    }

    private static T Opened<T>(T? part)
        where T : class => part ?? throw new InvalidOperationException("the server's parts are opened in order");
}
