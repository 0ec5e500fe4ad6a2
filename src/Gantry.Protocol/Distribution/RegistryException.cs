using Gantry.Protocol.Token;

namespace Gantry.Protocol.Distribution;

/// <summary>A registry refused: raised by the server's rules, and by the client for what a server answered.</summary>
public sealed class RegistryException : Exception
{
    public RegistryException(ErrorCode code, string? message = null, string? detail = null)
        : this(code.Status, [new RegistryError(code, message ?? code.DefaultMessage, detail)])
    {
    }

    public RegistryException(int status, IReadOnlyList<RegistryError> errors, Exception? inner = null)
        : base(errors.Count == 0 ? $"response status code {status}" : string.Join("; ", errors), inner)
    {
        Status = status;
        Errors = errors;
    }

    /// <summary>The HTTP status that it travels with.</summary>
    public int Status { get; }

    /// <summary>What the body said; empty where a server answered without the specification's body.</summary>
    public IReadOnlyList<RegistryError> Errors { get; }

    /// <summary>The first error's code, or null.</summary>
    public ErrorCode? Code => Errors.Count > 0 ? Errors[0].Code : null;

    /// <summary>What the client asked, for the message: method and URL without query. Null on the server.</summary>
    public string? Request { get; init; }

    /// <summary>The user whose credential was accepted before the refusal, empty where it has no name; null where nobody is known to be signed in, and on the server.</summary>
    public string? SignedInAs { get; init; }

    /// <summary>The right that the client asked for; null where it names none, and on the server.</summary>
    public Scope? Wanted { get; init; }

    /// <summary>When the server asked to be tried again.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
