namespace Gantry.Build;

/// <summary>A folder of one build, gone when disposed. Nobody else may look into it: base images of private registries pass through.</summary>
internal sealed class WorkFolder : IDisposable
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private WorkFolder(string path) => Path = path;

    public string Path { get; }

    public static WorkFolder Create(string parent)
    {
        Directory.CreateDirectory(parent);
        var path = System.IO.Path.Join(parent, $"gantry-build-{Guid.NewGuid():N}");
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerAlone);
        return new WorkFolder(path);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
