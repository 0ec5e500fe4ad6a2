using System.Text.Json;
using Gantry.Server.Access.Federation;

namespace Gantry.Server.Tests.Access.Federation;

/// <summary>Which tokens stand for a principal.</summary>
public sealed class ClaimRulesTests
{
    private const string GitHub = "https://token.actions.githubusercontent.com";

    private static readonly FederatedCredential Exact = new() { Issuer = GitHub, Subject = "repo:org/app:ref:refs/heads/main", Audience = "gantry" };

    [Fact]
    public void An_exact_credential_means_one_subject()
    {
        Assert.Null(ClaimRules.WhyNot(Exact, Job()));
        Refused(Exact, Job() with { Subject = "repo:org/app:ref:refs/heads/Main" }, "the subject is");
        Refused(Exact, Job() with { Subject = "repo:org/app:ref:refs/heads/main2" }, "the subject is");
        Refused(Exact, Job() with { Issuer = GitHub + "/" }, "the issuer is");
        Refused(Exact, Job() with { Audiences = ["Gantry"] }, "the audience is");
        Refused(Exact, Job() with { Audiences = [] }, "the audience is");
        // In an exact credential a star is a star.
        Refused(Exact with { Subject = "repo:org/*" }, Job(), "the subject is");
        Assert.Null(ClaimRules.WhyNot(Exact with { Subject = "repo:org/*" }, Job() with { Subject = "repo:org/*" }));
    }

    [Fact]
    public void Every_claim_that_is_named_must_hold()
    {
        var credential = Exact with { Claims = [Rule("repository", "org/app"), Rule("ref", "refs/heads/main"), Rule("ref_protected", "true"), Rule("run_attempt", "1"), Rule("verified", "true")] };
        Assert.Null(ClaimRules.WhyNot(credential, Job()));
        foreach (var (claim, value) in ((string, string)[])[("repository", "org/other"), ("repository", "ORG/app"), ("ref", "refs/heads/*"), ("environment", "staging"), ("run_attempt", "01"), ("Repository", "org/app"), ("nothing", "x"), ("object", "{}")])
            Refused(credential with { Claims = [.. credential.Claims, Rule(claim, value)] }, Job(), $"the claim {claim} is");
    }

    [Fact]
    public void Of_a_list_one_member_must_hold_and_paths_lead_into_objects()
    {
        Assert.Null(ClaimRules.WhyNot(Exact with { Claims = [Rule("list", "b"), Rule("realm_access.roles", "push")] }, Job()));
        Refused(Exact with { Claims = [Rule("list", "a b")] }, Job(), "the claim list is 'a b'");
        Refused(Exact with { Claims = [Rule("realm_access.roles.x", "push")] }, Job(), "the claim realm_access.roles.x is missing");
    }

