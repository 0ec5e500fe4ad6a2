using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Runs;

namespace Gantry.Server.Runs;

/// <summary>Judges what somebody asks of a run, and fills in what they left out. What passes here is not looked at again.</summary>
internal static class RunRules
{
    public const int ShortestTimeout = 300;
    public const int LongestTimeout = 28_800;
    public const int DefaultTimeout = 3600;
    public const int MaxImages = 100;
    public const int MaxArguments = 200;
    public const int MaxText = 4096;

    /// <summary>All repositories travel in the run's token, which travels in every request.</summary>
    public const int MaxRepositoryText = 4096;

    /// <exception cref="RegistryException">What is asked cannot be done; the message says what can.</exception>
    public static RunRequest Normalize(RunRequest request)
    {
        if (request.Type != RunRequest.DockerBuild)
            throw Refused($"runs of the type {Printable.Of(request.Type)} are not supported; {RunRequest.DockerBuild} is");
        if (request.Timeout is < ShortestTimeout or > LongestTimeout)
            throw Refused($"the timeout must be from {ShortestTimeout} to {LongestTimeout} seconds");
        if (!string.IsNullOrEmpty(request.AgentPoolName))
            throw Refused($"there is no agent pool \"{Printable.Of(request.AgentPoolName)}\": runs go to the server's own workers");
        if (!string.IsNullOrEmpty(request.LogTemplate))
            throw Refused("a log is not stored as an artifact: leave logTemplate out");
        DemandShort("dockerFilePath", request.DockerFilePath);
        DemandShort("target", request.Target);
        DemandShort("sourceLocation", request.SourceLocation);
        return request with
        {
            ImageNames = Names(request.ImageNames ?? []),
            IsPushEnabled = request.IsPushEnabled ?? true,
            DockerFilePath = string.IsNullOrEmpty(request.DockerFilePath) ? "Dockerfile" : request.DockerFilePath,
            Arguments = Arguments(request.Arguments ?? []),
            Timeout = request.Timeout ?? DefaultTimeout,
            Platform = Platform(request.Platform),
            Credentials = Credentials(request.Credentials),
        };
    }

    private static IReadOnlyList<string> Names(IReadOnlyList<string> names)
    {
        if (names.Count > MaxImages)
            throw Refused($"a run makes at most {MaxImages} images");
        foreach (var name in names)
            DemandShort("an image's name", name ?? throw Refused("an image's name is missing"));
        return names;
    }

    private static IReadOnlyList<RunArgument> Arguments(IReadOnlyList<RunArgument> arguments)
    {
        if (arguments.Count > MaxArguments)
            throw Refused($"a run takes at most {MaxArguments} arguments");
        foreach (var argument in arguments)
        {
            if (argument is not { Name.Length: > 0 } || argument.Name.AsSpan().IndexOfAny('=', '\0') >= 0)
                throw Refused("an argument needs a name, without =");
            DemandShort("an argument's name", argument.Name);
        }
        return arguments;
    }

    private static RunPlatform Platform(RunPlatform? platform)
    {
        var os = platform?.Os.ToLowerInvariant() ?? "linux";
        var architecture = platform?.Architecture is { Length: > 0 } given ? given.ToLowerInvariant() : "amd64";
        var variant = platform?.Variant is { Length: > 0 } version ? version.ToLowerInvariant() : null;
        if (os == "windows")
            throw Refused("images for windows cannot be built here: their layers need a windows host; linux can");
        if (os != "linux")
            throw Refused($"there is no platform {Printable.Of(os)}: the operating system is linux");
        if (architecture is not ("amd64" or "x86" or "386" or "arm" or "arm64"))
            throw Refused($"the architecture {Printable.Of(architecture)} is not known: amd64, x86, 386, arm or arm64");
        if (variant is not (null or "v6" or "v7" or "v8"))
            throw Refused($"the variant {Printable.Of(variant)} is not known: v6, v7 or v8");
        return new RunPlatform { Os = os, Architecture = architecture, Variant = variant };
    }

    private static RunCredentials? Credentials(RunCredentials? credentials)
    {
        if (credentials?.CustomRegistries is { Count: > 0 })
            throw Refused("credentials of other registries are not supported: leave customRegistries out");
        if (credentials?.SourceRegistry is not { } source)
            return null;
        if (source.Identity is { Length: > 0 } identity && identity != "[caller]")
            throw Refused($"a run signs in as [caller]; the identity {Printable.Of(identity)} is not known");
        return source.LoginMode switch
        {
            null or "" => null,
            _ when source.LoginMode.Equals("Default", StringComparison.OrdinalIgnoreCase) => null,
            _ when source.LoginMode.Equals(NoLogin, StringComparison.OrdinalIgnoreCase) => new() { SourceRegistry = new() { LoginMode = NoLogin } },
            _ => throw Refused($"the login mode {Printable.Of(source.LoginMode)} is not known: Default or {NoLogin}"),
        };
    }

    private const string NoLogin = "None";

    /// <summary>Whether the run signs in as nobody.</summary>
    public static bool IsAnonymous(RunRequest request) => request.Credentials?.SourceRegistry?.LoginMode == NoLogin;

    private static void DemandShort(string what, string? text)
    {
        if (text?.Length > MaxText || text?.Contains('\0', StringComparison.Ordinal) == true)
            throw Refused($"{what} has at most {MaxText} characters, none of them NUL");
    }

    private static RegistryException Refused(string message) => new(ErrorCode.RequestInvalid, message);
}
