using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Compression;
using Gantry.Build;
using Gantry.Build.Layers;
using Gantry.Build.Sources;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Protocol;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Build;

/// <summary><c>build</c>: an image is made here, in docker buildx's grammar, without a server, a daemon or rights.</summary>
/// <remarks><code>
///   PATH, --file ──(1) open──► (2) build ──► output's store ──(3) commit──► (4) tell
/// </code></remarks>
internal sealed class BuildCommand : VerbCommand
{
    private const string EpochVariable = "SOURCE_DATE_EPOCH";

    private readonly DebugOptions _common = new();
    private readonly BuildRegistries _registries = new();
    private readonly FormatOptions _format = new();
    private readonly Option<string[]> _tag = Flag.List("--tag", "<registry>/<repo>[:<tag>]", "name of the image (repeatable)", "-t");
    private readonly Option<string?> _file = Flag.Text("--file", "path", "the Dockerfile (default \"PATH/Dockerfile\"); \"-\" reads standard input", "-f");
    private readonly Option<string[]> _argument = Flag.List("--build-arg", "name[=value]", "a build argument (repeatable); without a value, the environment's");
    private readonly Option<string?> _target = Flag.Text("--target", "stage", "the stage to build");
    private readonly Option<string[]> _platform = Flag.List("--platform", "[os/]arch[/variant][,...]", "platforms of the image (default this machine's)");
    private readonly Option<bool> _push = Flag.Switch("--push", "push the image: short for --output type=registry");
    private readonly Option<string[]> _output = Flag.List("--output", "type=registry|oci|docker|local|tar[,dest=path][,tar=false]", "what the result becomes; a bare path is a folder for the files, \"-\" a tar on standard output", "-o");
    private readonly Option<string?> _idFile = Flag.Text("--iidfile", "path", "write the image's id to a file");
    private readonly Option<string?> _metadataFile = Flag.Text("--metadata-file", "path", "write the result's metadata to a file");
    private readonly Option<string?> _compression = Flag.Text("--compression-level", "0-9", "how hard layers are compressed: 0 not at all, 1 fastest (default), 2 to 8 well, 9 smallest");
    private readonly TerminalOptions _terminal = new();
    private readonly Option<bool> _quiet = Flag.Switch("--quiet", "show the digest alone", "-q");

    private readonly ImageLabels _labels = new();
    private readonly UnsupportedFlags _unsupported = new();
    private readonly Option<string> _progress = Choice.Of("--progress", "auto", "how the build is shown", [("auto", "auto"), ("plain", "plain"), ("quiet", "quiet")]);

    /// <summary>Nothing is kept between builds, images of others included, so these two ask for what happens anyway.</summary>
    private readonly Option<bool> _noCache = Flag.Switch("--no-cache", "take nothing from earlier builds: always the case");
    private readonly Option<bool> _pull = Flag.Switch("--pull", "ask the registry for each base image again: always the case");

