using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class RegistryUpdateCommand : ManagementCommand
{
    private readonly Option<string?> _sku = Choice.Of<string?>("--sku", null, "the limits it has", [("Basic", "Basic"), ("Standard", "Standard"), ("Premium", "Premium")]);

    private readonly Option<string?> _admin = Choice.TrueOrFalse("--admin-enabled", "whether it has an admin user");

    private readonly Option<string?> _anonymous = Choice.TrueOrFalse("--anonymous-pull-enabled", "whether anybody may pull");

    private readonly Option<string?> _mode = Choice.Of<string?>(
        "--role-assignment-mode", null, "which roles open repositories, AcrPull and its like or the repository roles",
        [("rbac", RoleAssignmentModes.Legacy), ("rbac-abac", RoleAssignmentModes.Repository)]);

    private readonly Option<string?> _defaultAction = Choice.Of<string?>("--default-action", null, "for addresses that no network rule names", [("Allow", "Allow"), ("Deny", "Deny")]);

    private readonly Option<string?> _publicNetwork = Choice.TrueOrFalse("--public-network-enabled", "whether it can be reached from other machines");

    private readonly WordsOption _tags = new("--tags", "KEY=VALUE...", "tags in place of those it has; '' for none");

    [SetsRequiredMembers]
    public RegistryUpdateCommand(CommandContext context)
        : base(context, "update", "Change a registry; what is not given stays as it is", "--name", "-n")
    {
        Examples =
        [
            ("Let the admin user in", "acr update -n myregistry --admin-enabled true"),
            ("Let anybody pull", "acr update -n myregistry --anonymous-pull-enabled true"),
            ("Grant repository by repository", "acr update -n myregistry --role-assignment-mode rbac-abac"),
        ];
        foreach (var option in (ReadOnlySpan<Option>)[_sku, _admin, _anonymous, _mode, _defaultAction, _publicNetwork, _tags])
            Add(option);
    }

    protected override IReadOnlyList<AzColumn>? Columns => RegistryJson.Columns;

    protected override void Check(ParseResult parse) => ReadTags(parse);

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct)
    {
        // The wire knows a set of rules as a whole, so those for addresses go with it.
        NetworkRuleSet? rules = null;
        if (parse.GetValue(_defaultAction) is { } action)
            rules = new NetworkRuleSet { DefaultAction = action, IpRules = (await registry.GetAsync(ct)).Properties.NetworkRuleSet?.IpRules ?? [] };
        var properties = new RegistryPropertiesRequest
        {
            AdminUserEnabled = parse.GetState(_admin),
            AnonymousPullEnabled = parse.GetState(_anonymous),
            RoleAssignmentMode = parse.GetValue(_mode),
            NetworkRuleSet = rules,
            PublicNetworkAccess = parse.GetState(_publicNetwork) switch { true => "Enabled", false => "Disabled", null => null },
        };
        var change = new RegistryRequest
        {
            Tags = ReadTags(parse),
            Sku = parse.GetValue(_sku) is { } sku ? new RegistrySku { Name = sku } : null,
            Properties = properties == new RegistryPropertiesRequest() ? null : properties,
        };
        return RegistryJson.Of(await registry.UpdateAsync(change, ct));
    }

    /// <returns>Null where none are given.</returns>
    private Dictionary<string, string>? ReadTags(ParseResult parse)
    {
        if (parse.GetValue(_tags) is not { } given || !parse.IsGiven(_tags))
            return null;
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in given.SelectMany(words => words).Where(word => word.Length > 0))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals == 0)
                throw CommandException.WrongUsage($"argument {_tags.Name}: \"{Printable.Of(word)}\" has no key");
            tags[equals < 0 ? word : word[..equals]] = equals < 0 ? "" : word[(equals + 1)..];
        }
        return tags;
    }
}
