using System.Text.Json;
using Gantry.Cli.Options;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Az;

/// <summary>The file that remembers who is signed in to which server.</summary>
internal sealed class SignInFile(CommandContext context)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary><c>$GANTRY_CONFIG_DIR/signin.json</c>, else below the user's folder of settings.</summary>
    public string Path { get; } = System.IO.Path.Combine(Folder(context), "signin.json");

    /// <returns>Null where nobody is signed in.</returns>
    /// <exception cref="CommandException">The file is not what was written.</exception>
    public SignIn? Read()
    {
        try
        {
            var signIn = JsonSerializer.Deserialize(File.ReadAllBytes(Path), SignInJson.Default.SignIn);
            return signIn ?? throw Broken(null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw Broken(e);
        }
    }

    /// <summary>Stores the credential for the server and each of its registries where docker and oras look, then remembers the server.</summary>
    public async Task RememberAsync(SignIn signIn, Credential credential, CancellationToken ct)
    {
        var config = ConnectionOptions.OpenDockerConfig(context);
        foreach (var host in signIn.Registries.Select(registry => registry.LoginServer).Append(signIn.Address.Registry.ToString()).Distinct())
            await config.StoreAsync(RegistryName.Parse(host), credential, ct);
        Write(signIn);
    }

    /// <summary>Replaces the file in one step; only its owner may read it.</summary>
    public void Write(SignIn signIn)
    {
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        var temporary = $"{Path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(temporary, options))
            JsonSerializer.Serialize(file, signIn, SignInJson.Default.SignIn);
        File.Move(temporary, Path, overwrite: true);
    }

    public void Delete() => File.Delete(Path);

    private static string Folder(CommandContext context) =>
        context.Environment("GANTRY_CONFIG_DIR") is { Length: > 0 } own ? context.FullPath(own)
        : System.IO.Path.Combine(UserFolder(context), "gantry");

    private static string UserFolder(CommandContext context)
    {
        var variable = OperatingSystem.IsWindows() ? "APPDATA" : "XDG_CONFIG_HOME";
        if (context.Environment(variable) is { Length: > 0 } folder)
            return context.FullPath(folder);
        var home = context.Environment("HOME") is { Length: > 0 } given ? given : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return System.IO.Path.Combine(home, ".config");
    }

    private CommandException Broken(Exception? inner) =>
        new(ExitCode.Failed, $"{Path} cannot be read", inner) { Advice = "Run \"az logout\" or remove the file, then sign in again." };
}
