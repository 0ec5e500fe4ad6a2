using System.CommandLine;
using Gantry.Cli.Options;

namespace Gantry.Cli.Commands.Build;

/// <summary>Flags of docker's and buildx's that are known here and not there yet: whoever carries a command line over is told so, and not that he mistyped.</summary>
internal sealed class UnsupportedFlags
{
    private const string NoRun = "RUN is not there";
    private const string NoCache = "nothing is cached between builds";

    private static readonly (string Name, string Reason)[] Values =
    [
        ("--cache-from", NoCache),
        ("--cache-to", NoCache),
        ("--secret", NoRun),
        ("--ssh", NoRun),
        ("--network", NoRun),
        ("--add-host", NoRun),
        ("--shm-size", NoRun),
        ("--ulimit", NoRun),
        ("--allow", NoRun),
        ("--provenance", "images carry no attestations"),
        ("--sbom", "images carry no attestations"),
        ("--attest", "images carry no attestations"),
        ("--annotation", "manifests are written without annotations; a label, --label, is there"),
        ("--build-context", "a build has one context"),
        ("--builder", "there is one builder, this program"),
    ];

    private readonly Option<string[]>[] _values = [.. Values.Select(flag => Flag.Hide(Flag.List(flag.Name, "value", flag.Reason)))];
    private readonly Option<bool> _check = Flag.Hide(Flag.Switch("--check", "check the Dockerfile"));
    private readonly Option<bool> _load = Flag.Hide(Flag.Switch("--load", "load the image"));

    public void AddTo(Command command)
    {
        foreach (var option in _values)
            command.Add(option);
        command.Add(_check);
        command.Add(_load);
    }

    /// <exception cref="CommandException">One of the flags was given. What only switches off something that is not there is no wish, and passes.</exception>
    public void Refuse(ParseResult parse)
    {
        if (parse.GetValue(_load))
            throw CommandException.WrongUsage("--load is not possible: there is no docker daemon here to load into", "Write an archive and load that: --output type=docker | docker load");
        if (parse.GetValue(_check))
            throw CommandException.WrongUsage("not supported yet: --check (a Dockerfile is checked by building it)");
        foreach (var (option, (name, reason)) in _values.Zip(Values))
        {
            var given = parse.GetValue(option) ?? [];
            if (given.Length > 0 && !(name is "--provenance" or "--sbom" && Array.TrueForAll(given, value => value is "false" or "0")))
                throw CommandException.WrongUsage($"not supported yet: {name} ({reason})");
        }
    }
}
