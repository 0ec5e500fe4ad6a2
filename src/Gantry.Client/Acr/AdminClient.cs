using System.Text.Json;
using Gantry.Client.Remote;
using Gantry.Protocol;
using Gantry.Protocol.Admin;

namespace Gantry.Client.Acr;

/// <summary>Gantry's own management API <c>/gantry/v1</c>.</summary>
public sealed class AdminClient(RegistryClient client)
{
    private const string Principals = "/gantry/v1/principals";
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

    /// <summary>The registries of the server, for resolving bare names.</summary>
    public async ValueTask<IReadOnlyList<RegistryDescription>> ListRegistriesAsync(CancellationToken ct = default) =>
        (await Client.SendJsonAsync(HttpMethod.Get, "/gantry/v1/registries", null, null, WireJson.Wire.RegistryList, ct).ConfigureAwait(false)).Registries;

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
}