    [SetsRequiredMembers]
    public BuildCommand(CommandContext context)
        : base(context, "build", "Build an image from a Dockerfile")
    {
        Rule = ArgumentRule.Exactly(1, "PATH | - | oci://REFERENCE | /dev/null", "the context");
        Details = "PATH is a folder, or a tar of one, compressed or not. \"-\" reads a tar, or the Dockerfile alone, from standard input. An artifact's files are\nfetched with oci://. Everything is done here; base images are never unpacked. RUN is not available yet.\n\nThe registry flags are about the registries of --tag and oci://; where there are none, about those of base images.";
        Examples =
        [
            ("Build the folder you are in and push the image", "build --push -t localhost:5000/hello:v1 ."),
            ("Build for two platforms", "build --push --platform linux/amd64,linux/arm64 -t localhost:5000/hello:v1 ."),
            ("Build from a Dockerfile that is an artifact", "build --push -t localhost:5000/hello:v1 -f hello-world.dockerfile oci://localhost:5000/dockerfile:1.0"),
            ("Write an OCI image layout", "build -t localhost:5000/hello:v1 -o type=oci,dest=layout-dir,tar=false ."),
            ("Write the image's files to a folder", "build -o out ."),
            ("Load the image with podman", "build -t hello:v1 -o type=docker . | podman load"),
        ];
        _common.AddTo(this);
        _registries.AddTo(this);
        _format.AddTo(this);
        _terminal.AddTo(this);
        _labels.AddTo(this);
        _unsupported.AddTo(this);
        foreach (var option in (ReadOnlySpan<Option>)[_tag, _file, _argument, _target, _platform, _push, _output, _idFile, _metadataFile, _compression, _quiet, _progress, _noCache, _pull])
            Add(option);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        _unsupported.Refuse(parse);
        var format = _format.Read(parse);
        var output = ReadOutput(parse, format);
        var names = ReadNames(parse, output);
        var progress = parse.GetValue(_progress);
        var quiet = parse.GetValue(_quiet);
        var silent = quiet || progress == "quiet";
        RefuseTwoReaders(parse);
        CheckDestinations(parse, output);

        // (1)
        using var source = ContextArgument.Open(Words(parse)[0], Context);
        var described = Describe(parse, source);
        if (output.Kind == OutputKind.DockerArchive && described.Platforms.Count > 1)
            throw CommandException.WrongUsage("a docker archive holds an image of one platform", "Give one --platform, or write an OCI layout with --output type=oci");
        var options = await source.WithDockerfileAsync(described, parse.GetValue(_file), Context, ct);
        RegistryName[] named = [.. (output.Kind == OutputKind.Registry ? names : []).Append(source.Artifact).OfType<Reference>().Select(name => name.Registry).Distinct()];
        using var bars = !silent && progress != "plain" && _terminal.DrawsBars(parse, _common, Context)
            ? new ProgressBars(Context.Error, StatusWords.Push, Context.Time, Context.Terminal.Width, Context.Terminal.Height)
            : null;
        Action<string> log = silent ? _ => { } : bars is null ? line => Context.Error.WriteLine(TerminalText.Of(line)) : line => bars.Note(TerminalText.Of(line));
        using var registries = _registries.Open(parse, Context, _common, named, bars);
        if (output.Kind == OutputKind.None)
            Context.Error.WriteLine("WARNING: No output specified. The result will be kept nowhere. To push it use --push, to write it to a file or folder use --output");

        // (2)
        await using var place = BuildOutput.Open(output, Context, names, registries, log);
        var result = await new ImageBuilder(registries, Path.GetTempPath(), log, Context.Time, TarLimits.Default).BuildAsync(options, place.Store, ct);

        // (3)
        await place.CommitAsync(result, ct);
        bars?.Dispose();

        // (4)
        var report = new BuildReport(Context, result, names, output);
        if (parse.GetValue(_idFile) is { } idFile)
            await report.WriteIdAsync(idFile, ct);
        if (parse.GetValue(_metadataFile) is { } metadataFile)
            await report.WriteMetadataAsync(metadataFile, ct);
        if (!output.IsStandardOutput)
            report.Write(format, quiet);
        return ExitCode.Done;
    }

    /// <summary>Context or Dockerfile, and a password: standard input is one of them.</summary>
    private void RefuseTwoReaders(ParseResult parse)
    {
        var isTaken = Words(parse)[0] == "-" || parse.GetValue(_file) == "-";
        if (isTaken && (parse.GetValue(_registries.Remote.PasswordStdin) || parse.GetValue(_registries.Remote.IdentityTokenStdin)))
            throw CommandException.WrongUsage("standard input is the context or the Dockerfile, and cannot be a password too");
    }

    private void CheckDestinations(ParseResult parse, OutputArgument output)
    {
        BuildDestination.Check(output, Context);
        BuildDestination.CheckFile(parse.GetValue(_idFile), Context);
        BuildDestination.CheckFile(parse.GetValue(_metadataFile), Context);
    }

