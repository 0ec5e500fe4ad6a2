using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Acr.Management;

/// <summary>Tokens and their passwords as az shows them.</summary>
internal static class TokenJson
{
    public static IReadOnlyList<AzColumn> Columns { get; } =
    [
        AzResource.Column("NAME", "name"),
        new("SCOPE MAP", token => AzResource.NameOf(AzResource.Cell(token?["scopeMapId"]))),
        new("PASSWORD1 EXPIRY", token => ExpiryCell(Find(token?["credentials"], "password1"), absent: "")),
        new("PASSWORD2 EXPIRY", token => ExpiryCell(Find(token?["credentials"], "password2"), absent: "")),
        new("STATUS", token => AzResource.Cell(token?["status"]) is [var first, .. var rest] ? char.ToUpperInvariant(first) + rest : AzResource.Blank),
        AzResource.Column("PROVISIONING STATE", "provisioningState"),
        AzResource.TimeColumn("CREATION DATE", "creationDate"),
    ];

    public static IReadOnlyList<AzColumn> CredentialColumns { get; } =
    [
        AzResource.Column("USERNAME", "username"),
        new("PASSWORD1", credentials => AzResource.Cell(Find(credentials, "password1")?["value"])),
        new("PASSWORD1 EXPIRY", credentials => ExpiryCell(Find(credentials, "password1"), AzResource.Blank)),
        new("PASSWORD2", credentials => AzResource.Cell(Find(credentials, "password2")?["value"])),
        new("PASSWORD2 EXPIRY", credentials => ExpiryCell(Find(credentials, "password2"), AzResource.Blank)),
    ];

    /// <param name="token">The token.</param>
    /// <param name="made">Passwords that were made with it, which are shown with their values.</param>
    public static JsonNode Of(TokenResource token, GeneratedCredentials? made = null)
    {
        var properties = token.Properties;
        var credentials = new JsonObject
        {
            ["certificates"] = new JsonArray([.. properties.Credentials.Certificates.Select(certificate => new JsonObject
            {
                ["expiry"] = AzResource.Time(certificate.Expiry),
                ["name"] = certificate.Name,
                ["thumbprint"] = certificate.Thumbprint,
            })]),
            ["passwords"] = Of(made?.Passwords ?? properties.Credentials.Passwords),
        };
        if (made is not null)
            credentials["username"] = made.Username;
        return new JsonObject
        {
            ["creationDate"] = AzResource.Time(properties.CreationDate),
            ["credentials"] = credentials,
            ["id"] = token.Id,
            ["name"] = token.Name,
            ["provisioningState"] = properties.ProvisioningState,
            ["resourceGroup"] = AzResource.GroupOf(token.Id),
            ["scopeMapId"] = properties.ScopeMapId,
            ["status"] = properties.Status,
            ["systemData"] = AzResource.History(token.SystemData),
            ["type"] = token.Type,
        };
    }

    public static JsonNode Of(GeneratedCredentials credentials) => new JsonObject { ["passwords"] = Of(credentials.Passwords), ["username"] = credentials.Username };

    private static JsonArray Of(IReadOnlyList<TokenPassword> passwords) => new([.. passwords.Select(password => new JsonObject
    {
        ["creationTime"] = AzResource.Time(password.CreationTime),
        ["expiry"] = AzResource.Time(password.Expiry),
        ["name"] = password.Name,
        ["value"] = password.Value,
    })]);

    private static JsonNode? Find(JsonNode? credentials, string name) =>
        (credentials?["passwords"] as JsonArray)?.FirstOrDefault(password => password?["name"]?.GetValue<string>() == name);

    private static string ExpiryCell(JsonNode? password, string absent) =>
        password is null ? absent : password["expiry"] is { } expiry ? AzResource.TimeCell(expiry) : "Never";
}