    [Fact]
    public void A_star_reaches_over_separators_and_a_fixed_claim_holds_it()
    {
        var flexible = Exact with { IsFlexible = true, Subject = "repo:org/*" };
        Assert.Null(ClaimRules.WhyNot(flexible, Job()));
        Refused(flexible, Job() with { Subject = "repo:org-evil/app:ref:refs/heads/main" }, "the subject is");
        Refused(flexible, Job() with { Subject = "x-repo:org/app" }, "the subject is");
        // What the documentation warns of: a star without a separator before it.
        Assert.Null(ClaimRules.WhyNot(flexible with { Subject = "repo:org*" }, Job() with { Subject = "repo:org-evil/app:ref:refs/heads/main" }));
        Refused(flexible with { Subject = "repo:org*", Claims = [Rule("repository_owner", "org")] }, Job() with { Claims = Parse("""{"repository_owner":"org-evil"}""") }, "the claim repository_owner");
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a*", "a", true)]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "abcd", false)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("a**b", "ab", true)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a?c", "abc", false)]
    [InlineData("A", "a", false)]
    [InlineData("refs/tags/v*", "refs/tags/v1.0", true)]
    [InlineData("refs/tags/v*", "refs/heads/refs/tags/v1", false)]
    public void Patterns(string pattern, string text, bool matches) => Assert.Equal(matches, ClaimRules.Matches(pattern, text));

    [Fact]
    public void A_pattern_that_takes_everybody_is_a_fault()
    {
        Assert.NotNull(ClaimRules.Fault(Exact with { IsFlexible = true, Subject = "*" }));
        Assert.NotNull(ClaimRules.Fault(Exact with { IsFlexible = true, Subject = "*:ref:refs/heads/main", Claims = [Rule("ref", "*")] }));
        Assert.Null(ClaimRules.Fault(Exact with { IsFlexible = true, Subject = "*", Claims = [Rule("repository", "org/app")] }));
        // A branch's name is nobody's, and an organization's beginning is that of others too.
        foreach (var subject in new[] { "repo:*", "repo:*:ref:refs/heads/main", "repo:org*", "repo:/*", "re*" })
        {
            var open = Exact with { IsFlexible = true, Subject = subject };
            Assert.NotNull(ClaimRules.Fault(open));
            Assert.NotNull(ClaimRules.Fault(open with { Claims = [Rule("ref", "refs/heads/main"), Rule("repository", "*/app")] }));
            Assert.Null(ClaimRules.Fault(open with { Claims = [Rule("ref", "refs/heads/main"), Rule("repository_owner", "org")] }));
        }
        foreach (var subject in new[] { "repo:org/*", "project_path:group/*", "system:serviceaccount:ns:*", "repo:org/app:ref:refs/heads/main" })
            Assert.Null(ClaimRules.Fault(Exact with { IsFlexible = true, Subject = subject }));
        Assert.NotNull(ClaimRules.Fault(Exact with { Subject = "" }));
        Assert.NotNull(ClaimRules.Fault(Exact with { Audience = "" }));
        Assert.NotNull(ClaimRules.Fault(Exact with { Issuer = "a\nb" }));
        Assert.Null(ClaimRules.Fault(Exact));
    }

    [Fact]
    public void Settings_of_an_issuer_that_would_let_strangers_in_are_a_fault()
    {
        var good = new TrustedIssuer { Name = "actions", Issuer = GitHub, Audiences = ["gantry"] };
        Assert.Null(good.Fault());
        Assert.NotNull((good with { Audiences = [] }).Fault());
        Assert.NotNull((good with { Audiences = [""] }).Fault());
        Assert.NotNull((good with { PeopleMaySignIn = true }).Fault());
        Assert.Null((good with { Issuer = "https://login.example", PeopleMaySignIn = true, ClientId = "cli" }).Fault());
        Assert.NotNull((good with { Issuer = "http://issuer.example" }).Fault());
        // Where everybody has an account, it is said whose people are meant.
        foreach (var open in new[] { "https://accounts.google.com", "https://gitlab.com/", GitHub, "https://login.microsoftonline.com/common/v2.0" })
        {
            Assert.NotNull((good with { Issuer = open, PeopleMaySignIn = true, ClientId = "cli" }).Fault());
            Assert.Null((good with { Issuer = open, PeopleMaySignIn = true, ClientId = "cli", PeopleClaims = [Rule("hd", "example.com")] }).Fault());
        }
        Assert.NotNull((good with { Name = "a b" }).Fault());
        Assert.NotNull((good with { Scopes = ["a b"] }).Fault());
    }

    private static void Refused(FederatedCredential credential, OutsideIdentity identity, string reason)
    {
        Assert.StartsWith(reason, ClaimRules.WhyNot(credential, identity), StringComparison.Ordinal);
    }

    private static ClaimRule Rule(string claim, string value) => new() { Claim = claim, Value = value };

    private static OutsideIdentity Job() => new()
    {
        Issuer = GitHub,
        Subject = "repo:org/app:ref:refs/heads/main",
        DisplayName = "job",
        Audiences = ["other", "gantry"],
        Claims = Parse("""{"repository":"org/app","repository_owner":"org","ref":"refs/heads/main","ref_protected":"true","environment":"production","run_attempt":1,"verified":true,"list":["a","b"],"object":{},"realm_access":{"roles":["push"]}}"""),
    };

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
