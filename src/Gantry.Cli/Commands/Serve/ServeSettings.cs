using System.Globalization;
using Gantry.Protocol.Distribution;
using Gantry.Server.Hosting;

namespace Gantry.Cli.Commands.Serve;

/// <summary>Every setting of <c>serve</c>. Flags, environment, files, schema and help are all made from this table.</summary>
internal static class ServeSettings
{
    public static IReadOnlyList<ServeSetting> All { get; } =
    [
        new("data", SettingKind.Path, "DIR", "folder that holds everything the registry knows; made where it is missing",
            (options, values) => options with { DataFolder = values[^1] }),
        new("database", SettingKind.Text, "URL", "where the facts are kept: sqlite:PATH, or postgres://USER@HOST:PORT/DATABASE for several servers (default sqlite:gantry.db in the data folder)",
            (options, values) => options with { Database = ParseDatabase(values[^1]) }) { Show = ShowDatabase },
        new("blobs", SettingKind.Place, "DIR|URL", "where the blobs are kept: a folder, or s3://BUCKET[/PREFIX][?endpoint=URL&region=R&create=true] for several servers (default the data folder)",
            (options, values) => options with { Blobs = ParseBlobs(values[^1]) }),
        new("redirect-blobs", SettingKind.Switch, "", "send whoever pulls a blob to the bucket itself, with an address that opens it for 15 minutes",
            (options, values) => options with { Limits = options.Limits with { Registry = options.Limits.Registry with { RedirectBlobs = ServeSetting.IsTrue(values[^1]) } } }),
        new("listen", SettingKind.List, "URL[=REGISTRY]", "address to listen on, perhaps with the registry that is meant there (default http://localhost:5000)",
            (options, values) => options with { Listen = [.. values.Select(ParseListen)] }),
        new("name", SettingKind.Text, "REGISTRY", "name of the registry that answers where no other is meant (default gantry)",
            (options, values) => options with { Name = values[^1] }),
        new("domain", SettingKind.Text, "DOMAIN", "domain below which each registry has its host: REGISTRY.DOMAIN",
            (options, values) => options with { Domain = values[^1] }),
        new("host", SettingKind.List, "HOST=REGISTRY", "host that stands for a registry",
            (options, values) => options with { HostMap = values.Select(ParseHost).ToDictionary(StringComparer.OrdinalIgnoreCase) }),
        .. TlsSettings.All,
        new("credentials-file", SettingKind.Path, "FILE", "write the first owner's credentials there, readable by you alone, instead of printing them",
            (options, values) => options with { CredentialsFile = values[^1] }),
        new("dev", SettingKind.Switch, "", "development: whoever connects from this machine may do everything",
            (options, values) => options with { Dev = ServeSetting.IsTrue(values[^1]) }),
        new("insecure-listen", SettingKind.Switch, "", "allow plain HTTP on addresses that other machines can reach",
            (options, values) => options with { InsecureListen = ServeSetting.IsTrue(values[^1]) }),
        new("anonymous-pull", SettingKind.Switch, "", "let anybody pull from the registry; remembered until it is set to false",
            (options, values) => options with { AnonymousPull = ServeSetting.IsTrue(values[^1]) }),
        new("max-manifest-bytes", SettingKind.Number, "BYTES", "largest manifest (default 4194304)",
            (options, values) => options with { Limits = options.Limits with { Registry = options.Limits.Registry with { MaxManifestBytes = Int(values) } } }),
        new("max-blob-bytes", SettingKind.Number, "BYTES", "largest blob (default no bound)",
            (options, values) => options with { Limits = options.Limits with { Registry = options.Limits.Registry with { MaxBlobBytes = Long(values) } } }),
        new("allow-sparse", SettingKind.Switch, "", "take a manifest before the blobs and manifests that it names",
            (options, values) => options with { Limits = options.Limits with { Registry = options.Limits.Registry with { AllowSparse = ServeSetting.IsTrue(values[^1]) } } }),
        new("no-delete", SettingKind.Switch, "", "delete nothing, whoever asks: no repository, tag, manifest or blob",
            (options, values) => options with { Limits = options.Limits with { Registry = options.Limits.Registry with { AllowDelete = !ServeSetting.IsTrue(values[^1]) } } }),
        new("notice", SettingKind.Text, "TEXT", "what clients show their users as a warning of this registry",
            (options, values) => options with { Notice = ParseNotice(values[^1]) }),
        new("upload-lifetime", SettingKind.Seconds, "SECONDS", "how long an upload may stay open (default 604800)",
            (options, values) => options with { Limits = options.Limits with { Registry = options.Limits.Registry with { UploadLifetime = Time(values) } } }),
        new("collect-grace", SettingKind.Seconds, "SECONDS", "how long a blob that no manifest names stays (default 3600)",
            (options, values) => options with { Limits = options.Limits with { Registry = options.Limits.Registry with { CollectGrace = Time(values) } } }),
        new("collect-interval", SettingKind.Seconds, "SECONDS", "how often such blobs are collected; 0 for never by itself (default 3600)",
            (options, values) => options with { Limits = options.Limits with { CollectInterval = Time(values) } }),
        new("scrub-interval", SettingKind.Seconds, "SECONDS", "from one reading of all stored bytes to the next; 0 for never by itself (default 604800)",
            (options, values) => options with { Limits = options.Limits with { ScrubInterval = Time(values) } }),
        new("scrub-rate", SettingKind.Number, "BYTES", "bytes per second that it reads (default 33554432)",
            (options, values) => options with { Limits = options.Limits with { ScrubRate = Long(values) } }),
        new("verify-reads", SettingKind.Text, "WHICH", "blobs that are hashed while they are sent: first, always or never (default first: those that this process has not verified yet)",
            (options, values) => options with { Limits = options.Limits with { Registry = options.Limits.Registry with { VerifyReads = OptionWords.VerifyReads(values[^1]) } } }),
        new("max-connections", SettingKind.Number, "N", "connections at a time (default 10000)",
            (options, values) => options with { Limits = options.Limits with { MaxConnections = Long(values) } }),
        new("mirror", SettingKind.List, "HOST=URL", "registry from which builds take the images of a host instead",
            (options, values) => options with { Build = options.Build with { Mirrors = values.Select(ParseMirror).ToDictionary(StringComparer.OrdinalIgnoreCase) } }),
        new("build-allow-private", SettingKind.Switch, "", "let builds reach private addresses beside the registry and the mirrors",
            (options, values) => options with { Build = options.Build with { AllowPrivate = ServeSetting.IsTrue(values[^1]) } }),
        new("max-source-bytes", SettingKind.Number, "BYTES", "largest context that is uploaded for a build (default 4294967296)",
            (options, values) => options with { Build = options.Build with { MaxSourceBytes = Long(values) } }),
        new("max-run-log-bytes", SettingKind.Number, "BYTES", "log that is kept of a run (default 16777216)",
            (options, values) => options with { Build = options.Build with { MaxLogBytes = Long(values) } }),
        new("run-retention", SettingKind.Seconds, "SECONDS", "how long runs and their logs are kept once they are over (default 2592000)",
            (options, values) => options with { Build = options.Build with { RunRetention = Time(values) } }),
        new("no-worker", SettingKind.Switch, "", "start no worker: builds wait",
            (options, values) => options with { Build = options.Build with { StartsWorker = !ServeSetting.IsTrue(values[^1]) } }),
        new("max-builds", SettingKind.Number, "N", "images built at a time (default 2)",
            (options, values) => options with { Build = options.Build with { MaxBuilds = Int(values) } }),
        new("max-unpacked-bytes", SettingKind.Number, "BYTES", "what a context, or an archive in one, may unpack to (default 68719476736)",
            (options, values) => options with { Build = options.Build with { MaxUnpackedBytes = Long(values) } }),
        new("max-unpacked-files", SettingKind.Number, "N", "files of a context, or of an archive in one (default 2000000)",
            (options, values) => options with { Build = options.Build with { MaxUnpackedFiles = Long(values) } }),
        new("lease-lifetime", SettingKind.Seconds, "SECONDS", "how long a worker may be silent before its run is another worker's (default 30)",
            (options, values) => options with { Build = options.Build with { LeaseLifetime = Time(values) } }),
        new("drain-timeout", SettingKind.Seconds, "SECONDS", "how long running requests may take to end when the server is told to stop (default 30)",
            (options, values) => options with { Limits = options.Limits with { DrainTimeout = Time(values) } }),
        new("drain-delay", SettingKind.Seconds, "SECONDS", "how long it goes on serving before that, not ready, so that balancers see it leave (default 0)",
            (options, values) => options with { Limits = options.Limits with { DrainDelay = Time(values) } }),
        .. LdapSettings.All,
        .. DefenceSettings.All,
    ];

