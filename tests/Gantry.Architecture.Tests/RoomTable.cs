namespace Gantry.Architecture.Tests;

/// <summary>The picture of docs/architecture.md as a table: which rooms a line of code in a room may name, and what it may never touch.</summary>
/// <remarks>
/// <c>X</c> is the room X alone, <c>X.*</c> is X and everything below it. A room may always name itself and the rooms above it.
/// So "Server/Registry → Server.Metadata" is the contract and not the SQL behind it.
/// </remarks>
internal static class RoomTable
{
    private const string Http = @"\b(HttpContext|HttpRequest|HttpResponse|Microsoft\.AspNetCore)\b";
    private const string HttpClients = @"\b(HttpClient|HttpRequestMessage|HttpMessageHandler|System\.Net\.Http)\b";
    private const string Engines = @"\b(Microsoft\.Data\.Sqlite|SqliteConnection|SqliteException|SQLitePCL|Npgsql\w*)\b";
    private const string Sql = @"\b(Microsoft\.Data\.Sqlite|SqliteConnection|SQLitePCL|Npgsql\w*|DbConnection|SqlSession)\b";
    private const string Files = @"(?<![\w.])(File|Directory|FileStream|FileInfo|DirectoryInfo|RandomAccess)\s*[.(]";
    private const string Ambient = @"\b(TimeProvider|Socket|Environment|Process)\b";
    private const string RegularExpressions = @"\b(Regex|GeneratedRegex)\b";

