using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Server.Hosting;

namespace Gantry.Cli.Commands.Admin.Archive;

/// <summary><c>admin backup</c>: everything that a running server knows, into a folder.</summary>
internal sealed class BackupCommand : AdminCommand
{
    private readonly Option<bool> _verify = Flag.Switch("--verify", "hash the blobs that the folder has, and fetch anew what is wrong");

    [SetsRequiredMembers]
    public BackupCommand(CommandContext context)
        : base(context, "backup", "Back a running server up into a folder", ArgumentRule.Exactly(1, "FOLDER", "the folder of the backup; made where it is missing"), AzFormat.Json)
    {
        Details = """
            Everything is as at one instant: registries, repositories, manifests, tags, locks, principals, keys, secrets,
            runs with their logs. The server goes on meanwhile; only collections wait. Blobs that the folder has already
            are not fetched again, so the next backup into it is quick, and one that was cut short is simply repeated.
            Those are known by name and length; --verify reads them, as is wise from time to time.

            The folder holds signing keys and the hashes of secrets: it is made for you alone (mode 0700), keep it so.
            Only an owner of the server's default registry may make a backup.
            """;
        Add(_verify);
        Examples = [("Back the server up", "admin backup /backups/gantry --server https://registry.example.com")];
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        await using var folder = BackupFolder.Create(Context.FullPath(Words(parse)[0]));
        var run = new BackupRun(server, folder) { Verify = parse.GetValue(_verify), Tell = line => Context.Error.WriteLine(Output.TerminalText.Of(line)) };
        var stamp = await run.RunAsync(ct);
        if (run.Lost > 0)
            throw new CommandException(ExitCode.Integrity, $"the server has lost or damaged {run.Lost} of {run.Objects} objects, which are named above; the backup that was there before is left as it was")
            {
                Advice = "\"gantry admin scrub --now\" marks what is damaged; a push of the same content to any repository of the server then heals it.",
            };
        return new JsonObject
        {
            ["taken"] = stamp.Taken.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["rows"] = stamp.Rows,
            ["objects"] = run.Objects,
            ["fetched"] = run.Fetched,
            ["rotten"] = run.Rotten,
            ["fetchedBytes"] = run.FetchedBytes,
        };
    }
}
