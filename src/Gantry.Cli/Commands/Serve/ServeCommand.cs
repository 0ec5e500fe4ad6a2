using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Commands.Worker;
using Gantry.Cli.Options;
using Gantry.Server;
using Gantry.Server.Hosting;
using Microsoft.AspNetCore.Connections;

namespace Gantry.Cli.Commands.Serve;

/// <summary><c>serve</c>: runs a registry until it is told to stop.</summary>
internal sealed class ServeCommand : VerbCommand
{
    private readonly SettingOptions _settings = new();

    private readonly Option<bool> _quiet = Flag.Switch("--quiet", "leave the log out; warnings about the settings are shown");

    // No setting: left in a file or in the environment it would make an owner at every start.
    private readonly Option<bool> _newOwner = Flag.Switch("--new-owner", "make a further owner at this start, for whoever lost the credentials of the others");

    [SetsRequiredMembers]
    public ServeCommand(CommandContext context)
        : base(context, "serve", "Run a registry")
    {
        Rule = ArgumentRule.None;
        Details = """
            When it is ready it prints "Listening on URL" for each address. The first start makes an owner and prints
            its appId and password, once. Ctrl-C or SIGTERM lets running requests end, then it stops.

            Each setting is also a member of the file that --config names (tlsCert) and a variable of the environment
            (GANTRY_TLS_CERT). Flags win over the environment, the environment wins over the file.
            """;
        Examples =
        [
            ("Try it on this machine", "serve --data ./registry --dev"),
            ("Serve others, with a certificate", "serve --data /var/lib/gantry --name myregistry --listen https://0.0.0.0:443 --tls-cert cert.pem --tls-key key.pem"),
        ];
        _settings.AddTo(this);
        Add(_newOwner);
        Add(_quiet);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var options = _settings.ReadWithData(parse, Context);

        // The log is written from many threads.
        var log = TextWriter.Synchronized(Context.Error);
        foreach (var variable in _settings.FindUnknownVariables(Context))
            log.WriteLine($"WARNING: {variable} is no setting and is ignored; \"gantry serve --help\" names those that there are.");
        using var place = options.Build.StartsWorker && Context.Program is not null ? new SocketPlace(options.DataFolder) : null;
        await using var server = await StartAsync(options with
        {
            Log = parse.GetValue(_quiet) ? null : log.WriteLine,
            NewOwner = parse.GetValue(_newOwner),
            TellOwner = owner => Tell(options, owner),
            WorkerSocket = place?.Path,
        }, ct);
        Warn(log, options, server);
        await using (place is null ? null : StartWorker(options, server, place, log.WriteLine))
        {
            Announce(server);
            await UntilStoppedAsync(ct);
            // The worker goes first: it lets go of its runs, and the next one builds them.
            log.WriteLine("Stopping: waiting for running requests");
        }
        await server.StopAsync(CancellationToken.None);
        return ExitCode.Done;
    }

    private WorkerProcess StartWorker(GantryServerOptions options, GantryServer server, SocketPlace place, Action<string> log)
    {
        var ticket = new WorkerTicket
        {
            Socket = place.Path,
            Secret = server.WorkerSecret,
            WorkFolder = Path.Join(options.DataFolder, "work"),
            Concurrency = options.Build.MaxBuilds,
        };
        return new WorkerProcess(Context.Program!, ticket, log, Context.Time);
    }

    private async Task<GantryServer> StartAsync(GantryServerOptions options, CancellationToken ct)
    {
        try
        {
            return await GantryServer.StartAsync(options, Context.Time, ct);
        }
        catch (ServerOptionsException e)
        {
            throw new CommandException(ExitCode.Usage, e.Message, e);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new CommandException(ExitCode.Conflict, $"{e.Message.TrimEnd('.')}", e) { Advice = "Another program listens there. Stop it, or choose another port with --listen." };
        }
        catch (IOException e) when (Directory.Exists(options.DataFolder) && e.InnerException is IOException)
        {
            throw new CommandException(ExitCode.Conflict, e.Message, e) { Advice = "Stop the other server, or give this one a folder of its own with --data." };
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandException(ExitCode.Failed, $"the data folder {options.DataFolder} cannot be used: {e.Message}", e);
        }
    }

    private static void Warn(TextWriter log, GantryServerOptions options, GantryServer server)
    {
        if (options.Dev)
            log.WriteLine("WARNING: development mode: whoever connects from this machine may do everything.");
        if (options.InsecureListen)
        {
            foreach (var address in options.Listen.Where(address => !address.Secure && !address.IsLoopback))
                log.WriteLine($"WARNING: {address} is not encrypted: passwords and content can be read on the way.");
        }
        if (options.Tls is { ClientAuth: ClientAuth.Require })
        {
            foreach (var address in options.Listen.Where(address => !address.Secure && (address.IsLoopback || options.InsecureListen)))
                log.WriteLine($"WARNING: {address} is not encrypted: whatever --tls-client-auth says, nobody needs a certificate there.");
        }
        if (server.UnreachedRegistries is { Count: > 0 } unreached)
            log.WriteLine($"WARNING: this folder also has the registries {string.Join(", ", unreached)}, which no --name, --listen, --host or --domain leads to.");
        if (server.NewCertificateEnd is { } end)
            log.WriteLine($"WARNING: made a new certificate, good until {end.UtcDateTime:yyyy-MM-dd}; clients that trusted an earlier one must be given {server.TrustFile} anew.");
        if (server.TrustFile is { } trust)
            log.WriteLine($"WARNING: the certificate is self-signed; clients must trust {trust} (oras: --ca-file, and for localhost --plain-http=false).");
    }

    // Runs before the owner is stored: what cannot be told is not made.
    private void Tell(GantryServerOptions options, NewOwner owner)
    {
        var (registry, credentials) = owner;
        if (options.CredentialsFile is { } file)
        {
            Context.Out.WriteLine($"The credentials of the owner of registry {registry} are in {(registry == options.Name ? file : $"{file}.{registry}")}");
        }
        else
        {
            Context.Out.WriteLine($"The owner of registry {registry}, shown this once:");
            Context.Out.WriteLine($"  appId:    {credentials.AppId}");
            Context.Out.WriteLine($"  password: {credentials.Password}");
            Context.Out.WriteLine($"  tenant:   {credentials.Tenant}");
        }
        Context.Out.Flush();
    }

    private void Announce(GantryServer server)
    {
        Context.Out.WriteLine($"Gantry {VersionCommand.Current}, {server.Engine}");
        foreach (var registry in server.NewRegistries)
            Context.Out.WriteLine($"Made the registry {registry}");
        foreach (var address in server.Addresses)
            Context.Out.WriteLine($"Listening on {address.GetLeftPart(UriPartial.Authority)}");
        Context.Out.Flush();
    }

    private static async Task UntilStoppedAsync(CancellationToken ct)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        }
        catch (OperationCanceledException)
        {
            // Told to stop, which is how a server ends well.
        }
    }
}
