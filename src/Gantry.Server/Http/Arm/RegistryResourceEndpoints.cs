using Gantry.Protocol;
using Gantry.Protocol.Arm;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Server.Access;
using Gantry.Server.Http.Admin;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Arm;

/// <summary>A registry as a resource: how it is set up.</summary>
public sealed class RegistryResourceEndpoints(IRegistryStore store, RegistrySelector selector, int maxBytes)
{
    private const string Provider = "providers/Microsoft.ContainerRegistry";
    private const string Everywhere = "local";
    private const int MaxTags = 50;
    private const int MaxRules = 200;

    /// <summary>Below a registry's own path.</summary>
    public IEnumerable<ManagedRoute> Routes =>
    [
        new("GET", "", Rights.RegistryRead, (request, _) => ShowAsync(request, request.Registry)),
        new("PATCH", "", Rights.RegistryWrite, (request, _) => UpdateAsync(request)),
    ];

    /// <summary>Below <c>/subscriptions/</c>.</summary>
    public IEnumerable<ManagedRoute> SubscriptionRoutes =>
    [
        new("GET", $"{{subscription}}/{Provider}/registries", Rights.None, (request, values) => ListAsync(request, values[0], ArmPaths.Group)),
        new("GET", $"{{subscription}}/resourceGroups/{{group}}/{Provider}/registries", Rights.None, (request, values) => ListAsync(request, values[0], values[1])),
        new("POST", $"{{subscription}}/{Provider}/checkNameAvailability", Rights.Operate, (request, _) => CheckNameAsync(request)),
    ];

    private static Task ShowAsync(RegistryRequest request, RegistryRecord registry) =>
        Answer.JsonAsync(request.Http, StatusCodes.Status200OK, Describe(registry, ArmEndpoints.PrefixOf(request), request.LoginServer), WireJson.Wire.RegistryResource);