    private static ListenAddress ParseListen(string text) =>
        ListenAddress.TryParse(text, out var address, out var problem) ? address : throw new FormatException(problem);

    private static DatabaseAddress ParseDatabase(string text) =>
        DatabaseAddress.TryParse(text, out var address, out var problem) ? address : throw new FormatException(problem);

    private static string ShowDatabase(string text) => DatabaseAddress.TryParse(text, out var address, out _) ? address.ToString() : "";

    private static BlobsAddress ParseBlobs(string text) => BlobsAddress.TryParse(text, out var address, out var problem) ? address : throw new FormatException(problem);

    private static KeyValuePair<string, string> ParseHost(string text) =>
        text.Split('=') is [{ Length: > 0 } host, { Length: > 0 } registry] ? new(host, registry) : throw new FormatException("write HOST=REGISTRY");

    private static KeyValuePair<string, string> ParseMirror(string text)
    {
        if (text.Split('=', 2) is not [{ Length: > 0 } host, { Length: > 0 } url])
            throw new FormatException("write HOST=URL");
        return OptionRules.ExplainMirror(host, url) is { } problem ? throw new FormatException(problem) : new(host, url);
    }

    // Judged here as well as by the server: the server cannot say where it was set.
    private static string ParseNotice(string text) => WarningHeader.Explain(text) is { } problem ? throw new FormatException($"the notice cannot be sent: {problem}") : text;

    private static long Long(IReadOnlyList<string> values) => long.Parse(values[^1], CultureInfo.InvariantCulture);

    private static int Int(IReadOnlyList<string> values) =>
        Long(values) is <= int.MaxValue and var number ? (int)number : throw new FormatException($"{values[^1]} is more than {int.MaxValue}");

    private static TimeSpan Time(IReadOnlyList<string> values) => TimeSpan.FromSeconds(Long(values));
}
