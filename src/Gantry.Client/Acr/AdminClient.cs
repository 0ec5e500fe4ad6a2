using System.Text.Json;
using Gantry.Client.Remote;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;

namespace Gantry.Client.Acr;

/// <summary>Gantry's own management API <c>/gantry/v1</c>.</summary>
public sealed class AdminClient(RegistryClient client)
{
    private const string Principals = "/gantry/v1/principals";
    private const string Federation = "/gantry/v1/federation";
    private const string Groups = "/gantry/v1/groups";
    private const string Settings = "/gantry/v1/settings";
    private const string Backups = "/gantry/v1/backups";

    public RegistryClient Client { get; } = client;

    public ValueTask<PrincipalCredentials> CreatePrincipalAsync(PrincipalRequest request, CancellationToken ct = default) =>
        Client.SendJsonAsync(
            HttpMethod.Post, Principals, JsonSerializer.SerializeToUtf8Bytes(request, WireJson.Wire.PrincipalRequest), null, WireJson.Wire.PrincipalCredentials, ct);

    public async ValueTask<IReadOnlyList<PrincipalDescription>> ListPrincipalsAsync(CancellationToken ct = default) =>
        (await Client.SendJsonAsync(HttpMethod.Get, Principals, null, null, WireJson.Wire.PrincipalList, ct).ConfigureAwait(false)).Principals;

    /// <summary>Gives a principal a new secret; the old one ends at once.</summary>
    public ValueTask<PrincipalCredentials> ResetPrincipalAsync(Guid appId, CancellationToken ct = default) =>
        Client.SendJsonAsync(HttpMethod.Post, $"{Principals}/{appId:D}/reset", null, null, WireJson.Wire.PrincipalCredentials, ct);

    public async ValueTask DeletePrincipalAsync(Guid appId, CancellationToken ct = default)
    {
        using var response = await Client.SendAsync(HttpMethod.Delete, $"{Principals}/{appId:D}", null, null, ct).ConfigureAwait(false);
    }

    /// <summary>Trusts an issuer of tokens.</summary>
    public ValueTask<IssuerDescription> CreateIssuerAsync(IssuerDescription issuer, CancellationToken ct = default) =>
        Client.SendJsonAsync(HttpMethod.Post, Federation, JsonSerializer.SerializeToUtf8Bytes(issuer, WireJson.Wire.IssuerDescription), null, WireJson.Wire.IssuerDescription, ct);

    public async ValueTask<IReadOnlyList<IssuerDescription>> ListIssuersAsync(CancellationToken ct = default) =>
        (await Client.SendJsonAsync(HttpMethod.Get, Federation, null, null, WireJson.Wire.IssuerList, ct).ConfigureAwait(false)).Issuers;

    public ValueTask<IssuerDescription> GetIssuerAsync(string name, CancellationToken ct = default) =>
        Client.SendJsonAsync(HttpMethod.Get, $"{Federation}/{Uri.EscapeDataString(name)}", null, null, WireJson.Wire.IssuerDescription, ct);

    public async ValueTask DeleteIssuerAsync(string name, CancellationToken ct = default)
    {
        using var response = await Client.SendAsync(HttpMethod.Delete, $"{Federation}/{Uri.EscapeDataString(name)}", null, null, ct).ConfigureAwait(false);
    }

    /// <summary>Asks what an outside issuer's token would come to; nobody is signed in by it.</summary>
    public ValueTask<FederationTestReport> TestFederationAsync(string token, CancellationToken ct = default) =>
        Client.SendJsonAsync(
            HttpMethod.Post, "/gantry/v1/federation-test", JsonSerializer.SerializeToUtf8Bytes(new FederationTest(token), WireJson.Wire.FederationTest), null, WireJson.Wire.FederationTestReport, ct);

    /// <summary>Lets outside tokens stand for a principal.</summary>
    public ValueTask<FederatedCredentialDescription> AddFederatedCredentialAsync(Guid appId, FederatedCredentialDescription credential, CancellationToken ct = default) =>
        Client.SendJsonAsync(
            HttpMethod.Post, CredentialsOf(appId), JsonSerializer.SerializeToUtf8Bytes(credential, WireJson.Wire.FederatedCredentialDescription), null, WireJson.Wire.FederatedCredentialDescription, ct);

    public async ValueTask<IReadOnlyList<FederatedCredentialDescription>> ListFederatedCredentialsAsync(Guid appId, CancellationToken ct = default) =>
        (await Client.SendJsonAsync(HttpMethod.Get, CredentialsOf(appId), null, null, WireJson.Wire.FederatedCredentialList, ct).ConfigureAwait(false)).Credentials;

    /// <summary>Removes a federated credential; the principal's tokens end.</summary>
    public async ValueTask DeleteFederatedCredentialAsync(Guid appId, string name, CancellationToken ct = default)
    {
        using var response = await Client.SendAsync(HttpMethod.Delete, $"{CredentialsOf(appId)}/{Uri.EscapeDataString(name)}", null, null, ct).ConfigureAwait(false);
    }

