using Gantry.Build;
using Gantry.Build.Export;
using Gantry.Build.Sources;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Build;

/// <summary>Takes a build's result to where <c>--output</c> says.</summary>
internal sealed class BuildOutput : IAsyncDisposable
{
    private readonly IImageExport _export;
    private readonly DirectoryInfo? _temporary;
    private readonly string _file;
    private readonly CommandContext _context;
    private readonly OutputArgument _argument;

    private BuildOutput(OutputArgument argument, CommandContext context, DirectoryInfo? temporary, string file, Func<string, IImageExport> open)
    {
        (_argument, _context, _temporary, _file) = (argument, context, temporary, file);
        _export = open(file);
    }

    public Client.Content.IContentStore Store => _export.Store;

    /// <param name="argument">What was asked for.</param>
    /// <param name="context">The process.</param>
    /// <param name="names">The image's names.</param>
    /// <param name="registries">The registries that they are in.</param>
    /// <param name="log">Told what an export says.</param>
    public static BuildOutput Open(OutputArgument argument, CommandContext context, IReadOnlyList<Reference> names, RegistryAccess registries, Action<string> log)
    {
        // What goes to standard output is whole before its first byte: a build that fails writes nothing there. A result that nobody wants is held here too.
        var temporary = argument.IsStandardOutput || argument.Kind == OutputKind.None ? Directory.CreateTempSubdirectory("gantry-build-") : null;
        var file = temporary is null ? context.FullPath(argument.Destination) : Path.Join(temporary.FullName, "output");
        return new BuildOutput(argument, context, temporary, file, path => argument.Kind switch
        {
            OutputKind.Registry => new RegistryExport([.. names.Select(name => (registries.RepositoryOf(name), name.Tag!.Value))], log),
            OutputKind.LayoutArchive => new LayoutArchiveExport(path, names),
            OutputKind.DockerArchive => new DockerArchiveExport(path, [.. names.Select(name => name.ToString())]),
            OutputKind.Folder => new FolderExport(path, log),
            OutputKind.Tar => new TarExport(path),
            _ => new LayoutExport(path, names),
        });
    }

    /// <summary>Makes the result appear.</summary>
    public async ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct)
    {
        if (_argument.Kind == OutputKind.None)
            return;
        await _export.CommitAsync(image, ct);
        if (!_argument.IsStandardOutput)
            return;
        await using var file = File.OpenRead(_file);
        await file.CopyToAsync(_context.Output, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _export.DisposeAsync();
        _temporary?.Delete(recursive: true);
    }
}
