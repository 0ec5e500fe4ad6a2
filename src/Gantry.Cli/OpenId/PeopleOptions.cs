using System.CommandLine;
using Gantry.Cli.Commands.Acr;
using Gantry.Cli.Options;
using Gantry.Client.Acr;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol;
using Gantry.Protocol.Token;

namespace Gantry.Cli.OpenId;

/// <summary>How somebody signs in at an issuer that the registry trusts.</summary>
internal sealed class PeopleOptions
{
    private readonly Option<bool> _device = Flag.Switch("--use-device-code", "sign in at the issuer with a code, in a browser on any machine");
    private readonly Option<bool> _noBrowser = Flag.Switch("--no-browser", "print the address of the sign-in instead of opening a browser");
    private readonly Option<string?> _issuer = Flag.Text("--issuer", "NAME", "the issuer to sign in at, where the registry trusts several");

    private readonly Option<bool> _yes = Flag.Switch("--yes", "do not ask whether the registry may name that issuer", "-y");

    public void AddTo(Command command)
    {
        command.Add(_device);
        command.Add(_noBrowser);
        command.Add(_issuer);
        command.Add(_yes);
    }

    /// <summary>A refresh token of the registry for somebody who signed in at an issuer; null where the flags and the credentials call for no such sign-in.</summary>
    /// <exception cref="CommandException">The flags call for one, and the registry trusts no such issuer, or the sign-in failed.</exception>
    public async Task<string?> SignInAsync(RegistryClient client, Credential? credential, ParseResult parse, CommandContext context, CancellationToken ct)
    {
        var isWanted = parse.GetValue(_device) || parse.GetValue(_noBrowser) || parse.GetValue(_issuer) is not null;
        if (!isWanted && credential is { IsEmpty: false })
            return null;
        // Nobody is there to sign in: a script without credentials is told so at once.
        if (!isWanted && !context.Terminal.InputIsTerminal)
            return null;
        var registry = new SignInClient(client);
        if (Choose(await registry.ListIssuersAsync(ct), parse, client.Registry.ToString(), isWanted) is not { } chosen)
            return null;
        var loginServer = client.Registry.ToString();
        // A token that comes by a device code carries no nonce: nothing but this question keeps one registry from having it made for another.
        if (parse.GetValue(_device) && !parse.GetValue(_yes))
            Confirmation.Ask(context, $"{loginServer} will be given a token of {Printable.Of(chosen.Issuer)} for the client {Printable.Of(chosen.ClientId)}. Are these its own?");
        using var issuer = await IssuerClient.OpenAsync(chosen, context.Time, client.Options.CaFile, ct);
        if (parse.GetValue(_device))
            return await registry.ExchangeAsync(await new DeviceSignIn(issuer, context.Time).RunAsync(context.Error.WriteLine, ct), nonceSeed: null, ct);
        var (token, seed) = await new BrowserSignIn(issuer, loginServer, context.Time).RunAsync(address => Show(address, parse, context), ct);
        return await registry.ExchangeAsync(token, seed, ct);
    }

    private SignInIssuer? Choose(IReadOnlyList<SignInIssuer> issuers, ParseResult parse, string registry, bool isWanted)
    {
        if (parse.GetValue(_issuer) is { } name)
            return issuers.FirstOrDefault(issuer => issuer.Name == name) ?? throw CommandException.NotFound($"{registry} trusts no issuer '{Printable.Of(name)}' at which people sign in.");
        return issuers switch
        {
            [var only] => only,
            [] when isWanted => throw CommandException.NotFound($"{registry} trusts no issuer at which people sign in."),
            [] => null,
            _ => throw CommandException.WrongUsage($"{registry} trusts several issuers: give --issuer {string.Join('|', issuers.Select(issuer => Printable.Of(issuer.Name)))}"),
        };
    }

    private void Show(Uri address, ParseResult parse, CommandContext context)
    {
        if (!parse.GetValue(_noBrowser) && Browser.TryOpen(address))
            context.Error.WriteLine("A browser opens for the sign-in. Where none does, open this address:");
        else
            context.Error.WriteLine("To sign in, open this address in a browser on this machine:");
        context.Error.WriteLine(address.AbsoluteUri);
    }
}
