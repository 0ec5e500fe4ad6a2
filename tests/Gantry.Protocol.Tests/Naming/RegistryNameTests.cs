using Gantry.Protocol.Naming;

namespace Gantry.Protocol.Tests.Naming;

public sealed class RegistryNameTests
{
    [Theory]
    [InlineData("localhost", "localhost")]
    [InlineData("localhost:5000", "localhost")]
    [InlineData("myregistry.azurecr.io", "myregistry.azurecr.io")]
    [InlineData("127.0.0.1:5000", "127.0.0.1")]
    [InlineData("[::1]:5000", "[::1]")]
    [InlineData("[::ffff:127.0.0.1]", "[::ffff:127.0.0.1]")]
    [InlineData("a:0", "a")]
    [InlineData("a:65535", "a")]
    public void Hosts_with_and_without_a_port_are_accepted(string text, string host)
    {
        var name = RegistryName.Parse(text);
        Assert.Equal(text, name.ToString());
        Assert.Equal(host, name.Host.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":5000")]
    [InlineData("a:")]
    [InlineData("a:65536")]
    [InlineData("a:-1")]
    [InlineData("a:+1")]
    [InlineData("a: 1")]
    [InlineData("a:1:2")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[]")]
    [InlineData("[::1]x")]
    [InlineData("[::1]80")]
    [InlineData("[::1]x80")]
    [InlineData("user@host")]
    [InlineData("user:password@host")]
    [InlineData("http://host")]
    [InlineData("host name")]
    [InlineData("host\r\nX: y")]
    [InlineData("-host")]
    [InlineData("héte")]
    public void Everything_else_is_refused(string text) => Assert.False(RegistryName.TryParse(text, out _));

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("localhost:1", true)]
    [InlineData("localhost.example.com", false)]
    [InlineData("notlocalhost", false)]
    [InlineData("127.0.0.1", false)]
    public void Only_the_literal_name_is_localhost(string text, bool expected) => Assert.Equal(expected, RegistryName.Parse(text).IsLocalhost);

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void Length_is_bounded(int length, bool accepted) => Assert.Equal(accepted, RegistryName.TryParse(new string('a', length), out _));
}