    /// <summary>A principal belongs to one registry and is told of that one. Development mode shows all that a host leads to.</summary>
    private async Task ListAsync(RegistryRequest request, string subscription, string group)
    {
        var shown = new List<RegistryResource>();
        foreach (var registry in await store.ListRegistriesAsync(request.Aborted))
        {
            var here = registry.Id == request.Registry.Id;
            if (here ? !request.Caller.May(Rights.RegistryRead) : request.Caller.Kind != CallerKind.Developer)
                continue;
            if ((here ? request.LoginServer : selector.LoginServerOf(registry.Name, RegistryName.Parse(request.LoginServer))) is { } host)
                shown.Add(Describe(registry, ArmPaths.Registry(registry.Name, subscription, group), host));
        }
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, new RegistryResourceList { Value = shown }, WireJson.Wire.RegistryResourceList);
    }

    private async Task CheckNameAsync(RegistryRequest request)
    {
        var name = (await JsonBody.ReadAsync(request.Http, WireJson.Wire.NameRequest, maxBytes)).Name.ToLowerInvariant();
        var answer = !Hosting.OptionRules.IsRegistryName(name)
            ? new NameAvailability { NameAvailable = false, Reason = "Invalid", Message = "The registry name must have 5 to 50 letters and digits." }
            : await store.FindRegistryAsync(name, request.Aborted) is not null
                ? new NameAvailability { NameAvailable = false, Reason = "AlreadyExists", Message = $"The registry {name} is already in use." }
                : new NameAvailability { NameAvailable = true };
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, answer, WireJson.Wire.NameAvailability);
    }

    private async Task UpdateAsync(RegistryRequest request)
    {
        var wanted = await JsonBody.ReadAsync(request.Http, WireJson.Wire.RegistryRequest, maxBytes);
        Check(wanted);
        var changed = await store.ChangeRegistryAsync(request.Registry.Id, registry => Apply(registry, wanted), request.Aborted)
            ?? throw new RegistryException(ErrorCode.NotFound, $"there is no registry {request.Registry.Name} any more");
        await ShowAsync(request, changed);
    }

    private static RegistryRecord Apply(RegistryRecord registry, Protocol.Arm.RegistryRequest wanted)
    {
        var (settings, properties) = (registry.Settings, wanted.Properties ?? new RegistryPropertiesRequest());
        var arm = properties.Policies?.AzureADAuthenticationAsArmPolicy?.Status;
        return registry with
        {
            AnonymousPull = properties.AnonymousPullEnabled ?? registry.AnonymousPull,
            Settings = settings with
            {
                AdminUserEnabled = properties.AdminUserEnabled ?? settings.AdminUserEnabled,
                RepositoryRolesOnly = properties.RoleAssignmentMode is { } mode ? mode == RoleAssignmentModes.Repository : settings.RepositoryRolesOnly,
                RefusesArmTokens = arm is null ? settings.RefusesArmTokens : PolicyStates.IsOn(arm) == false,
                RefusesOtherAddresses = properties.NetworkRuleSet is { } rules ? rules.DefaultAction.Equals("Deny", StringComparison.OrdinalIgnoreCase) : settings.RefusesOtherAddresses,
                AllowedAddresses = properties.NetworkRuleSet is { } set ? [.. set.IpRules.Select(rule => rule.Value)] : settings.AllowedAddresses,
                Tags = wanted.Tags is { } tags ? tags.ToDictionary() : settings.Tags,
            },
        };
    }

    /// <summary>What cannot be had is refused, not kept and ignored.</summary>
    private static void Check(Protocol.Arm.RegistryRequest wanted)
    {
        if (wanted.Tags is { } tags && (tags.Count > MaxTags || tags.Any(pair => pair.Key.Length is 0 or > 512 || pair.Value is null or { Length: > 256 })))
            throw Refused($"a registry has at most {MaxTags} tags, their names at most 512 characters and their values at most 256");
        if (wanted.Properties is not { } properties)
            return;
        if (properties.RoleAssignmentMode is { } mode && mode is not (RoleAssignmentModes.Legacy or RoleAssignmentModes.Repository))
            throw Refused($"roleAssignmentMode is {RoleAssignmentModes.Legacy} or {RoleAssignmentModes.Repository}");
        if (properties.DataEndpointEnabled is true || Is(properties.PublicNetworkAccess, "Disabled") || Is(properties.ZoneRedundancy, "Enabled")
            || Is(properties.Encryption?.Status, "Enabled") || Is(properties.MetadataSearch, "Enabled"))
            throw Refused("data endpoints, private networks, zones, encryption and metadata search are not to be had here");
        if (properties.NetworkRuleSet is { } rules)
            Check(rules);
        if (properties.Policies is { } policies)
            Check(policies);
    }

    private static void Check(NetworkRuleSet rules)
    {
        if (!Is(rules.DefaultAction, "Allow") && !Is(rules.DefaultAction, "Deny"))
            throw Refused("the defaultAction of network rules is Allow or Deny");
        if (rules.IpRules.Count > MaxRules)
            throw Refused($"a registry has at most {MaxRules} network rules");
        if (rules.IpRules.FirstOrDefault(rule => RegistrySettings.TryReadNetwork(rule.Value) is null) is { } wrong)
            throw Refused($"\"{Printable.Of(wrong.Value)}\" is no address and no range as 10.0.0.0/8");
        if (rules.IpRules.Any(rule => !Is(rule.Action, "Allow")))
            throw Refused("a network rule's action is Allow");
    }

    private static void Check(RegistryPolicies policies)
    {
        if (policies.AzureADAuthenticationAsArmPolicy?.Status is { } status && PolicyStates.IsOn(status) is null)
            throw Refused("azureADAuthenticationAsArmPolicy is enabled or disabled");
        string?[] others = [policies.QuarantinePolicy?.Status, policies.TrustPolicy?.Status, policies.RetentionPolicy?.Status, policies.SoftDeletePolicy?.Status];
        if (others.Any(other => PolicyStates.IsOn(other) is true) || PolicyStates.IsOn(policies.ExportPolicy?.Status) is false)
            throw Refused("of the policies this registry has azureADAuthenticationAsArmPolicy alone");
    }

    private static RegistryResource Describe(RegistryRecord registry, string id, string loginServer) => new()
    {
        Id = id,
        Name = registry.Name,
        Location = Everywhere,
        Tags = registry.Settings.Tags,
        Sku = new RegistrySku { Name = "Premium", Tier = "Premium" },
        Properties = new RegistryProperties
        {
            LoginServer = loginServer,
            CreationDate = registry.Created,
            AdminUserEnabled = registry.Settings.AdminUserEnabled,
            AnonymousPullEnabled = registry.AnonymousPull,
            NetworkRuleSet = new NetworkRuleSet
            {
                DefaultAction = registry.Settings.RefusesOtherAddresses ? "Deny" : "Allow",
                IpRules = [.. registry.Settings.AllowedAddresses.Select(address => new IpRule { Value = address })],
            },
            Encryption = new EncryptionStatus { Status = PolicyStates.Disabled },
            RoleAssignmentMode = registry.Settings.RepositoryRolesOnly ? RoleAssignmentModes.Repository : RoleAssignmentModes.Legacy,
            Policies = new RegistryPolicies
            {
                QuarantinePolicy = new PolicyStatus { Status = PolicyStates.Disabled },
                TrustPolicy = new TrustPolicy { Type = "Notary", Status = PolicyStates.Disabled },
                RetentionPolicy = new RetentionPolicy { Days = 7, LastUpdatedTime = registry.Created, Status = PolicyStates.Disabled },
                ExportPolicy = new PolicyStatus { Status = PolicyStates.Enabled },
                AzureADAuthenticationAsArmPolicy = new PolicyStatus { Status = PolicyStates.Of(!registry.Settings.RefusesArmTokens) },
                SoftDeletePolicy = new SoftDeletePolicy { RetentionDays = 7, LastUpdatedTime = registry.Created, Status = PolicyStates.Disabled },
            },
        },
    };

    private static bool Is(string? word, string meant) => meant.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static RegistryException Refused(string why) => new(ErrorCode.RequestInvalid, why);
}
