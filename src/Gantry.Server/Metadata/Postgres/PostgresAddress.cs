using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Npgsql;

namespace Gantry.Server.Metadata.Postgres;

/// <summary>Where a PostgreSQL database is, and how to speak to it: <c>postgres://USER:PASSWORD@HOST:PORT/DATABASE?NAME=VALUE&amp;…</c>, as libpq reads it.</summary>
/// <remarks>
/// Several hosts are separated by commas; the one that takes writes is found. Percent escapes stand for what has a meaning of its own in a URL.
/// A password that is neither here nor in <see cref="PasswordFile"/> comes from PGPASSWORD or the user's .pgpass file. <see cref="ToString"/> never tells it.
/// </remarks>
public sealed record PostgresAddress
{
    public const int DefaultPort = 5432;
    public const string DefaultSchema = "gantry";
    public const int MaxReaders = 64;
    public const int MaxQueue = 65536;

    private const int MaxLength = 4096;
    private const int MaxNameLength = 63;
    private static readonly string[] Schemes = ["postgres://", "postgresql://"];
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public required IReadOnlyList<PostgresHost> Hosts { get; init; }

    public required string User { get; init; }

    public required string Database { get; init; }

    public string? Password { get; init; }

    /// <summary>A file whose first line is the password. Read at each new connection, so that it may change while the server runs.</summary>
    public string? PasswordFile { get; init; }

    public SslMode SslMode { get; init; } = SslMode.Prefer;

    /// <summary>The certificates to trust; null for the system's.</summary>
    public string? RootCertificate { get; init; }

    /// <summary>The PostgreSQL schema that holds the tables; made where it is missing.</summary>
    public string Schema { get; init; } = DefaultSchema;

    /// <summary>Connections that read.</summary>
    public int Readers { get; init; } = 8;

    /// <summary>Reads that may wait for each of those connections; more are refused at once.</summary>
    /// <remarks>At eight milliseconds each, which is slow for a read, the last of so many would be begun when <see cref="RetryFor"/> is over, and refused then.</remarks>
    public int Queue { get; init; } = 1024;

    /// <summary>How long a request's work is tried again while the database cannot be used.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Whether the text begins as such an address does; it may still be wrong.</summary>
    public static bool IsMeant(ReadOnlySpan<char> text)
    {
        foreach (var scheme in Schemes)
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>Reads an address. The problem names the part that is wrong and never repeats the password.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out PostgresAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        if (text.Length > MaxLength || !IsMeant(text))
        {
            problem = "give postgres://USER:PASSWORD@HOST:PORT/DATABASE";
            return false;
        }
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        if (rest.Contains('#'))
        {
            problem = "an address has no fragment; write # as %23";
            return false;
        }
        var query = Cut(ref rest, '?');
        var database = Cut(ref rest, '/');
        // The last one: a password may hold an @ that nobody escaped, a host never does.
        var at = rest.LastIndexOf('@');
        var login = at < 0 ? default : rest[..at];
        var password = Cut(ref login, ':');
        var hosts = rest[(at + 1)..];

        if (!Unescape(login, out var user) || user.Length == 0)
            problem = "the user is missing, or not written in UTF-8 with % escapes";
        else if (!Unescape(password, out var secret))
            problem = "the password is not written in UTF-8 with % escapes";
        else if (!Unescape(database, out var name))
            problem = "the database's name is not written in UTF-8 with % escapes";
        else if (ReadHosts(hosts) is not { } read)
            problem = "the host is missing, or its port is not a number from 1 to 65535";
        else
        {
            problem = null;
            var found = new PostgresAddress { Hosts = read, User = user, Database = name.Length == 0 ? user : name, Password = secret.Length == 0 ? null : secret };
            address = ReadOptions(found, query, ref problem);
        }
        return problem is null;
    }

    /// <summary>For messages: without the password.</summary>
    public override string ToString() => $"postgres://{User}@{string.Join(',', Hosts)}/{Database}?schema={Schema}";

