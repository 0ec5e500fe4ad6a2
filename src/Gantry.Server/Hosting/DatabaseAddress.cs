using System.Diagnostics.CodeAnalysis;
using Gantry.Server.Metadata.Postgres;

namespace Gantry.Server.Hosting;

/// <summary>Where the facts are kept: <c>sqlite:PATH</c>, a file of one server, or <c>postgres://…</c>, a database that several share.</summary>
public sealed record DatabaseAddress
{
    /// <summary>What a relative path stands for is in the data folder.</summary>
    public static readonly DatabaseAddress Default = new() { SqlitePath = "gantry.db" };

    private const string SqliteScheme = "sqlite:";

    private DatabaseAddress()
    {
    }

    /// <summary>The file of a SQLite database; null where it is none.</summary>
    public string? SqlitePath { get; private init; }

    /// <summary>The address of a PostgreSQL database; null where it is none.</summary>
    public PostgresAddress? Postgres { get; private init; }

    public static bool TryParse(string text, [NotNullWhen(true)] out DatabaseAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        if (PostgresAddress.IsMeant(text))
        {
            if (PostgresAddress.TryParse(text, out var postgres, out problem))
                address = new DatabaseAddress { Postgres = postgres };
            return problem is null;
        }
        if (!text.StartsWith(SqliteScheme, StringComparison.Ordinal) || text.Length == SqliteScheme.Length || text.Contains('\0'))
        {
            // Not repeated: what was meant to be an address may hold a password.
            problem = "a database is sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE";
            return false;
        }
        problem = null;
        address = new DatabaseAddress { SqlitePath = text[SqliteScheme.Length..] };
        return true;
    }

    /// <summary>For messages: without a password.</summary>
    public override string ToString() => Postgres?.ToString() ?? SqliteScheme + SqlitePath;
}