    private static string CredentialsOf(Guid appId) => $"{Principals}/{appId:D}/federated-credentials";

    /// <summary>A principal with its secrets' ids and its groups.</summary>
    public ValueTask<PrincipalDescription> GetPrincipalAsync(Guid id, CancellationToken ct = default) =>
        Client.SendJsonAsync(HttpMethod.Get, $"{Principals}/{id:D}", null, null, WireJson.Wire.PrincipalDescription, ct);

    /// <summary>Lets a principal sign in, or not any more. Its tokens end in either case.</summary>
    public ValueTask<PrincipalDescription> EnablePrincipalAsync(Guid id, bool enabled, CancellationToken ct = default) => Client.SendJsonAsync(
        HttpMethod.Patch, $"{Principals}/{id:D}", JsonSerializer.SerializeToUtf8Bytes(new PrincipalUpdate { Enabled = enabled }, WireJson.Wire.PrincipalUpdate), null, WireJson.Wire.PrincipalDescription, ct);

    /// <summary>Ends every token of a principal; its secrets stay.</summary>
    public async ValueTask EndTokensAsync(Guid id, CancellationToken ct = default)
    {
        using var response = await Client.SendAsync(HttpMethod.Post, $"{Principals}/{id:D}/revoke", null, null, ct).ConfigureAwait(false);
    }

    /// <summary>Gives a service principal a further secret. It is in the answer and nowhere else.</summary>
    public ValueTask<PrincipalCredentials> AddSecretAsync(Guid id, SecretRequest request, CancellationToken ct = default) => Client.SendJsonAsync(
        HttpMethod.Post, $"{Principals}/{id:D}/secrets", JsonSerializer.SerializeToUtf8Bytes(request, WireJson.Wire.SecretRequest), null, WireJson.Wire.PrincipalCredentials, ct);

    /// <summary>Takes one of a principal's secrets back; its tokens end too.</summary>
    public async ValueTask DeleteSecretAsync(Guid id, Guid secret, CancellationToken ct = default)
    {
        using var response = await Client.SendAsync(HttpMethod.Delete, $"{Principals}/{id:D}/secrets/{secret:D}", null, null, ct).ConfigureAwait(false);
    }

    public ValueTask<PrincipalDescription> CreateGroupAsync(string name, CancellationToken ct = default) => Client.SendJsonAsync(
        HttpMethod.Post, Groups, JsonSerializer.SerializeToUtf8Bytes(new GroupRequest { Name = name }, WireJson.Wire.GroupRequest), null, WireJson.Wire.PrincipalDescription, ct);

    public async ValueTask<IReadOnlyList<PrincipalDescription>> ListMembersAsync(Guid group, CancellationToken ct = default) =>
        (await Client.SendJsonAsync(HttpMethod.Get, $"{Groups}/{group:D}/members", null, null, WireJson.Wire.PrincipalList, ct).ConfigureAwait(false)).Principals;

