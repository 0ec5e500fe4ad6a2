using Gantry.Protocol;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Options;

/// <summary>A server by host and port, and how it is reached where that is known.</summary>
/// <param name="Registry">Host and port.</param>
/// <param name="PlainHttp">What the URL or an earlier sign-in says; null to go by the host.</param>
/// <param name="CaFile">What an earlier sign-in trusted; null for the system's certificates.</param>
internal sealed record ServerAddress(RegistryName Registry, bool? PlainHttp, string? CaFile = null)
{
    /// <summary>What is meant where nobody says.</summary>
    public const string Default = "http://localhost:5000";

    /// <summary>Nobody named it: it is the default.</summary>
    public bool IsGuess { get; init; }

    public string Url => $"{(PlainHttp ?? Registry.IsLocalhost ? "http" : "https")}://{Registry}";

    /// <summary>Reads <c>http://host:port</c>, <c>https://host</c> or <c>host:port</c>.</summary>
    /// <exception cref="CommandException">It is none of them.</exception>
    public static ServerAddress Parse(string text)
    {
        bool? plain = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? true
            : text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? false
            : null;
        var authority = plain switch { true => text.AsSpan(7), false => text.AsSpan(8), null => text };
        return RegistryName.TryParse(authority.TrimEnd('/'), out var registry)
            ? new ServerAddress(registry, plain)
            : throw CommandException.WrongUsage($"\"{Printable.Of(text)}\" is not the address of a server", "Write http://HOST[:PORT], https://HOST[:PORT] or HOST[:PORT].");
    }

    /// <summary>The server that a command means: the flag, else <c>GANTRY_SERVER</c>, else the one given last, else the default.</summary>
    public static ServerAddress Choose(string? flag, CommandContext context, ServerAddress? signedIn = null) =>
        flag is not null ? Parse(flag)
        : context.Environment("GANTRY_SERVER") is { Length: > 0 } variable ? Parse(variable)
        : signedIn ?? Parse(Default) with { IsGuess = true };

    /// <summary>Asks the server. Where none was named and the default does not answer, the failure says how to name one.</summary>
    public async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (HttpRequestException e) when (IsGuess)
        {
            throw new CommandException(ExitCode.Network, Failure.Explain(e).Message, e) { Advice = "No server was named: give --server URL, or set GANTRY_SERVER." };
        }
    }
}
