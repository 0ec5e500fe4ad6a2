using System.CommandLine;
using Gantry.Client.Content;
using Gantry.Protocol;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Options;

/// <summary>What kind of manifest a push makes: its form, its type, its config.</summary>
internal sealed class ManifestOptions
{
    private readonly Option<string?> _config = Flag.Text("--config", "path", "path of image config file");

    /// <summary>What oras before 0.14 called the config. It knew the 1.0 form alone.</summary>
    private readonly Option<string?> _manifestConfig = Flag.Text("--manifest-config", "path", "the older name of --config");

    private readonly Option<string?> _artifactType = Flag.Text("--artifact-type", "string", "artifact type");

    private readonly Option<string?> _imageSpec = Flag.Text("--image-spec", "string",
        "specify manifest type for building artifact. Options: v1.1, v1.0 (default v1.1, overridden to v1.0 if --config is used without --artifact-type)");

    private readonly PlatformOptions _platform = new("--artifact-platform", "set artifact platform in the form of os[/arch][/variant][:os_version]");

    public void AddTo(Command command)
    {
        command.Add(_config);
        command.Add(_manifestConfig);
        command.Add(_artifactType);
        command.Add(_imageSpec);
        _platform.AddTo(command);
    }

    /// <exception cref="CommandException">The flags contradict each other.</exception>
    public ManifestPlan Read(ParseResult parse)
    {
        Exclusive.Refuse(parse, _config, _manifestConfig);
        Exclusive.Refuse(parse, _config, _platform.Platform);
        Exclusive.Refuse(parse, _manifestConfig, _platform.Platform);
        var config = parse.GetValue(_config) ?? parse.GetValue(_manifestConfig);
        var type = parse.GetValue(_artifactType) is { Length: > 0 } text
            ? MediaType.TryParse(text, out var parsed) && parsed.IsWellFormed ? parsed : throw CommandException.WrongUsage($"invalid artifactType format: {Printable.Of(text)}: invalid media type")
            : (MediaType?)null;
        var version = ReadVersion(parse, config is not null, type is not null);
        if (version == PackVersion.V10 && type is not null && parse.IsGiven(_platform.Platform))
            throw CommandException.WrongUsage("artifact type cannot be customized for OCI image-spec v1.0 when platform is specified", "consider using image spec v1.1 or remove --artifact-type");
        if (version == PackVersion.V11)
            type ??= MediaTypes.UnknownArtifact;
        return new ManifestPlan(version, type, config is null ? null : FileArgument.Parse(config), _platform.Read(parse));
    }

    private PackVersion ReadVersion(ParseResult parse, bool hasConfig, bool hasType)
    {
        PackVersion? asked = parse.GetValue(_imageSpec) switch
        {
            null => null,
            "v1.0" => PackVersion.V10,
            "v1.1" => PackVersion.V11,
            var other => throw CommandException.WrongUsage(
                $"invalid argument \"{Printable.Of(other)}\" for \"--image-spec\" flag: unknown image specification flag: {Printable.Of(other)}", "Available options: v1.1, v1.0"),
        };
        // The 1.0 form has one place for both: the config's media type is the artifact's type.
        if (hasConfig && hasType && (asked == PackVersion.V10 || parse.IsGiven(_manifestConfig)))
            throw CommandException.WrongUsage("--artifact-type and --config cannot both be provided for 1.0 OCI image");
        if (hasConfig && !hasType && asked == PackVersion.V11)
            throw CommandException.WrongUsage("missing artifact type for OCI image-spec v1.1 artifacts", "set an artifact type via `--artifact-type` or consider image spec v1.0");
        return asked ?? (hasConfig && !hasType ? PackVersion.V10 : PackVersion.V11);
    }
}
