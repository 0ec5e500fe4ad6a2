using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands;

/// <summary><c>repo ls</c>: the repositories of a registry, or of a namespace in it.</summary>
internal sealed class RepoListCommand : VerbCommand
{
    private readonly DebugOptions _common = new();
    private readonly RemoteOptions _remote = new();
    private readonly FormatOptions _format = new();
    private readonly Option<string?> _last = Flag.Text("--last", "string", "start after the repository specified by `last`");

    [SetsRequiredMembers]
    public RepoListCommand(CommandContext context)
        : base(context, "ls", "List the repositories of a registry")
    {
        Aliases.Add("list");
        Rule = ArgumentRule.Exactly(1, "<registry>[/<namespace>]", "the target registry to list repositories from");
        Examples =
        [
            ("List all repositories", "repo ls localhost:5000"),
            ("List those under a namespace", "repo ls localhost:5000/example"),
        ];
        _common.AddTo(this);
        _remote.AddTo(this);
        _format.AddTo(this);
        Add(_last);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var format = _format.Read(parse);
        var (registry, prefix) = Split(Words(parse)[0]);
        using var client = _remote.Connect(parse, Context, _common, registry);
        List<string> names = [];
        await foreach (var name in client.ListRepositoriesAsync(parse.GetValue(_last), ct))
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            if (format == OutputFormat.Text)
                Context.Out.WriteLine(name[prefix.Length..]);
            else
                names.Add(name);
        }
        if (format == OutputFormat.Json)
        {
            JsonResult.Write(Context, json =>
            {
                json.String("registry", registry.ToString());
                JsonResult.Strings(json, "repositories", names);
            });
        }
        return ExitCode.Done;
    }

    private static (RegistryName Registry, string Prefix) Split(string text)
    {
        RegistryArgument.RefuseUrl(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return (RegistryName.Parse(text), "");
        var space = text[(slash + 1)..].TrimEnd('/');
        return (RegistryName.Parse(text.AsSpan(0, slash)), space.Length == 0 ? "" : $"{RepositoryName.Parse(space.AsSpan())}/");
    }
}
