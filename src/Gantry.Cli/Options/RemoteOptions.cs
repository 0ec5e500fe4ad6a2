using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Cli.Commands;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Options;

/// <summary>How a registry is reached, and as whom.</summary>
/// <param name="prefix"><c>from-</c> or <c>to-</c> where a command has two registries; such flags have no short forms.</param>
internal sealed class RemoteOptions(string prefix = "")
{
    private readonly bool _single = prefix.Length == 0;

    public Option<string?> Username { get; } = Flag.Text($"--{prefix}username", "string", "registry username", Short(prefix, "-u"));

    public Option<string?> Password { get; } = Flag.Text($"--{prefix}password", "string", "registry password or identity token", Short(prefix, "-p"));

    public Option<bool> PasswordStdin { get; } = Flag.Switch($"--{prefix}password-stdin", "read password from stdin");

    public Option<string?> IdentityToken { get; } = Flag.Text($"--{prefix}identity-token", "string", "registry identity token");

    public Option<bool> IdentityTokenStdin { get; } = Flag.Switch($"--{prefix}identity-token-stdin", "read identity token from stdin");

    public Option<bool> Insecure { get; } = Flag.Switch($"--{prefix}insecure", "allow connections to SSL registry without certs");

    public Option<bool> PlainHttp { get; } = Flag.Switch($"--{prefix}plain-http", "allow insecure connections to registry without SSL check");

    public Option<string?> CaFile { get; } = Flag.Text($"--{prefix}ca-file", "string", "server certificate authority file for the remote registry");

    public Option<string?> CertFile { get; } = Flag.Text($"--{prefix}cert-file", "string", "client certificate file for the remote registry");

    public Option<string?> KeyFile { get; } = Flag.Text($"--{prefix}key-file", "string", "client private key file for the remote registry");

    public Option<string[]> Resolve { get; } = Flag.List($"--{prefix}resolve", "host:port:address[:address_port]", "customized DNS for registry, formatted in host:port:address[:address_port]");

    public Option<string[]> Header { get; } = Flag.List($"--{prefix}header", "stringArray", "add custom headers to requests", Short(prefix, "-H"));

    public Option<string[]> RegistryConfig { get; } = Flag.List($"--{prefix}registry-config", "path", "path of the authentication file for registry", Short(prefix, "-c"));

    public void AddTo(Command command)
    {
        command.Add(Username);
        command.Add(Password);
        command.Add(IdentityToken);
        // Two registries cannot both read the one standard input.
        if (_single)
        {
            command.Add(PasswordStdin);
            command.Add(IdentityTokenStdin);
        }
        command.Add(Insecure);
        command.Add(PlainHttp);
        command.Add(CaFile);
        command.Add(CertFile);
        command.Add(KeyFile);
        command.Add(Resolve);
        command.Add(Header);
        command.Add(RegistryConfig);
    }

    /// <exception cref="CommandException">Flags contradict each other.</exception>
    public void Check(ParseResult parse)
    {
        Exclusive.Refuse(parse, Password, PasswordStdin);
        Exclusive.Refuse(parse, IdentityToken, IdentityTokenStdin);
        Exclusive.Refuse(parse, IdentityTokenStdin, PasswordStdin);
        foreach (var token in (ReadOnlySpan<Option>)[IdentityToken, IdentityTokenStdin])
        {
            Exclusive.Refuse(parse, Username, token);
            Exclusive.Refuse(parse, Password, token);
        }
        Exclusive.Refuse(parse, IdentityToken, PasswordStdin);
        if (parse.IsGiven(CertFile) != parse.IsGiven(KeyFile))
        {
            var (given, missing) = parse.IsGiven(CertFile) ? (CertFile, KeyFile) : (KeyFile, CertFile);
            throw CommandException.WrongUsage($"{given.Name} must be used in conjunction with {missing.Name}");
        }
    }

    /// <summary>The docker config files that hold credentials.</summary>
    public DockerConfig OpenConfig(ParseResult parse, CommandContext context) => OpenConfig(parse.GetValue(RegistryConfig), context);

    /// <summary>The docker config files at these paths; where none is named, the usual one.</summary>
    public static DockerConfig OpenConfig(string[]? paths, CommandContext context) =>
        paths is { Length: > 0 }
            ? DockerConfig.Open([.. paths.Select(context.FullPath)])
            : DockerConfig.Open(DockerConfig.DefaultPath(context.Environment));

    /// <summary>A client with the credentials of the flags, else of the config files. The caller disposes it.</summary>
    public RegistryClient Connect(ParseResult parse, CommandContext context, DebugOptions common, RegistryName registry)
    {
        Check(parse);
        var given = ReadCredential(parse, context);
        ICredentialSource credentials = given.IsEmpty ? OpenConfig(parse, context) : new StaticCredential(registry, given);
        return Connect(parse, context, common, registry, credentials);
    }

