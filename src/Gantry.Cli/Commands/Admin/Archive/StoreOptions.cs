using System.CommandLine;
using Gantry.Cli.Options;
using Gantry.Server;
using Gantry.Server.Hosting;

namespace Gantry.Cli.Commands.Admin.Archive;

/// <summary>Which stores an offline command opens: as <c>serve</c> is told.</summary>
internal sealed class StoreOptions
{
    private readonly Option<string?> _data = Flag.Text("--data", "DIR", "the data folder; no server may run on it");
    private readonly Option<string?> _database = Flag.Text("--database", "URL", "the database, as for serve (default sqlite:gantry.db in the data folder)");

    private readonly Option<string?> _blobs = Flag.Text("--blobs", "DIR|URL", "the blobs, as for serve (default the data folder)");

    public void AddTo(Command command)
    {
        command.Add(_data);
        command.Add(_database);
        command.Add(_blobs);
    }

    /// <exception cref="CommandException">The folder is missing, or the address is none.</exception>
    public GantryServerOptions Read(ParseResult parse, CommandContext context)
    {
        var data = parse.GetValue(_data) ?? throw CommandException.WrongUsage("required flag(s) \"data\" not set");
        var database = DatabaseAddress.Default;
        string? problem;
        if (parse.GetValue(_database) is { } given && !DatabaseAddress.TryParse(given, out database, out problem))
            throw CommandException.WrongUsage(problem);
        BlobsAddress? blobs = null;
        if (parse.GetValue(_blobs) is { } place && !BlobsAddress.TryParse(BlobsAddress.IsUrl(place) ? place : context.FullPath(place), out blobs, out problem))
            throw CommandException.WrongUsage(problem);
        return new GantryServerOptions { DataFolder = context.FullPath(data), Database = database, Blobs = blobs };
    }
}
