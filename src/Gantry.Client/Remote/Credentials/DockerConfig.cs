using Gantry.Protocol.Naming;

namespace Gantry.Client.Remote.Credentials;

/// <summary>Docker's <c>config.json</c>: credential helpers first, then the default store, then the file's own entries. Members we do not know are kept.</summary>
/// <remarks><code>
///   for each file:  credHelpers[host] ──► credsStore ──► auths[host]      the first that knows the registry answers
///   store, erase:   credHelpers[host] else credsStore else auths[host]    of the first file
/// </code></remarks>
public sealed class DockerConfig : ICredentialSource
{
    private readonly IReadOnlyList<DockerConfigFile> _files;
    private readonly Func<string, CredentialHelper> _findHelper;

    private DockerConfig(IReadOnlyList<DockerConfigFile> files, Func<string, CredentialHelper> findHelper)
    {
        _files = files;
        _findHelper = findHelper;
        FilePath = files[0].Path;
    }

    /// <summary>The file that is written.</summary>
    public string FilePath { get; }

    /// <summary><c>$DOCKER_CONFIG/config.json</c>, else <c>~/.docker/config.json</c>.</summary>
    /// <param name="environment">Looks up an environment variable.</param>
    public static string DefaultPath(Func<string, string?> environment) =>
        environment("DOCKER_CONFIG") is { Length: > 0 } folder
            ? Path.Combine(folder, "config.json")
            : Path.Combine(
                environment(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME") is { Length: > 0 } home
                    ? home
                    : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
                ".docker",
                "config.json");

    /// <summary>Opens config files: the first is written, the others are read where it knows nothing. A file that is absent is empty.</summary>
    /// <exception cref="FormatException">A file is not JSON of that shape; the message names it.</exception>
    public static DockerConfig Open(params IReadOnlyList<string> paths) => Open(paths, Environment.GetEnvironmentVariable("PATH"));

    /// <param name="paths">The files.</param>
    /// <param name="searchPath">Where helpers are looked for, as <c>PATH</c> writes it.</param>
    internal static DockerConfig Open(IReadOnlyList<string> paths, string? searchPath)
    {
        if (paths.Count == 0)
            throw new ArgumentException("at least one file", nameof(paths));
        var config = new DockerConfig([.. paths.Select(path => new DockerConfigFile(path))], name => CredentialHelper.Find(name, searchPath));
        // Read now, so that a broken file is told before anything was done.
        foreach (var file in config._files)
            file.Read();
        return config;
    }

    public async ValueTask<Credential?> FindAsync(RegistryName registry, CancellationToken ct = default)
    {
        foreach (var file in _files)
        {
            var content = file.Read();
            foreach (var helper in content.Helpers(registry))
            {
                if (await _findHelper(helper).GetAsync(DockerConfigContent.KeyOf(registry), ct).ConfigureAwait(false) is { } stored)
                    return stored;
            }
            if (content.Find(registry) is { } credential)
                return credential;
        }
        return null;
    }

    /// <summary>Stores a credential where the file says credentials of this registry go; the file itself is replaced atomically, mode 0600.</summary>
    public async ValueTask StoreAsync(RegistryName registry, Credential credential, CancellationToken ct = default)
    {
        if (_files[0].Read().Helpers(registry) is [var helper, ..])
            await _findHelper(helper).StoreAsync(DockerConfigContent.KeyOf(registry), credential, ct).ConfigureAwait(false);
        else
            await _files[0].ChangeAsync(content => content.Store(registry, credential), ct).ConfigureAwait(false);
    }

    /// <summary>Forgets a registry's credential; silent where there is none.</summary>
    public async ValueTask EraseAsync(RegistryName registry, CancellationToken ct = default)
    {
        var content = _files[0].Read();
        if (content.Helpers(registry) is [var helper, ..])
            await _findHelper(helper).EraseAsync(DockerConfigContent.KeyOf(registry), ct).ConfigureAwait(false);
        if (content.Has(registry))
            await _files[0].ChangeAsync(fresh => fresh.Erase(registry), ct).ConfigureAwait(false);
    }
}
