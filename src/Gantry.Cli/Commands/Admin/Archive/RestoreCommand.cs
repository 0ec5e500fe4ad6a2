using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Server.Hosting;

namespace Gantry.Cli.Commands.Admin.Archive;

/// <summary><c>admin restore</c>: a backup becomes stores that <c>serve</c> opens.</summary>
internal sealed class RestoreCommand : VerbCommand
{
    private readonly StoreOptions _stores = new();
    private readonly Option<bool> _damagedAllowed = Flag.Switch("--damaged-allowed", "restore also where blobs of the backup are lost or damaged");

    [SetsRequiredMembers]
    public RestoreCommand(CommandContext context)
        : base(context, "restore", "Restore a backup into empty stores, offline")
    {
        Rule = ArgumentRule.Exactly(1, "FOLDER", "the folder of the backup");
        Details = """
            The backup is verified first: one that is torn or was altered is refused. Stores that hold something are refused
            too. A backup of one engine may be restored into another. One that was cut short is simply repeated.

            Every blob that the backup has lost, or whose bytes are wrong, is named, and nothing is restored then. With
            --damaged-allowed the rest is: those blobs are marked as damaged, which a fresh push heals, and the exit code is 1.

            Which stores these are is said as to serve: by flags, by the environment (GANTRY_DATABASE) or by the file of
            settings. A password belongs into the environment or the file.
            """;
        Examples =
        [
            ("Restore into a new data folder", "admin restore /backups/gantry --data /var/lib/gantry"),
            ("Restore into PostgreSQL", "admin restore /backups/gantry --data /var/lib/gantry --database postgres://gantry@db/gantry"),
        ];
        _stores.AddTo(this);
        Add(_damagedAllowed);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var options = _stores.Read(parse, Context);
        await using var folder = BackupFolder.Open(Context.FullPath(Words(parse)[0]));
        RestoreReport report;
        try
        {
            report = await Restoring.RunAsync(folder, options, parse.GetValue(_damagedAllowed), ct);
        }
        catch (InvalidOperationException e)
        {
            throw new CommandException(ExitCode.Conflict, e.Message, e) { Advice = "Name another data folder and other stores, or empty those." };
        }
        foreach (var damage in report.Damages)
            Context.Error.WriteLine(TerminalText.Of($"damaged: {damage}"));
        if (!report.IsLoaded)
            throw new CommandException(ExitCode.Integrity, $"{report.Damages.Count} blobs of the backup, which are named above, are lost or damaged; the database was not restored")
            {
                Advice = "Another backup may have them. --damaged-allowed restores the rest.",
            };
        Context.Out.WriteLine(FormattableString.Invariant($"Restored {report.Stamp.Rows} rows and {report.Objects} objects as they were at {report.Stamp.Taken:yyyy-MM-ddTHH:mm:ss.fffZ}"));
        return report.Damages.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
