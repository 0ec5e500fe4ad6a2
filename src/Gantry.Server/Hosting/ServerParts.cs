using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Server.Access;
using Gantry.Server.Hosting.Metrics;
using Gantry.Server.Hosting.Tls;
using Gantry.Server.Http;
using Gantry.Server.Http.Acr;
using Gantry.Server.Http.Admin;
using Gantry.Server.Http.Distribution;
using Gantry.Server.Http.Token;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>What a running server is made of: opened in this order, closed in the opposite one.</summary>
internal sealed class ServerParts(GantryServerOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly ServerMetrics _metrics = new();
    private readonly List<ListenOptions> _bound = [];
    private ServerStores? _stores;
    private SigningKeys? _keys;
    private ServerIdentity? _identity;
    private ServerCertificate? _certificate;
    private WebApplication? _application;
    private Housekeeping? _housekeeping;

    public IMetadataStore Metadata => Opened(_stores).Metadata;

    public string? TrustFile => _certificate?.TrustFile;

    public async ValueTask OpenAsync(CancellationToken ct)
    {
        _stores = await ServerStores.OpenAsync(options.DataFolder, time, ct);
        if (options.Tls is { } tls)
        {
            _certificate = tls.SelfSigned
                ? SelfSigned.Ensure(Path.Combine(options.DataFolder, "tls"), CertificateHosts(), time.GetUtcNow())
                : ServerCertificate.Load(tls.CertificateFile!, tls.KeyFile!);
        }
    }

    /// <summary>Sees to it that the registries, their owners and the signing keys are there; answers the owners that were not.</summary>
    public async ValueTask<IReadOnlyList<NewOwner>> SettleAsync(CancellationToken ct)
    {
        _keys = new SigningKeys(Metadata, time);
        await _keys.PrepareAsync(ct);
        _identity = await ServerIdentity.EnsureAsync(Metadata, ct);
        var enrolment = new PrincipalEnrolment(Metadata, _identity.Secrets, _identity.Tenant, time);
        var owners = new List<NewOwner>();
        foreach (var name in OptionRules.RegistryNames(options))
        {
            var registry = await Metadata.EnsureRegistryAsync(name, time.GetUtcNow(), ct);
            if (await enrolment.EnsureOwnerAsync(registry, credentials => Keep(name, credentials), ct) is { } credentials)
                owners.Add(new NewOwner(name, credentials));
            if (name == options.Name && options.AnonymousPull is { } anonymous && anonymous != registry.AnonymousPull)
                await Metadata.SetAnonymousPullAsync(registry.Id, anonymous, ct);
        }
        return owners;
    }

    public async Task ListenAsync(CancellationToken ct)
    {
        var builder = Kestrel.CreateBuilder(options, time);
        builder.WebHost.ConfigureKestrel(kestrel => Kestrel.Configure(kestrel, options, _certificate, _bound));
        _application = builder.Build();
        var logs = _application.Services.GetRequiredService<ILoggerFactory>();
        var content = new RegistryContent(Metadata, Opened(_stores).Driver, options.Limits.Registry, time);
        var pipeline = CreatePipeline(content, logs);
        _application.Run(pipeline.HandleAsync);
        await _application.StartAsync(ct);
        _housekeeping = new Housekeeping(content, Opened(_keys), logs.CreateLogger<Housekeeping>());
        _housekeeping.Start(options.Limits.SweepInterval, time);
    }

    /// <summary>The addresses with their ports, known once the server listens.</summary>
    public IReadOnlyList<Uri> Addresses() =>
        [.. options.Listen.Select((address, i) => address.UrlAt(_bound[i].IPEndPoint?.Port ?? address.Port))];

    /// <summary>Waits for the requests that run.</summary>
    public Task DrainAsync(CancellationToken ct) => _application?.StopAsync(ct) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_housekeeping is not null)
            await _housekeeping.DisposeAsync();
        if (_application is not null)
            await _application.DisposeAsync();
        _certificate?.Dispose();
        _keys?.Dispose();
        if (_stores is not null)
            await _stores.DisposeAsync();
        _metrics.Dispose();
    }

    private GantryPipeline CreatePipeline(RegistryContent content, ILoggerFactory logs)
    {
        var (keys, identity, maxForm) = (Opened(_keys), Opened(_identity), options.Limits.MaxFormBytes);
        var directory = new PrincipalDirectory(Metadata);
        var selector = new RegistrySelector(options, directory);
        var authenticator = new Authenticator(directory, identity.Secrets, new TokenVerifier(keys, time), time, options.Dev);
        var tokens = new TokenEndpoints(authenticator, new TokenIssuer(keys, identity.Tenant, time), keys, time, maxForm);
        var enrolment = new PrincipalEnrolment(Metadata, identity.Secrets, identity.Tenant, time);
        var admin = new AdminEndpoints(new PrincipalEndpoints(Metadata, enrolment, maxForm), new RegistryEndpoints(Metadata, selector));
        return new GantryPipeline(
            new RequestGuard(options.Dev),
            new HealthEndpoints(Metadata, Opened(_stores).Driver, _metrics.Text, time, logs.CreateLogger<HealthEndpoints>()),
            selector,
            new ApiRoutes(authenticator, tokens, new DistributionEndpoints(content), new AcrEndpoints(content), admin),
            new ErrorWriter(logs.CreateLogger<ErrorWriter>()),
            new RequestLog(_metrics, logs.CreateLogger<RequestLog>(), time));
    }

    // The default registry's owner goes to the file that was named, another registry's to one beside it.
    private void Keep(string registry, PrincipalCredentials credentials)
    {
        if (options.CredentialsFile is not { } file)
            return;
        var path = registry == options.Name ? file : $"{file}.{registry}";
        DurableFile.Write(path, JsonSerializer.Serialize(credentials, WireJson.Wire.PrincipalCredentials) + "\n", secret: true);
    }

    private IReadOnlyList<string> CertificateHosts()
    {
        var hosts = new List<string> { "localhost", "127.0.0.1", "::1" };
        hosts.Add(Environment.MachineName.ToLowerInvariant());
        hosts.AddRange(options.Listen.Select(address => address.Host).Where(host => host is not ("*" or "0.0.0.0" or "::")));
        hosts.AddRange(options.HostMap.Keys.Select(host => Protocol.Naming.RegistryName.Parse(host).Host.Trim("[]").ToString()));
        if (options.Domain is { } domain)
            hosts.AddRange([domain, $"*.{domain}"]);
        // What is no name for a certificate (a machine called "my_host!") is reached by one of the others.
        return [.. hosts.Distinct(StringComparer.OrdinalIgnoreCase).Where(host => Uri.CheckHostName(host.Replace("*.", "any.", StringComparison.Ordinal)) != UriHostNameType.Unknown)];
    }

    private static T Opened<T>(T? part)
        where T : class => part ?? throw new InvalidOperationException("the server's parts are opened in order");
}
