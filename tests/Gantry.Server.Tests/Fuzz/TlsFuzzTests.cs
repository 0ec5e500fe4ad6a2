using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gantry.Protocol.Distribution;
using Gantry.Server.Hosting;
using Gantry.Server.Hosting.Tls;
using Gantry.Server.Hosting.Tls.Acme;
using Gantry.Server.Http.Forwarding;
using Gantry.Server.Tests.Hosting.Tls;
using Gantry.Testing;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Tests.Fuzz;

/// <summary>What proxies, validators and authorities send, damaged: read or refused, never a failure, and never more than was written.</summary>
public sealed class TlsFuzzTests
{
    private const string Soup = "for=host;proto,\"\\ []:.0123456789abcdef_-unknown\t\0é";

    [Fact]
    public void Whatever_is_forwarded_the_client_is_one_that_the_right_end_names()
    {
        var requests = new ForwardedRequests([OptionWords.Network("10.0.0.0/8")]);
        var (read, refused) = (0, 0);
        Seeded.Rounds(611, 20_000, random =>
        {
            // The left end is the attacker's, the right one the proxy's.
            var left = random.OneIn(2) ? random.Text(Soup, 30) : random.Of("203.0.113.9", "for=203.0.113.9;host=evil.example", "unknown", "\"", "10.1.1.1", "");
            var isStandard = random.OneIn(2);
            var http = new DefaultHttpContext();
            http.Connection.RemoteIpAddress = IPAddress.Parse("10.0.0.1");
            http.Request.Headers[isStandard ? "Forwarded" : "X-Forwarded-For"] = $"{left}{random.Of(",", ", ", " ,\t")}{(isStandard ? "for=198.51.100.7;host=registry.example" : "198.51.100.7")}";
            try
            {
                Assert.True(requests.Apply(http));
                Assert.Equal("198.51.100.7", http.Connection.RemoteIpAddress!.ToString());
                Assert.True(!isStandard || http.Request.Host.Value == "registry.example");
                read++;
            }
            catch (RegistryException e)
            {
                // A quote that was left open spoils the header; it must not hide the proxy's part.
                Assert.True(isStandard);
                Assert.Equal(400, e.Status);
                refused++;
            }
        });
        Assert.True(read > 1_000 && refused > 1_000, $"{read} {refused}");
    }

    [Fact]
    public void A_node_and_an_element_are_read_or_refused() => Seeded.Rounds(612, 50_000, random =>
    {
        var text = random.OneIn(3) ? random.Text(Soup, 40) : Encoding.Latin1.GetString(random.Mutate(Encoding.Latin1.GetBytes(random.Of("198.51.100.7:80", "[2001:db8::1]:80", "for=\"[2001:db8::1]:80\";proto=https;host=\"a:1\", for=unknown"))));
        if (ForwardedNode.TryParse(text, out var node) && node.Address is { } address)
            Assert.Contains(text, c => char.IsAsciiHexDigit(c) && address.ToString().Length > 1);
        if (ForwardedElement.TryParse(text, out var elements))
            Assert.InRange(elements.Count, 1, text.Count(c => c == ',') + 1);
    });

    [Fact]
    public void A_first_message_of_TLS_is_a_validators_or_not()
    {
        var hello = Convert.FromHexString(AcmeHelloTests.Validator);
        var (read, passed) = (0, 0);
        Seeded.Rounds(613, 50_000, random =>
        {
            var bytes = random.OneIn(10) ? hello[..random.Below(hello.Length + 1)] : random.Mutate(hello);
            if (AcmeHello.TryParse(bytes, out var found))
                read += found.Host.All(char.IsAscii) ? 1 : throw new InvalidOperationException(found.Host);
            else
                passed++;
        });
        Assert.True(read > 100 && passed > 100, $"{read} {passed}");
    }

    [Fact]
    public void A_revocation_list_that_was_changed_is_refused_or_signed_by_nobody()
    {
        using var issuer = new Issuer();
        using var revoked = issuer.Issue("CN=x", []);
        var pem = issuer.Revoke(1, revoked);
        var der = Convert.FromBase64String(string.Concat(pem.Split('\n').Where(line => !line.StartsWith('-'))));
        Assert.True(RevocationList.Read(der).IsOf(issuer.Certificate));
        Seeded.Rounds(614, 5_000, random =>
        {
            var damaged = random.Mutate(der);
            try
            {
                Assert.True(damaged.AsSpan().SequenceEqual(der) || !RevocationList.Read(damaged).IsOf(issuer.Certificate));
                Assert.NotEmpty(RevocationList.ReadAll(Encoding.Latin1.GetString(random.Mutate(Encoding.Latin1.GetBytes(pem)))));
            }
            catch (CryptographicException)
            {
                // Refused, as it should be.
            }
        });
    }
}
