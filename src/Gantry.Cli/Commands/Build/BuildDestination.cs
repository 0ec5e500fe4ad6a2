using Gantry.Protocol;

namespace Gantry.Cli.Commands.Build;

/// <summary>Looks at where a build's files are to go, before anything is built.</summary>
internal static class BuildDestination
{
    /// <summary>The result's own destination.</summary>
    /// <exception cref="CommandException">Something else is there, or no folder is there to make it in.</exception>
    public static void Check(OutputArgument output, CommandContext context)
    {
        if (output.IsStandardOutput || output.Kind is OutputKind.None or OutputKind.Registry)
            return;
        var path = context.FullPath(output.Destination);
        var shown = Printable.Of(output.Destination);
        if (output.Kind is OutputKind.Folder or OutputKind.Layout)
        {
            if (File.Exists(path))
                throw CommandException.WrongUsage($"\"{shown}\" is a file, and the result is a folder", "Name a folder, or write a tar with --output type=tar,dest=FILE");
            return;
        }
        if (Directory.Exists(path))
        {
            throw CommandException.WrongUsage(
                $"\"{shown}\" is a folder, and the result is a file",
                output.Kind == OutputKind.LayoutArchive ? "Name a file in it, or add tar=false to make the folder an OCI layout" : "Name a file in it");
        }
        CheckFile(output.Destination, context);
    }

    /// <summary>A file that the command line names.</summary>
    /// <exception cref="CommandException">Its folder is not there, or it is a folder itself.</exception>
    public static void CheckFile(string? file, CommandContext context)
    {
        if (file is null)
            return;
        var path = context.FullPath(file);
        if (Directory.Exists(path))
            throw CommandException.WrongUsage($"\"{Printable.Of(file)}\" is a folder, and a file is to be written", "Name a file in it");
        if (Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder))
            throw CommandException.NotFound($"\"{Printable.Of(file)}\" cannot be written: its folder is not there", $"Make it: mkdir -p {Printable.Of(Path.GetDirectoryName(file))}");
    }
}