    private ImageBuildOptions Describe(ParseResult parse, ContextArgument source)
    {
        var arguments = ReadArguments(parse);
        return new ImageBuildOptions
        {
            Context = source.Source,
            Target = parse.GetValue(_target),
            Arguments = arguments,
            Labels = _labels.Read(parse),
            Platforms = [.. (parse.GetValue(_platform) ?? []).SelectMany(list => list.Split(',')).Select(BuildPlatforms.Parse).Distinct()],
            Compression = ReadCompression(parse),
            SourceDateEpoch = arguments.ContainsKey(EpochVariable) ? null : ReadEpoch(),
        };
    }

    private OutputArgument ReadOutput(ParseResult parse, OutputFormat format)
    {
        var given = parse.GetValue(_output) ?? [];
        if (given.Length + (parse.GetValue(_push) ? 1 : 0) > 1)
            throw CommandException.WrongUsage("a build has one output: give --push or one --output");
        var output = parse.GetValue(_push) ? new OutputArgument(OutputKind.Registry, "") : given is [var text] ? OutputArgument.Parse(text) : OutputArgument.None;
        if (output.IsStandardOutput && Context.Terminal.OutputIsTerminal)
            throw CommandException.WrongUsage("the archive is not written to a terminal", "Redirect standard output, or name a file with dest=");
        if (output.IsStandardOutput && format == OutputFormat.Json)
            throw CommandException.WrongUsage("standard output takes the archive or the JSON, not both", "Name a file with dest=");
        return output;
    }

    /// <summary>The image's names. What is pushed names its registry; elsewhere docker's short names will do.</summary>
    private Reference[] ReadNames(ParseResult parse, OutputArgument output)
    {
        var texts = parse.GetValue(_tag) ?? [];
        if (texts.Length == 0 && output.Kind == OutputKind.Registry)
            throw CommandException.WrongUsage("tag is needed when pushing to registry", "Name the image with --tag <registry>/<repo>:<tag>");
        return [.. texts.Select(text => ParseName(text, output.Kind == OutputKind.Registry)).Distinct()];
    }

    private static Reference ParseName(string text, bool isPushed)
    {
        if (isPushed && !text.Contains('/'))
            throw CommandException.WrongUsage($"\"{Printable.Of(text)}\": invalid reference: missing registry or repository", "Please make sure the provided reference is in the form of <registry>/<repo>[:<tag>]");
        Reference name;
        try
        {
            name = isPushed ? TargetOptions.ParseReference(text, TargetAccess.Read).Reference : ImageName.Parse(text);
        }
        catch (FormatException e)
        {
            throw new CommandException(ExitCode.Usage, $"invalid tag \"{Printable.Of(text)}\": {e.Message}", e);
        }
        if (name.Digest is not null)
            throw CommandException.WrongUsage($"invalid tag \"{Printable.Of(text)}\": an image's digest comes from its content, and cannot be chosen");
        return name.Tag is null ? name.At(Tag.Parse("latest")) : name;
    }

    private Dictionary<string, string> ReadArguments(ParseResult parse)
    {
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in parse.GetValue(_argument) ?? [])
        {
            var argument = NamedValue.Parse(text, _argument, Context);
            if (argument.Value is { } value)
                arguments[argument.Name] = value;
            else
                Context.Error.WriteLine($"WARNING: {argument.ExplainAbsence(_argument)}");
        }
        return arguments;
    }

    private CompressionLevel ReadCompression(ParseResult parse) => parse.GetValue(_compression) switch
    {
        null or "1" => CompressionLevel.Fastest,
        "0" => CompressionLevel.NoCompression,
        "9" => CompressionLevel.SmallestSize,
        [>= '2' and <= '8'] => CompressionLevel.Optimal,
        var text => throw CommandException.WrongUsage($"invalid argument \"{Printable.Of(text)}\" for \"--compression-level\" flag: a digit from 0 to 9 is expected"),
    };

    /// <summary>As buildx: the environment's moment counts unless an argument names another.</summary>
    private DateTimeOffset? ReadEpoch()
    {
        if (Context.Environment(EpochVariable) is not { Length: > 0 } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw CommandException.WrongUsage($"{EpochVariable} in the environment is not a number of seconds since 1970");
    }
}
