using Gantry.Server.Access;
using Gantry.Server.Metadata;

namespace Gantry.Server.Hosting;

/// <summary>Makes the registries that the options name, and an owner for each that has none.</summary>
/// <remarks><code>
///   for each registry   (1) make it ──► (2) has an owner? ──no──► alone in the cluster: (3) credentials to the file, or told ──► (4) owner stored
/// </code>
/// A crash or a refusal between (3) and (4) leaves a note that opens nothing; the next start does it again.
/// Of several nodes that start at once one makes the owner; the others wait until there is one, or until its time is over.
/// </remarks>
internal sealed class Founding(GantryServerOptions options, IMetadataStore metadata, ServerIdentity identity, TimeProvider time)
{
    private static readonly TimeSpan FoundingTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly string _holder = Guid.NewGuid().ToString("N");
    private readonly PrincipalEnrolment _enrolment = new(metadata, identity.Secrets, identity.Tenant, time);
    private readonly List<NewOwner> _owners = [];

    public async ValueTask<Founded> EnsureAsync(CancellationToken ct)
    {
        var names = OptionRules.RegistryNames(options);
        var before = (await metadata.ListRegistriesAsync(ct)).Select(registry => registry.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names)
            await EnsureAsync(name, before.Contains(name), ct);
        return new Founded(
            _owners,
            [.. names.Where(name => !before.Contains(name))],
            options.Domain is null ? [.. before.Except(names).Order(StringComparer.Ordinal)] : []);
    }

    private async ValueTask EnsureAsync(string name, bool exists, CancellationToken ct)
    {
        var file = options.CredentialsFile is { } path ? new OwnerFile(name == options.Name ? path : $"{path}.{name}", metadata, identity.Tenant) : null;
        // A file that is refused must not leave a registry behind.
        if (!exists && file is not null)
            await file.CheckAsync(registry: null, ct);

        // (1)
        var registry = await metadata.EnsureRegistryAsync(name, time.GetUtcNow(), ct);
        if (name == options.Name && options.AnonymousPull is { } anonymous && anonymous != registry.AnonymousPull)
            await metadata.SetAnonymousPullAsync(registry.Id, anonymous, ct);

        // (2)
        var further = options.NewOwner && name == options.Name;
        while (await _enrolment.NameOwnerAsync(registry, further, ct) is { } ownerName)
        {
            if (!metadata.IsShared)
            {
                await AddOwnerAsync(registry, ownerName, file, ct);
                return;
            }
            if (await metadata.TakeJobAsync($"found {name}", _holder, FoundingTime, ct) is not { } lease)
            {
                await Task.Delay(Pause, time, ct);
                continue;
            }
            try
            {
                // Asked again: somebody may have been faster.
                if (await _enrolment.NameOwnerAsync(registry, further, ct) is { } free)
                    await AddOwnerAsync(registry, free, file, ct);
                return;
            }
            finally
            {
                await metadata.ReleaseJobAsync(lease, CancellationToken.None);
            }
        }
    }

    private async ValueTask AddOwnerAsync(RegistryRecord registry, string ownerName, OwnerFile? file, CancellationToken ct)
    {
        if (file is not null)
            await file.CheckAsync(registry.Id, ct);

        // (3), (4)
        var credentials = await _enrolment.AddOwnerAsync(registry, ownerName, made => Tell(new NewOwner(registry.Name, made), file), ct);
        _owners.Add(new NewOwner(registry.Name, credentials));
    }

    private void Tell(NewOwner owner, OwnerFile? file)
    {
        file?.Write(owner.Credentials);
        options.TellOwner?.Invoke(owner);
    }
}
