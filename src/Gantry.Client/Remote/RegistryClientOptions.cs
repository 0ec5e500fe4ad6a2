using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gantry.Client.Content;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Remote;

/// <summary>How a registry is reached.</summary>
public sealed record RegistryClientOptions
{
    /// <summary>HTTP instead of HTTPS. Null: HTTP for host <c>localhost</c>, HTTPS for every other.</summary>
    public bool? PlainHttp { get; init; }

    /// <summary>Accept any certificate. It never falls back to HTTP.</summary>
    public bool Insecure { get; init; }

    /// <summary>PEM file with the certificates that are trusted instead of the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>Shown to the registry's own origin alone.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Where to connect for a host and port, instead of asking DNS.</summary>
    public IReadOnlyDictionary<(string Host, int Port), DnsEndPoint> Resolve { get; init; } = new Dictionary<(string, int), DnsEndPoint>();

    /// <summary>A Unix socket that every connection to the registry's own origin goes to, instead of the network; null for the network.</summary>
    public string? UnixSocket { get; init; }

    /// <summary>Which connections may go to private addresses. Under any rule but the first no proxy is used: what is behind one cannot be checked.</summary>
    public PrivateAddressRule PrivateAddresses { get; init; }

    /// <summary>Sent with every request to the registry's own origin.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Who we are; null for nobody.</summary>
    public ICredentialSource? Credentials { get; init; }

    public RetryOptions Retry { get; init; } = RetryOptions.Default;

    /// <summary>How long a body may stand still before its connection counts as broken.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an answer may be waited for once the request has gone out. Long, because a registry may check a large blob before it answers.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How large manifests may be that the repositories read and push of themselves; some registries take more than the 4 MiB that all must take.</summary>
    public OciLimits Limits { get; init; } = OciLimits.Default;

    public string UserAgent { get; init; } = "gantry";

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told of every request and answer, secrets removed; null for nobody.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>Told how far each blob is on its way to the registry; null for nobody. Called on several threads at once.</summary>
    public Action<CopyEvent>? OnPush { get; init; }

    /// <summary>Told once of each distinct <c>Warning</c> header: the registry's own words, which are to be made safe before a terminal shows them.</summary>
    public Action<string>? OnWarning { get; init; }

    /// <summary>Stands in for the network in tests. Not disposed.</summary>
    public HttpMessageHandler? Transport { get; init; }
}
