using Gantry.Protocol.Naming;

namespace Gantry.Client.Remote.Credentials;

/// <summary>Docker's <c>config.json</c>: credential helpers first, then the default store, then the file's own entries. Members we do not know are kept.</summary>
public sealed class DockerConfig : ICredentialSource
{
    private DockerConfig(string path) => FilePath = path;

    /// <summary>The file that is written.</summary>
    public string FilePath { get; }

    /// <summary><c>$DOCKER_CONFIG/config.json</c>, else <c>~/.docker/config.json</c>.</summary>
    /// <param name="environment">Looks up an environment variable.</param>
    public static string DefaultPath(Func<string, string?> environment) => throw new NotImplementedException();

    /// <summary>Opens config files: the first is written, the others are read where it knows nothing. A file that is absent is empty.</summary>
    /// <exception cref="FormatException">A file is not JSON of that shape; the message names it.</exception>
    public static DockerConfig Open(params IReadOnlyList<string> paths) => throw new NotImplementedException();

    public ValueTask<Credential?> FindAsync(RegistryName registry, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>Stores a credential where the file says credentials of this registry go; the file itself is replaced atomically, mode 0600.</summary>
    public ValueTask StoreAsync(RegistryName registry, Credential credential, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>Forgets a registry's credential; silent where there is none.</summary>
    public ValueTask EraseAsync(RegistryName registry, CancellationToken ct = default) => throw new NotImplementedException();
}
