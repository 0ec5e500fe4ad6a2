using System.CommandLine;
using Gantry.Cli.Commands;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;

namespace Gantry.Cli.Options;

/// <summary>How management commands reach a server, and as whom.</summary>
internal sealed class ConnectionOptions
{
    public Option<string?> Username { get; } = Flag.Text("--username", "NAME", "user name or application id", "-u");

    public Option<string?> Password { get; } = Flag.Text("--password", "SECRET", "password, client secret or token", "-p");

    public Option<bool> PasswordStdin { get; } = Flag.Switch("--password-stdin", "read the password from standard input");

    public Option<bool> PlainHttp { get; } = Flag.Switch("--plain-http", "HTTP instead of HTTPS (the default for localhost)");

    public Option<bool> Insecure { get; } = Flag.Switch("--insecure", "accept any certificate");

    public Option<string?> CaFile { get; } = Flag.Text("--ca-file", "FILE", "PEM file of the certificates to trust");

    public void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[Username, Password, PasswordStdin, PlainHttp, Insecure, CaFile])
            command.Add(option);
    }

    /// <summary>The CA file of the flag, absolute; null where none was given.</summary>
    /// <exception cref="CommandException">It is not there.</exception>
    public string? ReadCaFile(ParseResult parse, CommandContext context)
    {
        if (parse.GetValue(CaFile) is not { } given)
            return null;
        var path = context.FullPath(given);
        return File.Exists(path) ? path : throw CommandException.NotFound($"the certificate file {given} is not there");
    }

    /// <summary>What the flags say about who we are; null where they say nothing. Reads standard input or asks for a password that is missing.</summary>
    /// <exception cref="CommandException">A password without a user, or a user whose password cannot be asked for.</exception>
    public Credential? ReadCredential(ParseResult parse, CommandContext context)
    {
        Exclusive.Refuse(parse, Password, PasswordStdin);
        var (username, password) = (parse.GetValue(Username), parse.GetValue(Password));
        if (username is null)
            return password is null && !parse.GetValue(PasswordStdin) ? null : throw CommandException.WrongUsage("A password needs a user name: give --username too.");
        if (parse.GetValue(PasswordStdin))
            password = context.ReadLine() ?? "";
        // az has no such warning, and its scripts may look at standard error.
        else if (password is not null && context.InvokedName != InvokedName.Az)
            context.Error.WriteLine("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
        return new Credential { Username = username, Password = password ?? AskSecret(context, "Password: ") };
    }

    /// <exception cref="CommandException">Nobody is there to be asked.</exception>
    public static string AskSecret(CommandContext context, string prompt)
    {
        if (!context.Terminal.InputIsTerminal)
            throw CommandException.WrongUsage("Without a terminal both --username and --password (or --password-stdin) are needed.");
        context.Error.Write(prompt);
        return context.ReadSecret() ?? "";
    }

    /// <summary>The address with what the flags say of encryption: they win over it, and who says something about certificates means TLS.</summary>
    public ServerAddress Reach(ParseResult parse, ServerAddress address) =>
        parse.IsGiven(PlainHttp) ? address with { PlainHttp = parse.GetValue(PlainHttp) }
        : address.PlainHttp is null && (parse.GetValue(Insecure) || parse.IsGiven(CaFile)) ? address with { PlainHttp = false }
        : address;

    /// <summary>A client of that server. The caller disposes it.</summary>
    /// <param name="parse">The flags.</param>
    /// <param name="context">The process.</param>
    /// <param name="address">The server. The flags win over what it says.</param>
    /// <param name="credentials">Who we are; null for what docker's config knows.</param>
    /// <param name="trace">Show requests and answers.</param>
    public RegistryClient Connect(ParseResult parse, CommandContext context, ServerAddress address, ICredentialSource? credentials = null, bool trace = false) =>
        new(address.Registry, new RegistryClientOptions
        {
            PlainHttp = Reach(parse, address).PlainHttp,
            Insecure = parse.GetValue(Insecure),
            CaFile = ReadCaFile(parse, context) ?? address.CaFile,
            Credentials = credentials ?? OpenDockerConfig(context),
            UserAgent = $"gantry/{VersionCommand.Current}",
            Time = context.Time,
            Trace = trace ? line => context.Error.WriteLine($"DEBUG: {line}") : null,
        });

    public static DockerConfig OpenDockerConfig(CommandContext context) => DockerConfig.Open(DockerConfig.DefaultPath(context.Environment));
}
