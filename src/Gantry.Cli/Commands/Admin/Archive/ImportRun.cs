using Gantry.Client.Content;
using Gantry.Client.Layout;
using Gantry.Client.Remote;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands.Admin.Archive;

/// <summary>One import: repository by repository, manifest by manifest, and what came of it.</summary>
internal sealed class ImportRun(RegistryClient client, RepositoryName? prefix, int concurrency)
{
    private int _repositories;
    private int _manifests;
    private int _there;
    private int _tags;
    private int _leftOut;

    public bool DryRun { get; init; }

    /// <summary>Whether a tag that names another manifest in the registry is moved.</summary>
    public bool Overwrite { get; init; }

    public required Action<string> Say { get; init; }

    public required Action<StoreFinding> Tell { get; init; }

    /// <summary>How much could not be taken along that should have been.</summary>
    public int Damages { get; private set; }

    public string Summary =>
        $"{(DryRun ? "Would import" : "Imported")} {_manifests} manifests and {_tags} tags of {_repositories} repositories; {_there} manifests were there, {_leftOut} left out, {Damages} damaged";

    public void Note(StoreFinding finding)
    {
        if (finding.IsDamage)
            Damages++;
        else
            _leftOut++;
        Tell(finding);
    }

    /// <exception cref="CommandException">The repository has no name, here or there.</exception>
    public async ValueTask ImportAsync(StoredRepository repository, CancellationToken ct)
    {
        if (Destination(repository.Name) is not { } name)
            return;
        _repositories++;
        var target = client.GetRepository(name);
        foreach (var manifest in repository.Manifests)
        {
            if (DryRun)
                Show(target, manifest);
            else
                await ImportAsync(repository.Content, manifest, target, ct);
        }
    }

    /// <summary>Null where the name under the prefix is too long: that is told.</summary>
    private RepositoryName? Destination(RepositoryName? stored)
    {
        if (stored is null && prefix is null)
            throw CommandException.WrongUsage("the layout has entries without a repository's name", "Name the repository: --to REGISTRY/REPOSITORY");
        if (stored is null || prefix is null)
            return stored ?? prefix;
        if (RepositoryName.TryParse($"{prefix}/{stored}".AsSpan(), out var name))
            return name;
        Note(new StoreFinding(stored.Value.ToString(), $"its name below {prefix} is too long", IsDamage: true));
        return null;
    }

    private void Show(RemoteRepository target, StoredManifest manifest)
    {
        _manifests++;
        _tags += manifest.Tags.Count;
        foreach (var tag in manifest.Tags)
            Say($"{client.Registry}/{target.Name}:{tag}@{manifest.Descriptor.Digest}");
        if (manifest.Tags.Count == 0)
            Say($"{client.Registry}/{target.Name}@{manifest.Descriptor.Digest}");
    }

    private async ValueTask ImportAsync(IContentSource source, StoredManifest manifest, RemoteRepository target, CancellationToken ct)
    {
        var place = $"{target.Name}@{manifest.Descriptor.Digest}";
        try
        {
            if (await target.ExistsAsync(manifest.Descriptor, ct))
                _there++;
            else
            {
                await CopyGraph.RunAsync(source, target, manifest.Descriptor, new CopyOptions { Concurrency = concurrency }, ct);
                _manifests++;
                Say($"Imported {client.Registry}/{place}");
            }
            foreach (var tag in manifest.Tags)
                await TagAsync(target, manifest.Descriptor, tag, ct);
        }
        catch (CopyException e) when (IsOfOneManifest(e.InnerException!) || e.Side == CopySide.Source)
        {
            Note(new StoreFinding(place, e.Node is { } node && node.Digest != manifest.Descriptor.Digest ? $"{node.Digest}: {e.Message}" : e.Message, IsDamage: true));
        }
        catch (Exception e) when (IsOfOneManifest(e))
        {
            Note(new StoreFinding(place, e.Message, IsDamage: true));
        }
    }

    private async ValueTask TagAsync(RemoteRepository target, Descriptor manifest, Tag tag, CancellationToken ct)
    {
        if (await target.ResolveAsync(tag.ToString(), ct) is { } there)
        {
            if (there.Digest == manifest.Digest)
                return;
            // Most likely somebody pushed here since an earlier import.
            if (!Overwrite)
            {
                Note(new StoreFinding($"{target.Name}:{tag}", $"the registry's tag names {there.Digest}, not {manifest.Digest}; --overwrite moves it", IsDamage: false));
                return;
            }
        }
        await target.TagAsync(manifest, tag.ToString(), ct);
        _tags++;
        Say($"Tagged {client.Registry}/{target.Name}:{tag}");
    }

    /// <summary>A refusal of this content, such as a lock or a bound. That we may not, or that the registry is gone, is true of all.</summary>
    private static bool IsOfOneManifest(Exception e) => e is RegistryException { Status: >= 400 and < 500 and not (401 or 403 or 408 or 429) };
}
