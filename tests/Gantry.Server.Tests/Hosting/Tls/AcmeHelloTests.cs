using Gantry.Server.Hosting.Tls.Acme;

namespace Gantry.Server.Tests.Hosting.Tls;

public sealed class AcmeHelloTests
{
    // Written by hand after RFC 8446 section 4.1.2: record, message, version, random, no session, one cipher, no compression, SNI a.test, ALPN acme-tls/1.
    public const string Validator =
        "1603010056" + "01000052" + "0303" + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" + "00" + "0002" + "1301" + "0100" + "0027"
        + "0000" + "000b" + "0009" + "00" + "0006" + "612e74657374"
        + "0010" + "000d" + "000b" + "0a" + "61636d652d746c732f31"
        + "002b" + "0003" + "020304";

    [Fact]
    public void A_validator_is_known_by_its_protocol_and_names_a_host()
    {
        Assert.True(AcmeHello.TryParse(Convert.FromHexString(Validator), out var hello));
        Assert.Equal("a.test", hello.Host);
    }

    [Theory]
    // h2 and http/1.1 instead; the same protocol beside another; no host; a record of another type.
    [InlineData("0010000d000b0a61636d652d746c732f31", "0010000d000b0a61636d652d746c732f32")]
    [InlineData("000b0a61636d652d746c732f31", "000b0268320761636d652d746c")]
    [InlineData("0000000b0009", "0001000b0009")]
    [InlineData("1603010056", "1703010056")]
    public void Anybody_else_is_not(string part, string other)
    {
        Assert.Contains(part, Validator, StringComparison.Ordinal);
        Assert.False(AcmeHello.TryParse(Convert.FromHexString(Validator.Replace(part, other, StringComparison.Ordinal)), out _));
    }
}
