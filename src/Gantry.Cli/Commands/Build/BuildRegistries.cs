using System.CommandLine;
using Gantry.Build.Sources;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Build;

/// <summary>How a build on the user's machine reaches registries.</summary>
/// <remarks>
/// The flags of a registry are about those that the command line names: of the tags and of <c>oci://</c>. Where it names none, they are about those of
/// the base images. Every other is reached as docker's config says.
/// </remarks>
internal sealed class BuildRegistries
{
    private readonly Option<string[]> _mirror = Flag.List("--mirror", "HOST=URL", "take images of a registry from another (repeatable): docker.io=http://localhost:5000/hub");

    public RemoteOptions Remote { get; } = new();

    public void AddTo(Command command)
    {
        Remote.AddTo(command);
        command.Add(_mirror);
    }

    /// <param name="parse">The flags.</param>
    /// <param name="context">The process.</param>
    /// <param name="common">Whether requests are traced.</param>
    /// <param name="named">The registries that the command line names.</param>
    /// <param name="status">Shows pushes; null for nobody.</param>
    /// <exception cref="CommandException">Flags contradict each other, or a mirror is none.</exception>
    public RegistryAccess Open(ParseResult parse, CommandContext context, DebugOptions common, IReadOnlyList<RegistryName> named, IStatus? status)
    {
        Remote.Check(parse);
        var given = Remote.ReadCredential(parse, context);
        var config = Remote.OpenConfig(parse, context);
        return new RegistryAccess(new RegistryAccessOptions
        {
            Own = named,
            Mirrors = ReadMirrors(parse),
            AllowPrivate = true,
            Connection = registry =>
            {
                if (named.Count > 0 && !named.Contains(registry))
                    return RemoteOptions.Plain(parse, context, common, config);
                ICredentialSource credentials = given.IsEmpty ? config : new StaticCredential(registry, given);
                return Remote.Describe(parse, context, common, credentials) with { OnPush = status is null ? null : status.Show };
            },
        });
    }

    private Dictionary<string, Uri> ReadMirrors(ParseResult parse)
    {
        var mirrors = new Dictionary<string, Uri>(StringComparer.Ordinal);
        foreach (var text in parse.GetValue(_mirror) ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !RegistryName.TryParse(text.AsSpan(0, equals), out var host) || !Uri.TryCreate(text[(equals + 1)..], UriKind.Absolute, out var url)
                || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) || url.UserInfo.Length > 0)
                throw CommandException.WrongUsage($"--mirror {Printable.Of(text)}: expecting HOST=URL, such as docker.io=http://localhost:5000/hub");
            mirrors[host.ToString()] = url;
        }
        return mirrors;
    }
}
