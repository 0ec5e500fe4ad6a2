using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Server.Metadata;

namespace Gantry.Server.Hosting;

/// <summary>The file that keeps an owner's credentials. It never replaces those of anybody else.</summary>
/// <param name="path">Where it is.</param>
/// <param name="principals">Who there is.</param>
/// <param name="tenant">Which server this is.</param>
internal sealed class OwnerFile(string path, IPrincipalStore principals, Guid tenant)
{
    // Far more than credentials take; what is larger is something else.
    private const int MaxBytes = 64 * 1024;

    /// <summary>Refuses a file that cannot be made, or that holds something other than an owner of this registry.</summary>
    /// <param name="registry">The registry; null where it is not made yet.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ServerOptionsException">It is refused.</exception>
    public async ValueTask CheckAsync(RegistryId? registry, CancellationToken ct)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new ServerOptionsException($"--credentials-file {path}: the folder {folder} is not there");
        var file = new FileInfo(path);
        // Somebody may have made it to have its mode right.
        if (!file.Exists || file.Length == 0)
            return;
        var held = file.Length > MaxBytes ? null : await ReadAsync(ct);
        // A crash before the owner was stored leaves an id of this server that is nobody's: that note may go.
        if (held is not null && held.Tenant == tenant.ToString() && Guid.TryParseExact(held.AppId, "D", out var appId)
            && (await principals.FindPrincipalAsync(appId, ct) is not { } known || known.Record.Registry == registry))
            return;
        throw new ServerOptionsException(
            $"--credentials-file {path}: this file is there already and does not hold the owner of this registry; name another file, or move that one away");
    }

    /// <exception cref="ServerOptionsException">It cannot be written.</exception>
    public void Write(PrincipalCredentials credentials)
    {
        try
        {
            DurableFile.Write(path, JsonSerializer.Serialize(credentials, WireJson.Wire.PrincipalCredentials) + "\n", secret: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The message names the temporary file, which nobody asked for.
            throw new ServerOptionsException($"--credentials-file {path}: the file cannot be written in {Path.GetDirectoryName(Path.GetFullPath(path))}", e);
        }
    }

    private async ValueTask<PrincipalCredentials?> ReadAsync(CancellationToken ct)
    {
        try
        {
            return JsonSerializer.Deserialize(await File.ReadAllBytesAsync(path, ct), WireJson.Wire.PrincipalCredentials);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
