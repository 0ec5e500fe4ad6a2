using System.Net;
using Gantry.Server.Access.Ldap;
using Gantry.Server.Audit;
using Gantry.Server.Defence;
using Gantry.Server.Hosting;
using Gantry.Server.Runs;
using Gantry.Server.Storage.S3;

namespace Gantry.Server;

/// <summary>Everything that a server can be told. Each leaf has a default that is safe on a machine that others can reach.</summary>
public sealed record GantryServerOptions
{
    /// <summary>Folder of the database, the blobs and the self-signed certificate. Made where it is missing. One server at a time.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where the facts are kept: a file in the data folder unless it says something else.</summary>
    public DatabaseAddress Database { get; init; } = DatabaseAddress.Default;

    /// <summary>Where the blobs are kept; null for the data folder.</summary>
    public BlobsAddress? Blobs { get; init; }

    /// <summary>What a bucket is asked with; null for <c>AWS_ACCESS_KEY_ID</c> and its like, or what the SDK finds.</summary>
    public S3Keys? S3Keys { get; init; }

    /// <summary>Where to listen. Port 0 takes a free one.</summary>
    public IReadOnlyList<ListenAddress> Listen { get; init; } = [ListenAddress.Default];

    /// <summary>The registry that answers wherever no other one is meant.</summary>
    public string Name { get; init; } = "gantry";

    /// <summary>The domain below which each registry has its host: <c>NAME.DOMAIN</c>. Null for none.</summary>
    public string? Domain { get; init; }

    /// <summary>Hosts, with or without a port, that stand for a registry by name.</summary>
    public IReadOnlyDictionary<string, string> HostMap { get; init; } = new Dictionary<string, string>();

    /// <summary>The certificate of addresses that begin with <c>https</c>.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>What browsers are told about TLS.</summary>
    public HstsOptions Hsts { get; init; } = HstsOptions.Default;

    /// <summary>Proxies that are believed in what they say of a request: its client's address, host and scheme.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Development mode: whoever can connect from this machine has every right.</summary>
    public bool Dev { get; init; }

    /// <summary>Allows plain HTTP on addresses that other machines can reach.</summary>
    public bool InsecureListen { get; init; }

    /// <summary>Whether the default registry lets anybody pull; null leaves it as it is.</summary>
    public bool? AnonymousPull { get; init; }

    /// <summary>What everybody is told with each answer of the distribution API, as a warning that clients show: a move, a window of maintenance. Null for nothing.</summary>
    public string? Notice { get; init; }

    /// <summary>File that receives the credentials of the default registry's new owner, readable by its user alone. Null for none.</summary>
    public string? CredentialsFile { get; init; }

    /// <summary>Makes a further owner of the default registry at this start: for whoever lost the credentials of the others.</summary>
    public bool NewOwner { get; init; }

    /// <summary>Receives each new owner before it is stored; throwing leaves it unmade. Null where <see cref="GantryServer.NewOwners"/> is soon enough.</summary>
    public Action<NewOwner>? TellOwner { get; init; }

    /// <summary>What builds may reach and cost.</summary>
    public BuildOptions Build { get; init; } = BuildOptions.Default;

    /// <summary>Path of a Unix socket for workers on this machine, in a folder that is made for it or is its user's alone. Null for none.</summary>
    public string? WorkerSocket { get; init; }

    public ServerLimits Limits { get; init; } = ServerLimits.Default;

    /// <summary>How often callers may ask, and sign-ins may fail.</summary>
    public DefenceOptions Defence { get; init; } = DefenceOptions.Off;

    /// <summary>The directory whose people sign in with their passwords. Null for none.</summary>
    public LdapOptions? Ldap { get; init; }

    /// <summary>What is recorded of what was done.</summary>
    public AuditOptions Audit { get; init; } = AuditOptions.Default;

    /// <summary>Receives each line of the log. Called from many threads. Null for no log.</summary>
    public Action<string>? Log { get; init; }
}