    public static readonly IReadOnlyList<Room> Rooms =
    [
        new("Gantry.Protocol", ["Gantry.Protocol.*"], [Files, Http, HttpClients, Ambient, RegularExpressions]),
        new("Gantry.Protocol.Oci", [], [Files, Http, HttpClients, Ambient, RegularExpressions]),
        new("Gantry.Protocol.Naming", ["Gantry.Protocol.Oci"], [Files, Http, HttpClients, Ambient, RegularExpressions]),
        new("Gantry.Protocol.Distribution", ["Gantry.Protocol.Oci", "Gantry.Protocol.Naming", "Gantry.Protocol.Token"], [Files, Http, HttpClients, Ambient, RegularExpressions]),
        new("Gantry.Protocol.Token", ["Gantry.Protocol.Oci", "Gantry.Protocol.Naming"], [Files, Http, HttpClients, Ambient, RegularExpressions]),
        new("Gantry.Protocol.Acr", ["Gantry.Protocol.Oci", "Gantry.Protocol.Naming"], [Files, Http, HttpClients, Ambient, RegularExpressions]),
        new("Gantry.Protocol.Admin", ["Gantry.Protocol.Acr", "Gantry.Protocol.Naming"], [Files, Http, HttpClients, Ambient, RegularExpressions]),
        new("Gantry.Protocol.Arm", ["Gantry.Protocol.Acr"], [Files, Http, HttpClients, Ambient, RegularExpressions]),
        new("Gantry.Protocol.Runs", ["Gantry.Protocol.Acr"], [Files, Http, HttpClients, Ambient, RegularExpressions]),

        new("Gantry.Client", ["Gantry.Protocol.*", "Gantry.Client.*"], [Http, RegularExpressions]),
        new("Gantry.Client.Content", ["Gantry.Protocol.*"], [Files, Http, HttpClients, RegularExpressions]),
        new("Gantry.Client.Files", ["Gantry.Protocol.*", "Gantry.Client.Content"], [Http, HttpClients, RegularExpressions]),
        new("Gantry.Client.Layout", ["Gantry.Protocol.*", "Gantry.Client.Content"], [Http, HttpClients, RegularExpressions]),
        new("Gantry.Client.Remote", ["Gantry.Protocol.*", "Gantry.Client.Content", "Gantry.Client.Remote.*"], [Http, RegularExpressions]),
        new("Gantry.Client.Acr", ["Gantry.Protocol.*", "Gantry.Client.Remote.*"], [Files, Http, RegularExpressions]),
        new("Gantry.Client.Runs", ["Gantry.Protocol.*", "Gantry.Client.Remote.*"], [Files, Http, RegularExpressions]),

        new("Gantry.Build", ["Gantry.Protocol.*", "Gantry.Client.*", "Gantry.Build.*"], [Http]),
        new("Gantry.Build.Dockerfile", ["Gantry.Protocol"], [Files, Http, HttpClients, Ambient, RegularExpressions]),
        new("Gantry.Build.Plan", ["Gantry.Protocol.*", "Gantry.Build.Dockerfile"], [Files, Http, HttpClients, Ambient, RegularExpressions]),
        new("Gantry.Build.Layers", ["Gantry.Protocol.*", "Gantry.Client.Content"], [Http, HttpClients, RegularExpressions]),
        new("Gantry.Build.Context", ["Gantry.Protocol.*", "Gantry.Client.Content", "Gantry.Build.Layers"], [Http, HttpClients, RegularExpressions]),
        new("Gantry.Build.Runs", ["Gantry.Protocol.*", "Gantry.Client.*", "Gantry.Build.*"], [Http, RegularExpressions]),
        new("Gantry.Build.Sources", ["Gantry.Protocol.*", "Gantry.Client.*", "Gantry.Build.Context", "Gantry.Build.Layers", "Gantry.Build.Execution"], [Http, RegularExpressions]),
        new("Gantry.Build.Export", ["Gantry.Protocol.*", "Gantry.Client.*", "Gantry.Build.Context", "Gantry.Build.Layers", "Gantry.Build.Execution"], [Http, HttpClients, RegularExpressions]),
        new("Gantry.Build.Execution", ["Gantry.Protocol.*", "Gantry.Client.*", "Gantry.Build.*"], [Http, RegularExpressions]),

        // The composition of the server: it reads options, wires and runs, so it may name every room.
        new("Gantry.Server", ["Gantry.Protocol.*", "Gantry.Client.*", "Gantry.Server.*"], []),
        new("Gantry.Server.Hosting", ["Gantry.Protocol.*", "Gantry.Client.*", "Gantry.Server.*"], [Sql]),
        new("Gantry.Server.Http",
            ["Gantry.Protocol.*", "Gantry.Server.Http.*", "Gantry.Server.Registry", "Gantry.Server.Upkeep", "Gantry.Server.Runs", "Gantry.Server.Access.*", "Gantry.Server.Defence", "Gantry.Server.Audit", "Gantry.Server.Archive", "Gantry.Server.Metadata", "Gantry.Server.Storage", "Gantry.Server.Hosting.*"],
            [Sql, Files]),
        new("Gantry.Server.Registry", ["Gantry.Protocol.*", "Gantry.Server.Metadata", "Gantry.Server.Storage"], [Http, HttpClients, Sql, Files]),
        new("Gantry.Server.Upkeep", ["Gantry.Protocol.*", "Gantry.Server.Registry", "Gantry.Server.Metadata", "Gantry.Server.Storage"], [Http, HttpClients, Sql, Files]),
        new("Gantry.Server.Access", ["Gantry.Protocol.*", "Gantry.Server.Metadata", "Gantry.Server.Defence"], [Http, Sql, Files]),
        new("Gantry.Server.Access.Federation", ["Gantry.Protocol", "Gantry.Protocol.Token", "Gantry.Client.Remote", "Gantry.Server.Metadata"], [Http, Sql, Files]),
        new("Gantry.Server.Access.Ldap", ["Gantry.Protocol", "Gantry.Protocol.Distribution", "Gantry.Server.Access.Federation", "Gantry.Server.Defence", "Gantry.Server.Metadata"], [Http, HttpClients, Sql, Files]),
        new("Gantry.Server.Access.Conditions", ["Gantry.Protocol", "Gantry.Protocol.Naming"], [Http, HttpClients, Sql, Files, Ambient, RegularExpressions]),
        new("Gantry.Server.Defence", ["Gantry.Protocol.*", "Gantry.Server.Metadata"], [Http, HttpClients, Sql, Files]),
        new("Gantry.Server.Audit", ["Gantry.Protocol.*"], [Http, HttpClients, Sql]),
        new("Gantry.Server.Runs", ["Gantry.Protocol.*", "Gantry.Server.Metadata", "Gantry.Server.Storage", "Gantry.Server.Access"], [Http, HttpClients, Sql, Files]),
        new("Gantry.Server.Archive", ["Gantry.Protocol.*", "Gantry.Client.Content", "Gantry.Server.Registry", "Gantry.Server.Metadata", "Gantry.Server.Storage"], [Http, HttpClients, Sql]),
        new("Gantry.Server.Metadata", ["Gantry.Protocol.*"], [Http, HttpClients, Sql, Files]),
        new("Gantry.Server.Metadata.Sql", ["Gantry.Protocol.*", "Gantry.Server.Metadata", "Gantry.Server.Metadata.Sql.*"], [Http, HttpClients, Engines, Files]),
        new("Gantry.Server.Metadata.Postgres", ["Gantry.Protocol.*", "Gantry.Server.Metadata", "Gantry.Server.Metadata.Sql.*"], [Http, HttpClients, Files]),
        new("Gantry.Server.Metadata.Sqlite", ["Gantry.Protocol.*", "Gantry.Server.Metadata", "Gantry.Server.Metadata.Sql.*"], [Http, HttpClients]),
        new("Gantry.Server.Storage", ["Gantry.Protocol.*"], [Http, HttpClients, Sql]),
        new("Gantry.Server.Storage.FileSystem", ["Gantry.Protocol.*", "Gantry.Server.Storage"], [Http, HttpClients, Sql]),
        // The SDK speaks HTTP; what its connections throw is told apart here.
        new("Gantry.Server.Storage.S3", ["Gantry.Protocol.*", "Gantry.Server.Storage"], [Http, Sql, Files]),

        new("Gantry.Cli", ["Gantry.Protocol.*", "Gantry.Client.*", "Gantry.Server", "Gantry.Server.Hosting", "Gantry.Server.Defence", "Gantry.Server.Audit", "Gantry.Server.Access.Ldap", "Gantry.Build.*", "Gantry.Cli.*"], [Sql]),
    ];

    /// <summary>The row of a namespace: the longest name that it is or lies below.</summary>
    public static Room? Find(string space) =>
        Rooms.Where(room => space == room.Name || space.StartsWith(room.Name + ".", StringComparison.Ordinal)).MaxBy(room => room.Name.Length);

    /// <param name="Name">The namespace, which is the folder.</param>
    /// <param name="May">Rooms that code here may name.</param>
    /// <param name="Never">Patterns of code that has no place here.</param>
    internal sealed record Room(string Name, IReadOnlyList<string> May, IReadOnlyList<string> Never)
    {
        public bool MayName(string space) =>
            space == Name || space.StartsWith(Name + ".", StringComparison.Ordinal) || Name.StartsWith(space + ".", StringComparison.Ordinal)
            || May.Any(allowed => allowed.EndsWith(".*", StringComparison.Ordinal)
                ? space == allowed[..^2] || space.StartsWith(allowed[..^1], StringComparison.Ordinal)
                : space == allowed);
    }
}
