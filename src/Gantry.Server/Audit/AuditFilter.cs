using Gantry.Protocol.Admin;

namespace Gantry.Server.Audit;

/// <summary>Which records are wanted; what is null does not matter.</summary>
public sealed record AuditFilter
{
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public string? Registry { get; init; }

    public string? Identity { get; init; }

    public string? Operation { get; init; }

    /// <summary>A repository, or with <c>/*</c> at its end all below it.</summary>
    public string? Repository { get; init; }

    /// <summary>A status, or its first digit as <c>4xx</c>.</summary>
    public string? Result { get; init; }

    public bool Wants(AuditRecord record) =>
        (From is not { } from || record.TimeGenerated >= from)
        && (To is not { } to || record.TimeGenerated < to)
        // What is missing may have been anybody's.
        && (Registry is null || record.Registry == Registry || record.OperationName == AuditOperation.Gap)
        && (Identity is null || record.Identity == Identity)
        && (Operation is null || string.Equals(record.OperationName, Operation, StringComparison.OrdinalIgnoreCase))
        && (Repository is null || IsIn(record.Repository, Repository))
        && (Result is null || Is(record.ResultDescription, Result));

    private static bool IsIn(string? repository, string wanted) =>
        repository is not null && (wanted.EndsWith("/*", StringComparison.Ordinal) ? repository.StartsWith(wanted.AsSpan(..^1), StringComparison.Ordinal) : repository == wanted);

    private static bool Is(string result, string wanted) =>
        wanted is [var first, 'x' or 'X', 'x' or 'X'] ? result.Length == wanted.Length && result[0] == first : result == wanted;
}
