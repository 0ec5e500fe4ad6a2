using System.Text;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Archive;
using Gantry.Server.Hosting;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;
using Gantry.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Server.Tests.Archive;

/// <summary>A registry's content with its journal, whose database can be lost.</summary>
public abstract class RebuildTest : IAsyncLifetime
{
    protected static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private Corner? _corner;
    private IMetadataStore? _store;
    private IBlobDriver? _driver;
    private Journal? _journal;
    private int _minute;

    /// <summary>SQLite and files here; the other three are what derives from the tests.</summary>
    protected virtual Corner Corner() => Testing.Corner.Local();

    protected IMetadataStore Store => _store!;

    protected IBlobDriver Driver => _driver!;

    protected Journal Journal => _journal!;

    protected string Folder => _corner!.Folder;

    protected GantryServerOptions Options { get; private set; } = null!;

    protected DateTimeOffset Now => Monday.AddMinutes(++_minute);

    public async ValueTask InitializeAsync()
    {
        _corner = Corner();
        Options = await _corner.ConfigureAsync(new GantryServerOptions { DataFolder = _corner.Folder });
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _corner!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task ActAsync(Seeded chance)
    {
        var repository = await KeyAsync(chance.Of("a", "b", "c/d"));
        var tag = Tag.Parse(chance.Of("1", "2", "3"));
        switch (chance.Below(9))
        {
            case 0:
                await Store.DeleteTagAsync(repository, tag, null, Now, default);
                break;
            case 1 when await Store.FindTagAsync(repository, tag, default) is { } named:
                await Store.DeleteManifestAsync(repository, named.Digest, chance.OneIn(2), default);
                break;
            case 2 when chance.OneIn(4):
                await Store.DeleteRepositoryAsync(repository, default);
                break;
            case 3:
                await Store.UpdateTagAsync(repository, tag, new AttributesChange { ListEnabled = chance.OneIn(2), DeleteEnabled = !chance.OneIn(6) }, Now, default);
                break;
            case 4:
                await Store.UpdateRepositoryAsync(repository, new AttributesChange { ReadEnabled = chance.OneIn(2) }, Now, default);
                break;
            case 5 when await Store.FindTagAsync(repository, tag, default) is { } named:
                await Store.UpdateManifestAsync(repository, named.Digest, new AttributesChange { WriteEnabled = chance.OneIn(2) }, Now, default);
                break;
            default:
                await PushAsync(repository.Name.ToString(), $"layer {chance.Below(6)}", chance.OneIn(5) ? null : tag);
                break;
        }
    }

    protected async Task PushAsync(string repository, string layer, Tag? tag)
    {
        var key = await KeyAsync(repository);
        var bytes = Encoding.UTF8.GetBytes(layer);
        var digest = Digest.Of(bytes);
        await _driver!.PutAsync(BlobPaths.Blob(digest), new MemoryStream(bytes), default);
        await Store.LinkBlobAsync(key, digest, bytes.Length, Now, default);
        var blob = new Descriptor { MediaType = MediaTypes.OctetStream, Digest = digest, Size = bytes.Length };
        var json = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageManifest}}","artifactType":"a/b","config":{"mediaType":"{{MediaTypes.OctetStream}}","digest":"{{digest}}","size":{{bytes.Length}}},"layers":[]}""";
        await Store.CommitManifestAsync(new ManifestCommit
        {
            Repository = key,
            Content = ManifestContent.Of(MediaTypes.ImageManifest, Encoding.UTF8.GetBytes(json)),
            Tags = tag is { } name ? [name] : [],
            Blobs = [blob],
            Manifests = [],
            ImageSize = bytes.Length,
            Now = Now,
        }, default);
    }

    protected async Task<RepositoryKey> KeyAsync(string repository) =>
        new((await Store.EnsureRegistryAsync("myregistry", Monday, default)).Id, RepositoryName.Parse(repository.AsSpan()));

    /// <summary>Everything that the journal promises to know, as text.</summary>
    protected async Task<string> DescribeAsync()
    {
        var text = new StringBuilder();
        foreach (var name in (string[])["a", "b", "c/d", "future", "late"])
        {
            var key = await KeyAsync(name);
            if (await Store.FindRepositoryAsync(key, default) is not { } repository)
                continue;
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{name} {repository.ManifestCount} {repository.TagCount} {repository.Attributes}");
            // Those that are not listed too: each manifest is asked for by what any push could have made of it.
            foreach (var layer in Enumerable.Range(0, 7).Select(i => $"layer {i}").Concat(["one", "two", "three", "four", "late"]))
            {
                var digest = Digest.Of(Encoding.UTF8.GetBytes(layer));
                var json = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageManifest}}","artifactType":"a/b","config":{"mediaType":"{{MediaTypes.OctetStream}}","digest":"{{digest}}","size":{{layer.Length}}},"layers":[]}""";
                if (await Store.FindManifestRecordAsync(key, Digest.Of(Encoding.UTF8.GetBytes(json)), default) is { } manifest)
                    text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"  {layer} {manifest.Descriptor.Digest} {manifest.Attributes} blob {await Store.FindBlobAsync(key, digest, default)}");
            }
            foreach (var tag in (string[])["1", "2", "3", "t0", "t1", "t2", "t3", "t4", "late"])
            {
                if (await Store.FindTagAsync(key, Tag.Parse(tag), default) is { } named)
                    text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"  {tag} {named.Digest} {named.Attributes}");
            }
        }
        return text.ToString();
    }

    protected async Task<RebuildReport> LoseAndRebuildAsync()
    {
        await CloseAsync();
        await _corner!.LoseDatabaseAsync();
        var report = await Rebuilding.RunAsync(Options, null, force: false, TimeProvider.System, default);
        await OpenAsync();
        return report;
    }

    /// <summary>Leaves an empty database where one was.</summary>
    protected async Task LoseAsync()
    {
        await CloseAsync();
        await _corner!.LoseDatabaseAsync();
        await OpenAsync();
    }

    protected async Task ReopenAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    protected async Task OpenAsync()
    {
        _store = await _corner!.OpenMetadataAsync(TimeProvider.System);
        _driver = await _corner.OpenDriverAsync();
        _journal = new Journal(_store, _driver, new SpoolFolder(_corner.Folder), NullLogger<Journal>.Instance);
    }

    protected async Task CloseAsync()
    {
        if (_store is null)
            return;
        await _journal!.ReleaseAsync(default);
        await _store.DisposeAsync();
        await _driver!.DisposeAsync();
        _store = null;
    }
}
