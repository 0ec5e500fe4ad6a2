using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Arm;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Runs;
using Gantry.Protocol.Token;

namespace Gantry.Protocol;

/// <summary>Serialization of every request and response body that is not a content document. Those keep their bytes: <see cref="Oci.Manifest"/>.</summary>
[JsonSerializable(typeof(TagList))]
[JsonSerializable(typeof(Catalog))]
[JsonSerializable(typeof(AccessTokenResponse))]
[JsonSerializable(typeof(SignInIssuerList))]
[JsonSerializable(typeof(IssuerDescription))]
[JsonSerializable(typeof(IssuerList))]
[JsonSerializable(typeof(FederatedCredentialDescription))]
[JsonSerializable(typeof(FederatedCredentialList))]
[JsonSerializable(typeof(FederationTest))]
[JsonSerializable(typeof(FederationTestReport))]
[JsonSerializable(typeof(AttributesChange))]
[JsonSerializable(typeof(RepositoryAttributes))]
[JsonSerializable(typeof(TagAttributesList))]
[JsonSerializable(typeof(TagAttributesAnswer))]
[JsonSerializable(typeof(ManifestAttributesList))]
[JsonSerializable(typeof(ManifestAttributesAnswer))]
[JsonSerializable(typeof(RepositoryDeleted))]
[JsonSerializable(typeof(PrincipalRequest))]
[JsonSerializable(typeof(PrincipalCredentials))]
[JsonSerializable(typeof(PrincipalDescription))]
[JsonSerializable(typeof(PrincipalUpdate))]
[JsonSerializable(typeof(RegistrySettingsDocument))]
[JsonSerializable(typeof(AccessExplanation))]
[JsonSerializable(typeof(SecretRequest))]
[JsonSerializable(typeof(GroupRequest))]
[JsonSerializable(typeof(MemberRequest))]
[JsonSerializable(typeof(PrincipalList))]
[JsonSerializable(typeof(BackupTicket))]
[JsonSerializable(typeof(RegistryList))]
[JsonSerializable(typeof(OperatorLine))]
[JsonSerializable(typeof(CollectRequest))]
[JsonSerializable(typeof(CollectReport))]
[JsonSerializable(typeof(WhyReport))]
[JsonSerializable(typeof(ScrubStatus))]
[JsonSerializable(typeof(CheckRequest))]
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(AuditRecord))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(RunRequest))]
[JsonSerializable(typeof(RunResource))]
[JsonSerializable(typeof(RunList))]
[JsonSerializable(typeof(SourceUpload))]
[JsonSerializable(typeof(RunLogLink))]
[JsonSerializable(typeof(ArmErrorDocument))]
[JsonSerializable(typeof(LeaseRequest))]
[JsonSerializable(typeof(RunLease))]
[JsonSerializable(typeof(LeaseState))]
[JsonSerializable(typeof(RunOutcome))]
[JsonSerializable(typeof(RegistryResource))]
[JsonSerializable(typeof(RegistryRequest))]
[JsonSerializable(typeof(RegistryResourceList))]
[JsonSerializable(typeof(NameRequest))]
[JsonSerializable(typeof(NameAvailability))]
[JsonSerializable(typeof(ScopeMapResource))]
[JsonSerializable(typeof(ScopeMapRequest))]
[JsonSerializable(typeof(ScopeMapList))]
[JsonSerializable(typeof(TokenResource))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenResourceList))]
[JsonSerializable(typeof(GenerateCredentialsRequest))]
[JsonSerializable(typeof(GeneratedCredentials))]
[JsonSerializable(typeof(AdminCredentials))]
[JsonSerializable(typeof(RegenerateCredentialRequest))]
[JsonSerializable(typeof(RoleAssignmentResource))]
[JsonSerializable(typeof(RoleAssignmentRequest))]
[JsonSerializable(typeof(RoleAssignmentList))]
[JsonSerializable(typeof(RoleDefinitionResource))]
[JsonSerializable(typeof(RoleDefinitionList))]
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
public sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>The wire's instance: writes text as it is instead of escaping what only HTML needs, and refuses duplicate members.</summary>
    public static readonly WireJson Wire = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });
}
