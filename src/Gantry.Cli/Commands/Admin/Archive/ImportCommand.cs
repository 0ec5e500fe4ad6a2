using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Layout;
using Gantry.Protocol;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Admin.Archive;

/// <summary><c>admin import</c>: what another registry's folder holds goes into a registry.</summary>
internal sealed class ImportCommand : VerbCommand
{
    private readonly Option<string?> _to = Flag.Text("--to", "REGISTRY[/PREFIX]", "where to: a registry, perhaps with what stands before each repository's name");
    private readonly Option<string?> _repository = Flag.Text("--repository", "PATTERN", "only repositories of this name; * stands for anything");
    private readonly Option<bool> _dryRun = Flag.Switch("--dry-run", "say what would be imported, and import nothing");
    private readonly Option<bool> _overwrite = Flag.Switch("--overwrite", "move tags that name another manifest in the registry");
    private readonly Option<int> _concurrency = Flag.Count("--concurrency", 3, "concurrency level");
    private readonly DebugOptions _common = new();
    private readonly RemoteOptions _remote = new();

    [SetsRequiredMembers]
    public ImportCommand(CommandContext context)
        : base(context, "import", "Import docker-registry's folder or an OCI layout")
    {
        Rule = ArgumentRule.Exactly(1, "FOLDER", "the folder of docker-registry, or the folder or tar archive of an OCI layout");
        Details = """
            The folder is only read, and nothing of it is believed: manifests and blobs are verified on their way. What is
            damaged or lies is named, the rest goes on, and the exit code is 1. What the registry has already is not
            sent again, so an import that was cut short is simply repeated. A tag that names another manifest in the registry
            stays as it is and is named: somebody may have pushed there since. --overwrite moves it.

            A layout's entries that bear a tag alone go to the repository that --to names.
            """;
        Examples =
        [
            ("Import everything of a docker-registry", "admin import /var/lib/registry --to localhost:5000"),
            ("Import some repositories below a prefix", "admin import /var/lib/registry --to localhost:5000/old --repository \"team/*\""),
            ("Import an OCI layout", "admin import layout.tar --to localhost:5000/samples/app"),
        ];
        foreach (var option in (ReadOnlySpan<Option>)[_to, _repository, _dryRun, _overwrite, _concurrency])
            Add(option);
        _common.AddTo(this);
        _remote.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var to = parse.GetValue(_to) ?? throw CommandException.WrongUsage("required flag(s) \"to\" not set");
        var (registry, prefix) = Split(to);
        var pattern = parse.GetValue(_repository);
        var path = Words(parse)[0];
        using var client = _remote.Connect(parse, Context, _common, registry);
        var run = new ImportRun(client, prefix, parse.GetValue(_concurrency))
        {
            DryRun = parse.GetValue(_dryRun),
            Overwrite = parse.GetValue(_overwrite),
            Say = line => Context.Out.WriteLine(TerminalText.Of(line)),
            Tell = finding => Context.Error.WriteLine(TerminalText.Of($"{(finding.IsDamage ? "damaged" : "left out")}: {finding.Place}: {finding.Text}")),
        };
        await foreach (var repository in ListAsync(Context.FullPath(path), path, name => pattern is null || Wildcard.Matches(pattern, name.ToString()), run.Note, ct))
            await run.ImportAsync(repository, ct);
        Context.Out.WriteLine(run.Summary);
        return run.Damages == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    /// <exception cref="CommandException">The prefix is no name.</exception>
    private static (RegistryName Registry, RepositoryName? Prefix) Split(string to)
    {
        RegistryArgument.RefuseUrl(to);
        var slash = to.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return (RegistryName.Parse(to.AsSpan()), null);
        var prefix = to.AsSpan(slash + 1).TrimEnd('/');
        return (RegistryName.Parse(to.AsSpan(0, slash)), prefix.IsEmpty ? null : RepositoryName.Parse(prefix));
    }

    /// <exception cref="CommandException">The path is neither store.</exception>
    private static async IAsyncEnumerable<StoredRepository> ListAsync(
        string full, string given, Func<RepositoryName, bool> wanted, Action<StoreFinding> tell, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        if (File.Exists(full))
        {
            var archive = await LayoutArchive.OpenAsync(full, ct);
            foreach (var repository in Wanted(LayoutNames.Group(archive, archive.Entries, tell)))
                yield return repository;
            yield break;
        }
        if (!Directory.Exists(full))
            throw CommandException.NotFound($"failed to find path \"{Printable.Of(given)}\": no such file or directory");
        if (DockerRegistryFolder.Find(full) is { } store)
        {
            await foreach (var repository in store.ListAsync(wanted, tell, ct))
                yield return repository;
            yield break;
        }
        if (!File.Exists(Path.Combine(full, "oci-layout")))
            throw CommandException.WrongUsage($"\"{Printable.Of(given)}\" holds neither docker/registry/v2 nor an OCI layout");
        var layout = await OciLayout.OpenAsync(full, create: false, ct);
        foreach (var repository in Wanted(LayoutNames.Group(layout, await layout.ListEntriesAsync(ct), tell)))
            yield return repository;

        // What has no name is not asked for by one.
        IEnumerable<StoredRepository> Wanted(IEnumerable<StoredRepository> all) => all.Where(repository => repository.Name is not { } name || wanted(name));
    }
}
