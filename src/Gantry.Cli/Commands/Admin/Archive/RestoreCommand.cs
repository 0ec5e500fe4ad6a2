using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Server.Hosting;

namespace Gantry.Cli.Commands.Admin.Archive;

/// <summary><c>admin restore</c>: a backup becomes stores that <c>serve</c> opens.</summary>
internal sealed class RestoreCommand : VerbCommand
{
    private readonly StoreOptions _stores = new();

    [SetsRequiredMembers]
    public RestoreCommand(CommandContext context)
        : base(context, "restore", "Restore a backup into empty stores, offline")
    {
        Rule = ArgumentRule.Exactly(1, "FOLDER", "the folder of the backup");
        Details = """
            The backup is verified first: one that is torn or was altered is refused. Stores that hold something are refused
            too. A backup of one engine may be restored into another. One that was cut short is simply repeated.
            """;
        Examples =
        [
            ("Restore into a new data folder", "admin restore /backups/gantry --data /var/lib/gantry"),
            ("Restore into PostgreSQL", "admin restore /backups/gantry --data /var/lib/gantry --database postgres://gantry@db/gantry"),
        ];
        _stores.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var options = _stores.Read(parse, Context);
        await using var folder = BackupFolder.Open(Context.FullPath(Words(parse)[0]));
        var objects = 0;
        var stamp = await Restoring.RunAsync(folder, options, _ => Interlocked.Increment(ref objects), ct);
        Context.Out.WriteLine(FormattableString.Invariant($"Restored {stamp.Rows} rows and {objects} objects as they were at {stamp.Taken:yyyy-MM-ddTHH:mm:ss.fffZ}"));
        return ExitCode.Done;
    }
}
