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

    public static ClientTool Oras(string program) => new()
    {
        Name = "oras",
        Program = program,
        Push = (layout, reference) => ["cp", "--no-tty", "--from-oci-layout", $"{layout}:image", "--to-plain-http", reference],
        Pull = (layout, reference) => ["cp", "--no-tty", "--from-plain-http", reference, "--to-oci-layout", $"{layout}:image"],
        IsNotFound = result => result.Errors.Contains("not found", StringComparison.Ordinal),
    };

    public static ClientTool Gantry(string program) => new()
    {
        Name = "gantry",
        Program = program,
        Push = (layout, reference) => ["cp", "--from-oci-layout", $"{layout}:image", "--to-plain-http", reference],
        Pull = (layout, reference) => ["cp", "--from-plain-http", reference, "--to-oci-layout", $"{layout}:image"],
        // docs/cli: 3 is "not found".
        IsNotFound = result => result.Code == 3,
    };

    /// <summary>Which images a machine trusts is its own setting.</summary>
    public static ClientTool Skopeo(string program, string credentials) => new()
    {
        Name = "skopeo",
        Program = program,
        Push = (layout, reference) => ["--insecure-policy", "copy", "--preserve-digests", "--authfile", credentials, "--dest-tls-verify=false", $"oci:{layout}:image", $"docker://{reference}"],
        Pull = (layout, reference) => ["--insecure-policy", "copy", "--preserve-digests", "--authfile", credentials, "--src-tls-verify=false", $"docker://{reference}", $"oci:{layout}:image"],
        IsNotFound = result => result.Errors.Contains("manifest unknown", StringComparison.OrdinalIgnoreCase),
    };
}