    /// <summary>Cuts at a character that may be missing; what follows it is returned, what was before it stays.</summary>
    private static ReadOnlySpan<char> Cut(ref ReadOnlySpan<char> text, char separator)
    {
        var at = text.IndexOf(separator);
        if (at < 0)
            return default;
        var after = text[(at + 1)..];
        text = text[..at];
        return after;
    }

    private static List<PostgresHost>? ReadHosts(ReadOnlySpan<char> text)
    {
        var hosts = new List<PostgresHost>();
        foreach (var range in text.Split(','))
        {
            if (!PostgresHost.TryParse(text[range], out var host))
                return null;
            hosts.Add(host);
        }
        return hosts;
    }

    private static PostgresAddress? ReadOptions(PostgresAddress address, ReadOnlySpan<char> query, ref string? problem)
    {
        foreach (var range in query.Split('&'))
        {
            var name = query[range];
            if (name.Length == 0)
                continue;
            var value = Cut(ref name, '=');
            if (!Unescape(value, out var given) || given.Length == 0 || Read(address, name, given) is not { } next)
            {
                problem = $"\"{Protocol.Printable.Of(name.ToString())}\" with this value is no option of a PostgreSQL address; there are sslmode, sslrootcert, passwordfile, schema, readers, queue and retry";
                return null;
            }
            address = next;
        }
        return address;
    }

    /// <summary>The address with an option; null where there is no such option, or not of that value.</summary>
    private static PostgresAddress? Read(PostgresAddress address, ReadOnlySpan<char> name, string value)
    {
        switch (name)
        {
            case "sslmode":
                SslMode? mode = value switch
                {
                    "disable" => SslMode.Disable,
                    "allow" => SslMode.Allow,
                    "prefer" => SslMode.Prefer,
                    "require" => SslMode.Require,
                    "verify-ca" => SslMode.VerifyCA,
                    "verify-full" => SslMode.VerifyFull,
                    _ => null,
                };
                return mode is { } known ? address with { SslMode = known } : null;
            case "sslrootcert":
                return address with { RootCertificate = value };
            case "passwordfile":
                return address with { PasswordFile = value };
            case "schema":
                return IsSchemaName(value) ? address with { Schema = value } : null;
            case "readers":
                return Number(value) is >= 1 and <= MaxReaders and var readers ? address with { Readers = readers } : null;
            case "queue":
                return Number(value) is >= 1 and <= MaxQueue and var waiting ? address with { Queue = waiting } : null;
            case "retry":
                return Number(value) is >= 0 and <= 60 and var seconds ? address with { RetryFor = TimeSpan.FromSeconds(seconds) } : null;
            default:
                return null;
        }
    }

    /// <summary>A name that needs no quotes in SQL and that PostgreSQL does not keep for itself.</summary>
    private static bool IsSchemaName(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_')
                return false;
        }
        return name.Length <= MaxNameLength && !char.IsAsciiDigit(name[0]) && !name.StartsWith("pg_", StringComparison.Ordinal) && name != "information_schema";
    }

    private static int Number(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static bool Unescape(ReadOnlySpan<char> text, out string plain)
    {
        plain = "";
        var bytes = new byte[Strict.GetMaxByteCount(text.Length)];
        var length = 0;
        try
        {
            while (text.Length > 0)
            {
                if (text[0] == '%')
                {
                    if (text.Length < 3 || Convert.FromHexString(text[1..3], bytes.AsSpan(length), out _, out var written) is not OperationStatus.Done || bytes[length] == 0)
                        return false;
                    length += written;
                    text = text[3..];
                    continue;
                }
                var run = text.IndexOf('%') is var at && at < 0 ? text : text[..at];
                if (run.ContainsAnyInRange('\0', '\u001f'))
                    return false;
                length += Strict.GetBytes(run, bytes.AsSpan(length));
                text = text[run.Length..];
            }
            plain = Strict.GetString(bytes.AsSpan(0, length));
            return true;
        }
        catch (ArgumentException)
        {
            // Half a character, in the text or in its escapes.
            return false;
        }
    }
}
