using System.Text;
using Gantry.Cli.OpenId;
using Gantry.Protocol.Token;
using Gantry.Testing;

namespace Gantry.Cli.Tests.OpenId;

/// <summary>What browsers and issuers could send: whatever it is, nothing is thrown, and nothing is believed that was not said once and plainly.</summary>
public sealed class OpenIdFuzzTests
{
    private const string Address = "https://issuer.example";

    [Fact]
    public void Whatever_comes_back_by_the_browser_is_read_or_passed_over() => Seeded.Rounds(611, 3_000, random =>
    {
        string[] pieces = ["code=c", "state=s", "iss=https%3A%2F%2Fissuer.example", "error=e", "error_description=a+b", "code=", "=x", "&", "%", "%zz", "%00", "%ed%a0%bd", "+", "#", "?", "CODE=d", "co%64e=d"];
        var query = random.OneIn(3) ? random.Text("cdeostair=&%+0123456789abcdef?#", 80) : random.Text(pieces, 6, "&");
        var answer = BrowserAnswer.TryParse($"{random.Of("/callback", "/callback/", "/Callback", "")}?{query}", "/callback");
        if (answer is null)
            return;
        var names = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => Uri.UnescapeDataString(pair.Split('=')[0].Replace('+', ' '))).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(names.Contains("state"), answer.State is not null);
        Assert.Equal(names.Contains("code"), answer.Code is not null);
    });

    [Fact]
    public void No_document_leads_off_https_or_to_another_issuer() => Seeded.Rounds(612, 2_000, random =>
    {
        var document = $$"""{"issuer":"{{Address}}","token_endpoint":"{{Place(random)}}","authorization_endpoint":"{{Place(random)}}","device_authorization_endpoint":"{{Place(random)}}","authorization_response_iss_parameter_supported":true}""";
        var bytes = Encoding.UTF8.GetBytes(document);
        if (IssuerEndpoints.TryParse(random.OneIn(2) ? bytes : random.Mutate(bytes), Address) is not { } endpoints)
            return;
        Assert.Equal(Address, endpoints.Issuer);
        foreach (var place in new[] { endpoints.Token, endpoints.Authorization, endpoints.Device }.OfType<Uri>())
            Assert.Equal((Uri.UriSchemeHttps, ""), (place.Scheme, place.UserInfo));
    });

    [Fact]
    public void No_changed_token_answers_a_sign_in_unless_it_still_says_all_of_it() => Seeded.Rounds(613, 2_000, random =>
    {
        var issuer = new SignInIssuer { Name = "test", Issuer = Address, ClientId = "client" };
        var body = random.Mutate(Encoding.UTF8.GetBytes($$"""{"iss":"{{Address}}","aud":["other","client"],"sub":"ada","nonce":"n-0123456789"}"""));
        var token = $"e30.{System.Buffers.Text.Base64Url.EncodeToString(body)}.c2ln";
        if (IdTokenRules.Answers(token, issuer, "n-0123456789"))
            Assert.All(new[] { Address, "client", "n-0123456789" }, said => Assert.Contains(said, Encoding.UTF8.GetString(body), StringComparison.Ordinal));
        IdTokenRules.Answers(random.Text("eyJ.0aZ_-", 60), issuer, "n");
    });

    private static string Place(Seeded random) =>
        random.Of(Address + "/token", "http://issuer.example/token", "http://127.0.0.1/token", "https://user:secret@issuer.example", "file:///etc/passwd", "//issuer.example", "https://", "", "javascript:alert(1)");
}
