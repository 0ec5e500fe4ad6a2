using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Federation;

/// <summary>Shows a token to the registry without signing anybody in by it.</summary>
internal sealed class FederationTestCommand : AdminCommand
{
    private const int MaxBytes = 64 * 1024;

    [SetsRequiredMembers]
    public FederationTestCommand(CommandContext context)
        : base(context, "test", "Tell what a token would come to, and why", ArgumentRule.Exactly(1, "FILE", "the file with the token; - for standard input"), AzFormat.Json)
    {
        Details = "The token is taken from a file, because whoever reads the process list could use it. The command fails where the token stands for nobody.";
    }

    protected override bool HasFailed(JsonNode result) => result["verdict"]?.GetValue<string>().StartsWith("refused", StringComparison.Ordinal) == true;

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var file = Words(parse)[0];
        string? token;
        if (file == "-")
        {
            token = Context.ReadLine();
        }
        else
        {
            var path = new FileInfo(Context.FullPath(file));
            if (path.Exists && path.Length > MaxBytes)
                throw CommandException.WrongUsage($"{file} is longer than a token can be");
            token = await File.ReadAllTextAsync(path.FullName, ct);
        }
        return JsonSerializer.SerializeToNode(await server.TestFederationAsync((token ?? "").Trim(), ct), WireJson.Wire.FederationTestReport);
    }
}