    public async ValueTask AddMemberAsync(Guid group, Guid member, CancellationToken ct = default)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new MemberRequest { Principal = member.ToString("D") }, WireJson.Wire.MemberRequest);
        using var response = await Client.SendAsync(HttpMethod.Post, $"{Groups}/{group:D}/members", body, null, ct).ConfigureAwait(false);
    }

    public async ValueTask RemoveMemberAsync(Guid group, Guid member, CancellationToken ct = default)
    {
        using var response = await Client.SendAsync(HttpMethod.Delete, $"{Groups}/{group:D}/members/{member:D}", null, null, ct).ConfigureAwait(false);
    }

    public ValueTask<RegistrySettingsDocument> GetSettingsAsync(CancellationToken ct = default) =>
        Client.SendJsonAsync(HttpMethod.Get, Settings, null, null, WireJson.Wire.RegistrySettingsDocument, ct);

    /// <summary>Changes what a registry is told; what the document leaves out stays as it is.</summary>
    public ValueTask<RegistrySettingsDocument> UpdateSettingsAsync(RegistrySettingsDocument change, CancellationToken ct = default) => Client.SendJsonAsync(
        HttpMethod.Patch, Settings, JsonSerializer.SerializeToUtf8Bytes(change, WireJson.Wire.RegistrySettingsDocument), null, WireJson.Wire.RegistrySettingsDocument, ct);

    /// <summary>The registries of the server, for resolving bare names.</summary>
    public async ValueTask<IReadOnlyList<RegistryDescription>> ListRegistriesAsync(CancellationToken ct = default) =>
        (await Client.SendJsonAsync(HttpMethod.Get, "/gantry/v1/registries", null, null, WireJson.Wire.RegistryList, ct).ConfigureAwait(false)).Registries;

    /// <summary>Whether an identity may do something, and why.</summary>
    /// <param name="identity">An application id, a token's name, <c>admin</c>, or <c>anonymous</c>.</param>
    /// <param name="action">An action's name, in Azure's words or in those of token scopes.</param>
    /// <param name="repository">Where; null for an action on the registry.</param>
    /// <param name="ct">Cancels.</param>
    public ValueTask<AccessExplanation> ExplainAccessAsync(string identity, string action, string? repository, CancellationToken ct = default)
    {
        var query = $"identity={Uri.EscapeDataString(identity)}&action={Uri.EscapeDataString(action)}" + (repository is null ? "" : $"&repository={Uri.EscapeDataString(repository)}");
        return Client.SendJsonAsync(HttpMethod.Get, $"/gantry/v1/access/explain?{query}", null, null, WireJson.Wire.AccessExplanation, ct);
    }

    /// <summary>Begins a backup: until it ends, or is not renewed in time, the server collects no bytes.</summary>
    public ValueTask<BackupTicket> BeginBackupAsync(CancellationToken ct = default) =>
        Client.SendJsonAsync(HttpMethod.Post, Backups, null, null, WireJson.Wire.BackupTicket, ct);

    /// <exception cref="Protocol.Distribution.RegistryException">410: the backup is lost.</exception>
    public ValueTask<BackupTicket> RenewBackupAsync(string id, CancellationToken ct = default) =>
        Client.SendJsonAsync(HttpMethod.Put, $"{Backups}/{id}", null, null, WireJson.Wire.BackupTicket, ct);

    public async ValueTask EndBackupAsync(string id, CancellationToken ct = default)
    {
        using var response = await Client.SendAsync(HttpMethod.Delete, $"{Backups}/{id}", null, null, ct).ConfigureAwait(false);
    }

    /// <summary>The database's rows as they are now. The caller disposes the answer.</summary>
    public ValueTask<HttpResponseMessage> FetchDumpAsync(string id, CancellationToken ct = default) =>
        Client.SendAsync(HttpMethod.Get, $"{Backups}/{id}/dump", null, null, ct);

    /// <summary>An object of the server's store from an offset on. The caller disposes the answer.</summary>
    public ValueTask<HttpResponseMessage> FetchObjectAsync(string id, string path, long offset, CancellationToken ct = default) =>
        Client.SendAsync(HttpMethod.Get, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Backups}/{id}/objects/{path}?offset={offset}"), null, null, ct);

    /// <summary>Runs one of the server's long commands, which says line by line what it is at (<see cref="OperatorLine"/>).</summary>
    /// <param name="path">What follows <c>/gantry/v1</c>, with its slash.</param>
    /// <param name="body">What is asked for, as JSON; null for the command as it is.</param>
    /// <param name="progress">Told what it is at.</param>
    /// <param name="ct">Hangs up, and so stops the command.</param>
    /// <returns>What it came to.</returns>
    /// <exception cref="RegistryException">It was refused, or ended early; or the answer was cut off.</exception>
    public async ValueTask<JsonElement> OperateAsync(string path, ReadOnlyMemory<byte>? body, Action<string>? progress = null, CancellationToken ct = default)
    {
        using var response = await Client.SendAsync(HttpMethod.Post, $"/gantry/v1{path}", body, null, ct).ConfigureAwait(false);
        using var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } text)
        {
            switch (Parse(text))
            {
                case { Progress: { } word }:
                    progress?.Invoke(word);
                    break;
                case { Error: { } error }:
                    throw new RegistryException(ErrorCode.FromWire(error.Code, ErrorCode.Unavailable.Status), error.Message);
                case { Result: { } result }:
                    return result;
            }
        }
        throw new RegistryException(ErrorCode.Unavailable, "the server ended its answer before the command was through; run it again");
    }

    /// <summary>A page of the audit record of the server that answers, the newest first.</summary>
    /// <param name="query">What is wanted, encoded: <c>n=100&amp;operation=Push</c>.</param>
    /// <param name="last">What the page before gave as its next; null for the first.</param>
    /// <param name="ct">Cancels.</param>
    public ValueTask<AuditPage> ListAuditAsync(string query, string? last = null, CancellationToken ct = default) =>
        Client.SendJsonAsync(HttpMethod.Get, $"/gantry/v1/audit?{query}{(last is null ? "" : $"&last={Uri.EscapeDataString(last)}")}", null, null, WireJson.Wire.AuditPage, ct);

    /// <summary>Asks one of the server's short questions.</summary>
    /// <param name="path">What follows <c>/gantry/v1</c>, with its slash.</param>
    /// <param name="ct">Cancels.</param>
    public async ValueTask<JsonElement> AskAsync(string path, CancellationToken ct = default)
    {
        using var response = await Client.SendAsync(HttpMethod.Get, $"/gantry/v1{path}", null, null, ct).ConfigureAwait(false);
        using var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        using var document = await JsonDocument.ParseAsync(stream, default, ct).ConfigureAwait(false);
        return document.RootElement.Clone();
    }

    private static OperatorLine? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, WireJson.Wire.OperatorLine);
        }
        catch (JsonException)
        {
            throw new RegistryException(ErrorCode.Unavailable, "the server's answer was cut off; run the command again");
        }
    }
}
