namespace Gantry.Protocol.Arm;

/// <summary>Paths of the management API, Microsoft.ContainerRegistry's own.</summary>
/// <remarks><code>
///   GET                /subscriptions/S/providers/Microsoft.ContainerRegistry/registries            ──► RegistryResourceList
///   POST               /subscriptions/S/providers/Microsoft.ContainerRegistry/checkNameAvailability    NameRequest ──► NameAvailability
///   /subscriptions/S/resourceGroups/G/providers/Microsoft.ContainerRegistry/registries/NAME
///     GET PUT PATCH DELETE                          RegistryRequest ──► RegistryResource
///     POST listCredentials                                          ──► AdminCredentials
///     POST regenerateCredential         RegenerateCredentialRequest ──► AdminCredentials
///     GET scopeMaps                                                 ──► ScopeMapList
///     GET PUT PATCH DELETE scopeMaps/X              ScopeMapRequest ──► ScopeMapResource
///     GET tokens                                                    ──► TokenResourceList
///     GET PUT PATCH DELETE tokens/X                    TokenRequest ──► TokenResource
///     POST generateCredentials           GenerateCredentialsRequest ──► GeneratedCredentials
///     GET providers/Microsoft.Authorization/roleAssignments         ──► RoleAssignmentList
///     GET PUT DELETE …/roleAssignments/GUID   RoleAssignmentRequest ──► RoleAssignmentResource
///     GET providers/Microsoft.Authorization/roleDefinitions         ──► RoleDefinitionList
/// </code>
/// Every member gives a path without its query; <see cref="ApiVersion"/> is that query, which a server of ours takes in any version or none.
/// </remarks>
public static class ArmPaths
{
    public const string ApiVersion = "api-version=2022-02-01-preview";

    /// <summary>Subscription and group are Azure's; a server of ours takes any.</summary>
    public const string Subscription = "00000000-0000-0000-0000-000000000000";

    public const string Group = "gantry";

    private const string Provider = "providers/Microsoft.ContainerRegistry";
    private const string Authorization = "providers/Microsoft.Authorization";

    public static string Registries(string subscription = Subscription) => $"/subscriptions/{subscription}/{Provider}/registries";

    public static string CheckName(string subscription = Subscription) => $"/subscriptions/{subscription}/{Provider}/checkNameAvailability";

    /// <summary>A registry's path, which is its resource id too.</summary>
    public static string Registry(string name, string subscription = Subscription, string group = Group) =>
        $"/subscriptions/{subscription}/resourceGroups/{group}/{Provider}/registries/{Uri.EscapeDataString(name)}";

    public static string ListCredentials(string registryId) => $"{registryId}/listCredentials";

    public static string RegenerateCredential(string registryId) => $"{registryId}/regenerateCredential";

    public static string GenerateCredentials(string registryId) => $"{registryId}/generateCredentials";

    public static string ScopeMaps(string registryId) => $"{registryId}/scopeMaps";

    public static string ScopeMap(string registryId, string name) => $"{registryId}/scopeMaps/{Uri.EscapeDataString(name)}";

    public static string Tokens(string registryId) => $"{registryId}/tokens";

    public static string Token(string registryId, string name) => $"{registryId}/tokens/{Uri.EscapeDataString(name)}";

    public static string RoleAssignments(string registryId) => $"{registryId}/{Authorization}/roleAssignments";

    public static string RoleAssignment(string registryId, Guid name) => $"{RoleAssignments(registryId)}/{name:D}";

    public static string RoleDefinitions(string registryId) => $"{registryId}/{Authorization}/roleDefinitions";

    public static string RoleDefinition(string registryId, Guid role) => $"{RoleDefinitions(registryId)}/{role:D}";
}
