using System.CommandLine;
using Gantry.Cli.Commands.Serve;
using Gantry.Cli.Output;
using Gantry.Server;

namespace Gantry.Cli.Commands.Admin.Archive;

/// <summary>Which stores an offline command opens: flags, environment and file say it as they say it to <c>serve</c>, so that both mean the same ones.</summary>
internal sealed class StoreOptions
{
    private readonly SettingOptions _settings = new([.. ServeSettings.All.Where(setting => setting.Name is "data" or "database" or "blobs")]);

    public void AddTo(Command command) => _settings.AddTo(command);

    /// <summary>Reads them, and tells which they are: it need not be the command line that says so.</summary>
    /// <exception cref="CommandException">No data folder is named, or a value is wrong.</exception>
    public GantryServerOptions Read(ParseResult parse, CommandContext context)
    {
        var options = _settings.ReadWithData(parse, context);
        context.Error.WriteLine($"Data folder {TerminalText.Of(options.DataFolder)}, database {TerminalText.Of(options.Database.ToString())}, blobs in {TerminalText.Of(options.Blobs?.ToString() ?? "the data folder")}");
        return options;
    }
}
