namespace Gantry.Chaos.Clients;

/// <summary>A client program: how it is asked to copy between an OCI layout and the registry, and how it says that there is no such tag.</summary>
internal sealed record ClientTool
{
    public required string Name { get; init; }

    public required string Program { get; init; }

    /// <summary>From layout folder, registry and reference to arguments; the layout's tag is <c>image</c>.</summary>
    public required Func<string, string, IReadOnlyList<string>> Push { get; init; }

    public required Func<string, string, IReadOnlyList<string>> Pull { get; init; }

    public required Func<ToolResult, bool> IsNotFound { get; init; }

    /// <summary>Whether a blob was not there; a manifest may be meant too.</summary>
    public required Func<ToolResult, bool> IsBlobGone { get; init; }

    /// <summary>Whether it was given bytes that are not those of their digest.</summary>
    public required Func<ToolResult, bool> IsMismatch { get; init; }

    /// <summary>Whether it sends a request again by itself where it got no answer.</summary>
    public required bool TriesAgain { get; init; }

    /// <summary>Whether a manifest was refused for a blob: each program tells the registry's code, as it came or in small words, or its message.</summary>
    public static bool IsBlobUnknown(ToolResult result) => Says(result, "blob unknown") || Says(result, "BLOB_UNKNOWN");

    public static ClientTool Oras(string program) => new()
    {
        Name = "oras",
        Program = program,
        Push = (layout, reference) => ["cp", "--no-tty", "--from-oci-layout", $"{layout}:image", "--to-plain-http", reference],
        Pull = (layout, reference) => ["cp", "--no-tty", "--from-plain-http", reference, "--to-oci-layout", $"{layout}:image"],
        IsNotFound = result => result.Errors.Contains("not found", StringComparison.Ordinal),
        IsBlobGone = result => Says(result, "not found"),
        // Its library speaks of a mismatched digest, of a digest mismatch in a header, and of trailing data.
        IsMismatch = result => Says(result, "mismatch") || Says(result, "trailing data"),
        TriesAgain = true,
    };

    public static ClientTool Gantry(string program) => new()
    {
        Name = "gantry",
        Program = program,
        Push = (layout, reference) => ["cp", "--from-oci-layout", $"{layout}:image", "--to-plain-http", reference],
        Pull = (layout, reference) => ["cp", "--from-plain-http", reference, "--to-oci-layout", $"{layout}:image"],
        // docs/cli: 3 is "not found".
        IsNotFound = result => result.Code == 3,
        IsBlobGone = result => result.Code == 3,
        // And 7 is "integrity".
        IsMismatch = result => result.Code == 7,
        TriesAgain = true,
    };

    /// <summary>Which images a machine trusts is its own setting.</summary>
    public static ClientTool Skopeo(string program, string credentials) => new()
    {
        Name = "skopeo",
        Program = program,
        Push = (layout, reference) => ["--insecure-policy", "copy", "--preserve-digests", "--authfile", credentials, "--dest-tls-verify=false", $"oci:{layout}:image", $"docker://{reference}"],
        Pull = (layout, reference) => ["--insecure-policy", "copy", "--preserve-digests", "--authfile", credentials, "--src-tls-verify=false", $"docker://{reference}", $"oci:{layout}:image"],
        IsNotFound = result => result.Errors.Contains("manifest unknown", StringComparison.OrdinalIgnoreCase),
        IsBlobGone = result => Says(result, "blob unknown") || Says(result, "from registry 404"),
        IsMismatch = result => Says(result, "digest did not match") || Says(result, "does not match") || Says(result, "mismatch"),
        TriesAgain = false,
    };

    private static bool Says(ToolResult result, string words) => result.Errors.Contains(words, StringComparison.OrdinalIgnoreCase);
}
