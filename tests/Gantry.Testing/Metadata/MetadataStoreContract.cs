using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

/// <summary>What every metadata store keeps. Each implementation inherits it; the cases are in a file for each noun.</summary>
/// <remarks>A store is opened on a fresh database for each test, with one registry in it.</remarks>
public abstract partial class MetadataStoreContract : IAsyncLifetime
{
    protected static readonly DateTimeOffset Monday = new DateTimeOffset(2026, 3, 2, 8, 30, 0, TimeSpan.Zero).AddTicks(1234567);

    private IMetadataStore? _store;

    protected IMetadataStore Store => _store ?? throw new InvalidOperationException("the test has not begun");

    protected RegistryId Registry { get; private set; }

    protected RepositoryKey Samples => Repository("samples/artifact");

    /// <summary>Opens the store on this test's database, made when there is none: the same one when called again.</summary>
    protected abstract ValueTask<IMetadataStore> OpenAsync();

    /// <summary>Lets time pass by the store's own clock: at least so much.</summary>
    protected abstract ValueTask LetPassAsync(TimeSpan time);

    /// <summary>Runs a statement on the store's tables that no store would: what a broken disk or an older program may have left.</summary>
    protected abstract ValueTask SpoilAsync(string sql);

    /// <summary>Removes this test's database.</summary>
    protected abstract ValueTask RemoveAsync();

    public async ValueTask InitializeAsync()
    {
        _store = await OpenAsync();
        Registry = (await _store.EnsureRegistryAsync("myregistry", Monday, default)).Id;
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        await RemoveAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the store and opens it on what it left.</summary>
    protected async ValueTask ReopenAsync()
    {
        await Store.DisposeAsync();
        _store = await OpenAsync();
    }

    protected RepositoryKey Repository(string name) => new(Registry, RepositoryName.Parse(name));

    protected static DateTimeOffset After(int minutes) => Monday.AddMinutes(minutes);

    protected static Tag TagOf(string name) => Tag.Parse(name);

    protected static ListPage First(int limit = 100, ListOrder order = ListOrder.Name) => new(null, limit, order);

    protected static AttributesChange Lock(bool? delete = null, bool? write = null, bool? read = null, bool? list = null) =>
        new() { DeleteEnabled = delete, WriteEnabled = write, ReadEnabled = read, ListEnabled = list };

    protected static ManifestContent Content(string seed) =>
        ManifestContent.Of(MediaTypes.ImageManifest, System.Text.Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"seed":"{{seed}}"}"""));

    protected static Descriptor Blob(string seed) => Descriptor.Of(MediaTypes.OctetStream, System.Text.Encoding.UTF8.GetBytes(seed));

    protected static ManifestCommit Commit(RepositoryKey repository, ManifestContent content, DateTimeOffset now, params string[] tags) => new()
    {
        Repository = repository,
        Content = content,
        Tags = [.. tags.Select(TagOf)],
        Blobs = [],
        Manifests = [],
        ImageSize = 0,
        Now = now,
    };

    /// <summary>Pushes a manifest that names nothing, and returns its digest.</summary>
    protected async Task<Digest> PushAsync(RepositoryKey repository, string seed, DateTimeOffset now, params string[] tags)
    {
        var content = Content(seed);
        var result = await Store.CommitManifestAsync(Commit(repository, content, now, tags), default);
        Assert.Equal(CommitOutcome.Done, result.Outcome);
        return content.Descriptor.Digest;
    }

    protected async Task<Digest> PushReferrerAsync(string seed, Digest subject, MediaType? artifactType = null)
    {
        var content = Content(seed);
        var result = await Store.CommitManifestAsync(Commit(Samples, content, Monday) with { Subject = subject, ArtifactType = artifactType }, default);
        Assert.Equal(CommitOutcome.Done, result.Outcome);
        return content.Descriptor.Digest;
    }
}