    /// <summary>A client with these credentials. The caller disposes it.</summary>
    public RegistryClient Connect(ParseResult parse, CommandContext context, DebugOptions common, RegistryName registry, ICredentialSource credentials, bool insecure = false) =>
        new(registry, Describe(parse, context, common, credentials, insecure));

    /// <summary>How a registry is reached with these credentials.</summary>
    public RegistryClientOptions Describe(ParseResult parse, CommandContext context, DebugOptions common, ICredentialSource credentials, bool insecure = false) =>
        Plain(parse, context, common, credentials) with
        {
            PlainHttp = parse.IsGiven(PlainHttp) ? parse.GetValue(PlainHttp) : ImpliesTls(parse, context, insecure) ? false : null,
            Insecure = insecure || parse.GetValue(Insecure),
            CaFile = ExistingFile(parse.GetValue(CaFile), context),
            ClientCertificate = LoadCertificate(parse, context),
            Resolve = ResolveRule.ParseAll(parse.GetValue(Resolve) ?? []),
            Headers = [.. (parse.GetValue(Header) ?? []).Select(ParseHeader)],
        };

    /// <summary>How a registry is reached that the flags are not about.</summary>
    public static RegistryClientOptions Plain(ParseResult parse, CommandContext context, DebugOptions common, ICredentialSource credentials) =>
        new()
        {
            Credentials = credentials,
            UserAgent = $"gantry/{VersionCommand.Current}",
            Time = context.Time,
            Trace = parse.GetValue(common.Debug) ? line => context.Error.WriteLine($"[{context.Time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffffffZ}][DEBUG]: {line}") : null,
            OnWarning = warning => context.Error.WriteLine($"WARN[0000] {Output.TerminalText.Of(warning)}"),
        };

    /// <summary>Who says something about certificates means TLS, at localhost too; oras does not read it so.</summary>
    private bool ImpliesTls(ParseResult parse, CommandContext context, bool insecure) =>
        context.InvokedName != InvokedName.Oras && (insecure || parse.GetValue(Insecure) || parse.IsGiven(CaFile) || parse.IsGiven(CertFile));

    /// <summary>What the flags say about who we are. Reads standard input where they ask for it, so it is called once.</summary>
    public Credential ReadCredential(ParseResult parse, CommandContext context)
    {
        var username = parse.GetValue(Username) ?? "";
        if (parse.GetValue(IdentityToken) is { } token)
        {
            Warn(context, "identity-token");
            return new Credential { RefreshToken = token };
        }
        if (_single && parse.GetValue(IdentityTokenStdin))
            return new Credential { RefreshToken = context.ReadLine() ?? "" };
        if (_single && parse.GetValue(PasswordStdin))
            return Of(username, context.ReadLine() ?? "");
        if (parse.GetValue(Password) is { } password)
        {
            Warn(context, "password");
            return Of(username, password);
        }
        return Of(username, "");
    }

    /// <summary>Without a user name the secret is an identity token, as docker and oras have it.</summary>
    public static Credential Of(string username, string secret) =>
        username.Length == 0 ? new Credential { RefreshToken = secret } : new Credential { Username = username, Password = secret };

    private void Warn(CommandContext context, string flag) =>
        context.Error.WriteLine($"WARNING! Using --{prefix}{flag} via the CLI is insecure. Use --{prefix}{flag}-stdin.");

    private static string[] Short(string prefix, string letter) => prefix.Length == 0 ? [letter] : [];

    private static string? ExistingFile(string? path, CommandContext context)
    {
        if (path is null)
            return null;
        var full = context.FullPath(path);
        return File.Exists(full) ? full : throw CommandException.NotFound($"open {path}: no such file or directory");
    }

    private X509Certificate2? LoadCertificate(ParseResult parse, CommandContext context)
    {
        if (ExistingFile(parse.GetValue(CertFile), context) is not { } cert || ExistingFile(parse.GetValue(KeyFile), context) is not { } key)
            return null;
        try
        {
            return X509Certificate2.CreateFromPemFile(cert, key);
        }
        catch (CryptographicException e)
        {
            throw new CommandException(ExitCode.Usage, $"{parse.GetValue(CertFile)} and {parse.GetValue(KeyFile)} are not a certificate and its key in PEM form", e);
        }
    }

    private static KeyValuePair<string, string> ParseHeader(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var valid = colon > 0 && !text.AsSpan(0, colon).ContainsAny(" \t") && !text.Any(char.IsControl);
        return valid ? new(text[..colon], text[(colon + 1)..].Trim()) : throw CommandException.WrongUsage("invalid header: expecting \"Name: value\"");
    }
}
