using System.Text;
using Gantry.Protocol.Arm;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Gantry.Testing;

namespace Gantry.Server.Tests.Fuzz;

/// <summary>What management reads, and what it wrote and reads again: any text is read or refused, never taken for something else.</summary>
public sealed class ManagementFuzzTests
{
    [Fact]
    public void An_identity_is_read_as_it_was_written() => Seeded.Rounds(610, 10_000, random =>
    {
        var text = random.Text(["admin", "token:", "ci", ":", "-", "0", "a", "A", "4f3c2b1a-0000-1111-2222-333344445555", "(anonymous)", " ", "é"], 4);
        if (IdentityKey.TryParse(text) is { } key)
            Assert.Equal(text, key.ToString(), ignoreCase: true);
        // White space around an id is not passed over.
        Assert.Null(IdentityKey.TryParse(" " + text));
        Assert.Equal(IdentityKey.TryParseId(text) is not null, IdentityKey.TryParse(text) is { Kind: CallerKind.Principal });
    });

    [Fact]
    public void Settings_of_a_registry_are_read_or_known_to_be_none() => Seeded.Rounds(611, 4_000, random =>
    {
        var settings = new RegistrySettings { AdminUserEnabled = random.OneIn(2), AllowedAddresses = random.OneIn(2) ? ["10.0.0.0/8", "::1"] : [] };
        var bytes = random.Mutate(Encoding.UTF8.GetBytes(settings.ToJson()));
        try
        {
            var read = RegistrySettings.Read(Encoding.UTF8.GetString(bytes));
            Assert.Equal(read.ToJson(), RegistrySettings.Read(read.ToJson()).ToJson());
        }
        catch (InvalidDataException e)
        {
            Assert.Contains("settings of a registry", e.Message, StringComparison.Ordinal);
        }
    });

    [Fact]
    public void A_network_is_an_address_or_a_range_and_nothing_else() => Seeded.Rounds(612, 10_000, random =>
    {
        var text = random.Text(["10", ".", "0", "1", "/", "8", "32", "::", "fe80", "255", "%", " ", "a"], 9);
        // RegistrySettings.TryReadNetwork gives a network that holds its own first address, or nothing.
        if (RegistrySettings.TryReadNetwork(text) is { } network)
            Assert.True(network.Contains(network.BaseAddress), text);
    });

    [Fact]
    public async Task A_body_of_management_is_taken_or_refused_in_a_sentence()
    {
        using var folder = new TemporaryFolder();
        await using var registry = await RegistryInProcess.StartAsync(options => options with { DataFolder = folder.Join("data") });
        var owner = $"Authorization: {RegistryInProcess.Basic(registry.Owner)}";
        var root = ArmPaths.Registry("gantry");
        (string Method, string Path, string Body)[] requests =
        [
            ("POST", "/gantry/v1/principals", """{"name":"ci","role":"AcrPull","repository":"samples"}"""),
            ("POST", "/gantry/v1/groups", """{"name":"team"}"""),
            ("PATCH", "/gantry/v1/settings", """{"catalogByRights":true}"""),
            ("PUT", $"{root}/scopeMaps/ci-map", """{"properties":{"description":"x","actions":["repositories/a/content/read"]}}"""),
            ("PUT", $"{root}/tokens/ci-token", """{"properties":{"scopeMapId":"/x/scopeMaps/_repositories_pull","status":"enabled"}}"""),
            ("POST", $"{root}/generateCredentials", """{"tokenId":"/x/tokens/ci-token","name":"password1","expiry":"2100-01-01T00:00:00Z"}"""),
            ("PATCH", root, """{"tags":{"a":"b"},"properties":{"adminUserEnabled":true,"networkRuleSet":{"defaultAction":"Allow","ipRules":[{"value":"10.0.0.0/8"}]}}}"""),
            ("PUT", $"{root}/providers/Microsoft.Authorization/roleAssignments/4f3c2b1a-0000-1111-2222-333344445555", """{"properties":{"roleDefinitionId":"x/7f951dda-4ed3-4680-a7ca-43fe172d538d","principalId":"00000000-0000-0000-0000-000000000000"}}"""),
        ];
        // All of them are read by JsonBody.ReadAsync.
        var refused = 0;
        await Seeded.RoundsAsync(613, 1_000, async random =>
        {
            var (method, path, body) = random.Of(requests);
            using var content = new ByteArrayContent(random.Mutate(Encoding.UTF8.GetBytes(body)));
            var answer = await registry.SendAsync(method, path, content, owner);
            Assert.InRange(answer.Status, 200, 413);
            if (answer.Status < 400)
                return;
            refused++;
            var error = answer.Json.TryGetProperty("error", out var arm) ? arm : answer.Json.GetProperty("errors")[0];
            Assert.NotEmpty(error.GetProperty("message").GetString()!);
        });
        Assert.InRange(refused, 300, 999);
    }
}
