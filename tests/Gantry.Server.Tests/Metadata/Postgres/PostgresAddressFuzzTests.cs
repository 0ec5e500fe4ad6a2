using Gantry.Server.Hosting;
using Gantry.Server.Metadata.Postgres;
using Gantry.Testing;
using Npgsql;

namespace Gantry.Server.Tests.Metadata.Postgres;

public sealed class PostgresAddressFuzzTests
{
    private static readonly string[] Pieces =
    [
        "postgres://", "postgresql://", "sqlite:", "user", ":", "secret", "@", "host", "10.0.0.1", "[::1]", "%2Fvar%2Frun", ",", "5432", "0", "65536", "/", "gantry", "?", "&", "=",
        "sslmode", "require", "schema", "readers", "8", "queue", "retry", "%41", "%", "%zz", "%00", "%ff", "é", "\ud83d", "\0", " ", "#",
    ];

    [Fact]
    public void An_address_has_what_it_says()
    {
        Assert.True(PostgresAddress.TryParse("postgres://us%40er:p:a%2Fss@db.example:6000/my%20base?sslmode=verify-full&schema=other&readers=3&queue=50&retry=20&sslrootcert=/ca.pem&passwordfile=/pw", out var address, out _));
        Assert.Equal("us@er", address.User);
        Assert.Equal("p:a/ss", address.Password);
        Assert.Equal(new PostgresHost("db.example", 6000), Assert.Single(address.Hosts));
        Assert.Equal("my base", address.Database);
        Assert.Equal((SslMode.VerifyFull, "other", 3, 50, TimeSpan.FromSeconds(20)), (address.SslMode, address.Schema, address.Readers, address.Queue, address.RetryFor));
        Assert.Equal(("/ca.pem", "/pw"), (address.RootCertificate, address.PasswordFile));
        Assert.DoesNotContain("p:a", address.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresql://u@h", "h", 5432, "u")]
    [InlineData("POSTGRES://u@[::1]:1/d", "::1", 1, "d")]
    [InlineData("postgres://u@%2Fvar%2Frun%2Fpostgresql/d", "/var/run/postgresql", 5432, "d")]
    public void What_is_left_out_has_a_default(string text, string host, int port, string database)
    {
        Assert.True(PostgresAddress.TryParse(text, out var address, out _));
        Assert.Equal(new PostgresHost(host, port), Assert.Single(address.Hosts));
        Assert.Equal((database, "gantry", SslMode.Prefer, null), (address.Database, address.Schema, address.SslMode, address.Password));
    }

    [Fact]
    public void Several_hosts_are_kept_in_their_order()
    {
        Assert.True(PostgresAddress.TryParse("postgres://u@a:1,b,[::2]:3/d", out var address, out _));
        Assert.Equal([new("a", 1), new("b", 5432), new("::2", 3)], address.Hosts);
    }

    [Theory]
    [InlineData("postgres://")]
    [InlineData("postgres://h/d")]
    [InlineData("postgres://u@/d")]
    [InlineData("postgres://u@h:0/d")]
    [InlineData("postgres://u@h:65536/d")]
    [InlineData("postgres://u@h,/d")]
    [InlineData("postgres://u@[::1/d")]
    [InlineData("postgres://u:secretword@h;Host=x/d")]
    [InlineData("postgres://u:secretword%@h/d")]
    [InlineData("postgres://u:secretword%ff@h/d")]
    [InlineData("postgres://u:secretword%00@h/d")]
    [InlineData("postgres://u:secretword@h/d?sslmode=off")]
    [InlineData("postgres://u:secretword@h/d?schema=Other")]
    [InlineData("postgres://u:secretword@h/d?schema=pg_own")]
    [InlineData("postgres://u:secretword@h/d?schema=a;drop")]
    [InlineData("postgres://u:secretword@h/d?readers=0")]
    [InlineData("postgres://u:secretword@h/d?queue=0")]
    [InlineData("postgres://u:secretword@h/d?queue=65537")]
    [InlineData("postgres://u:secretword@h/d?unknown=1")]
    [InlineData("postgres://u:secretword@h/d#fragment")]
    public void What_is_wrong_is_refused_without_the_password(string text)
    {
        Assert.False(PostgresAddress.TryParse(text, out _, out var problem));
        Assert.DoesNotContain("secretword", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_comes_is_read_or_refused_and_what_was_read_reads_the_same_again()
    {
        var read = 0;
        Seeded.Rounds(530, 40_000, random =>
        {
            var text = random.OneIn(3) ? random.Text(Pieces, 12) : $"postgres://u{random.Text(Pieces, 2)}@{random.Text(["h", ",", "a.b", ":1", "[::1]", "%2Fx", ":"], 4)}/{random.Text(Pieces, 3)}";
            Assert.Equal(PostgresAddress.TryParse(text, out var address, out var problem), problem is null);
            if (DatabaseAddress.TryParse(text, out var database, out _))
                Assert.NotEqual(database.Postgres is null, database.SqlitePath is null);
            if (address is null)
                return;
            read++;
            Assert.All(address.Hosts, host =>
            {
                Assert.True(PostgresHost.TryParse(host.ToString(), out var again));
                Assert.Equal(host, again);
            });
            Assert.InRange(address.Readers, 1, PostgresAddress.MaxReaders);
            Assert.DoesNotContain('\0', address.User + address.Password + address.Database);
        });
        Assert.True(read > 1000, $"{read} were addresses");
    }
}
