using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Server.Hosting;

namespace Gantry.Cli.Commands.Admin.Archive;

/// <summary><c>admin rebuild</c>: a new database from the journal and the blobs.</summary>
internal sealed class RebuildCommand : VerbCommand
{
    private readonly StoreOptions _stores = new();
    private readonly Option<bool> _force = Flag.Switch("--force", "move a database that is there aside");
    private readonly Option<string?> _line = Flag.Text("--line", "ID", "which journal, where the store has those of several databases");

    [SetsRequiredMembers]
    public RebuildCommand(CommandContext context)
        : base(context, "rebuild", "Make a lost database anew from the journal, offline")
    {
        Rule = ArgumentRule.None;
        Details = """
            The last resort, where the database is lost and there is no backup. Repositories, manifests, tags and locks come
            from the journal that the server writes beside the blobs every few seconds, so the last seconds before the loss
            may be missing: it says how many at least. What the journal has not are principals, keys, runs and whether a
            registry lets anybody pull: the first start makes a new owner, and everybody signs in anew.

            The exit code is 1 where anything was found damaged or missing; it is named.

            Which stores these are is said as to serve: by flags, by the environment (GANTRY_DATABASE) or by the file of
            settings. A password belongs into the environment or the file.
            """;
        Examples = [("Rebuild the database of a data folder", "admin rebuild --data /var/lib/gantry")];
        _stores.AddTo(this);
        Add(_force);
        Add(_line);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var report = await RebuildAsync(parse, ct);
        if (report.Aside is { } aside)
            Context.Out.WriteLine($"The old database is now {TerminalText.Of(aside)}");
        foreach (var loss in report.Losses)
            Context.Error.WriteLine($"lost: {TerminalText.Of(loss)}");
        Context.Out.WriteLine($"Rebuilt {report.Manifests} manifests and {report.Tags} tags of {report.Repositories} repositories");
        Context.Out.WriteLine(FormattableString.Invariant($"The journal ends with change {report.LastChange} of {report.Newest:yyyy-MM-ddTHH:mm:ss.fffZ}; what was stored in at least the last {report.MayMissSeconds} seconds before the loss may be missing"));
        Context.Out.WriteLine("Principals, keys, runs and anonymous pull are not in the journal: the first start makes a new owner, and every registry asks for credentials");
        return report.Losses.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private async Task<RebuildReport> RebuildAsync(ParseResult parse, CancellationToken ct)
    {
        try
        {
            return await Rebuilding.RunAsync(_stores.Read(parse, Context), parse.GetValue(_line), parse.GetValue(_force), Context.Time, ct);
        }
        catch (RebuildStoppedException e)
        {
            // An interruption says nothing else, and the old database must be found again.
            Context.Error.WriteLine(TerminalText.Of(e.Message));
            throw;
        }
    }
}
