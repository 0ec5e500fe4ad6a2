using Gantry.Chaos.History;
using Gantry.Protocol.Oci;

namespace Gantry.Chaos.Clients;

/// <summary>What a client's words mean to the registers: each tag is one, and each manifest that is there or not.</summary>
internal static class Registers
{
    public static Call OfTag(string repository, string tag, CallKind kind, CallOutcome outcome, Digest? value) =>
        new() { Register = $"{repository}:{tag}", Kind = kind, Outcome = outcome, Value = value?.ToString() };

    public static Call OfManifest(string repository, Digest digest, CallKind kind, CallOutcome outcome, bool isThere = true) =>
        new() { Register = $"{repository}@{digest}", Kind = kind, Outcome = outcome, Value = isThere ? "there" : null };

    /// <summary>Where a register is: a tag, or a digest where there is none.</summary>
    public static (string Repository, string? Tag, Digest Digest) Read(string register)
    {
        if (register.IndexOf('@', StringComparison.Ordinal) is > 0 and var at)
            return (register[..at], null, Digest.Parse(register.AsSpan(at + 1)));
        var colon = register.LastIndexOf(':');
        return (register[..colon], register[(colon + 1)..], default);
    }

    /// <summary>A push by tag: the tag has the digest, and the manifest is there.</summary>
    public static IReadOnlyList<Call> OfPush(string repository, string tag, Digest digest, CallOutcome outcome) =>
        [OfTag(repository, tag, CallKind.Write, outcome, digest), OfManifest(repository, digest, CallKind.Write, outcome)];
}
