namespace Gantry.Server.Tests.Access.Matrix;

/// <summary>What an answer must be.</summary>
/// <param name="Status">The status.</param>
/// <param name="Code">The error's code; empty where it is none.</param>
/// <param name="Message">The error's message; null where it is not fixed.</param>
internal sealed record Expected(int Status, string Code, string? Message)
{
    /// <summary>The value of <c>WWW-Authenticate</c>.</summary>
    public string? Challenge { get; init; }

    /// <summary>The error's detail, as it is written.</summary>
    public string? Detail { get; init; }

    /// <summary>Reads <c>404 NAME_UNKNOWN</c>.</summary>
    public static Expected Allowed(string answer) => new(int.Parse(answer[..3]), answer.Length > 4 ? answer[4..] : "", null);
}
