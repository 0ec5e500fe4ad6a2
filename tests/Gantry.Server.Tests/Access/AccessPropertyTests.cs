using Gantry.Protocol.Naming;
using Gantry.Protocol.Token;
using Gantry.Server.Access;
using Gantry.Server.Access.Conditions;
using Gantry.Server.Http;
using Gantry.Testing;

namespace Gantry.Server.Tests.Access;

/// <summary>The decision against one that is written as slowly as it is thought.</summary>
public sealed class AccessPropertyTests
{
    private static readonly string[] Names = ["team", "team/app", "team/app/x", "teams/app", "other/app", "t"];
    private static readonly string[] Actions = ["pull", "push", "delete", "metadata_read", "metadata_write", "deleted_read", "deleted_restore", "*", "unknown", ""];
    private static readonly string[] Attributes = ["StringStartsWithIgnoreCase 'team/'", "StringEqualsIgnoreCase 'OTHER/app'", "StringNotLike 'team*'"];

    [Fact]
    public void A_decision_is_what_a_naive_reader_of_the_rules_decides()
    {
        var allowed = 0;
        Seeded.Rounds(701, 20_000, random =>
        {
            var (caller, naive) = Make(random);
            var right = random.Of(RightNames.All);
            var repository = (right & Rights.Content) == Rights.None ? null : random.Of(Names);
            var decision = AccessRules.Decide(caller, right, repository is null ? null : RepositoryName.Parse(repository));
            Assert.Equal(Naive(naive, caller.Scopes, right, repository), decision.Why);
            Assert.Equal(decision.IsAllowed, decision.By is not null);
            Assert.True(decision.By is null || caller.Grants.Contains(decision.By));
            allowed += decision.IsAllowed ? 1 : 0;
        });
        Assert.InRange(allowed, 1_000, 19_000);
    }

    [Fact]
    public void A_token_names_what_is_allowed_and_never_widens_anything() => Seeded.Rounds(702, 4_000, random =>
    {
        var caller = Make(random).Caller;
        var asked = Scopes(random);
        var granted = caller.Intersect(asked);
        Assert.Equal(granted, caller.Intersect(granted));
        Assert.Equal(Scope.Merge(asked).Select(scope => (scope.Type, scope.Name)), granted.Select(scope => (scope.Type, scope.Name)));
        foreach (var scope in granted.Where(scope => scope.Type == Scope.RepositoryType && scope.Name != "*"))
            Assert.All(scope.Actions, action => Assert.True(caller.May(action, RepositoryName.Parse(scope.Name)), $"{scope}"));
        var shown = caller with { Scopes = granted };
        foreach (var right in RightNames.All)
        {
            foreach (var name in Names)
            {
                if (AccessRules.Decide(shown, right, RepositoryName.Parse(name)).IsAllowed)
                    Assert.True(AccessRules.Decide(caller, right, RepositoryName.Parse(name)).IsAllowed, $"{right} at {name}");
            }
            if (AccessRules.Decide(shown, right, null).IsAllowed)
                Assert.True(AccessRules.Decide(caller, right, null).IsAllowed, $"{right}");
            if (AccessRules.MayEverywhere(shown, right))
                Assert.True(Names.All(name => AccessRules.Decide(shown, right, RepositoryName.Parse(name)).IsAllowed), $"{right}");
        }
    });

    [Fact]
    public void A_managed_path_is_matched_as_a_naive_reader_matches_it()
    {
        string[] words = ["principals", "Principals", "{id}", "secrets", "{secret}", "why", ""];
        string[] pieces = ["principals", "PRINCIPALS", "secrets", "why", "a", "%2F", "a%2Fb", "..", "%2e%2e", "%", "", "é", "{id}"];
        var matched = 0;
        Seeded.Rounds(703, 60_000, random =>
        {
            var template = random.Text(words, 4, "/") + random.Of("", "", "/{*rest}");
            var path = random.OneIn(3) ? template.Replace("{id}", "x", StringComparison.Ordinal) : random.Text(pieces, 5, "/");
            var route = new ManagedRoute("GET", template, Rights.None, (_, _) => Task.CompletedTask);
            var expected = NaiveMatch(template, path);
            Assert.Equal(expected, route.Match(path));
            matched += expected is null ? 0 : 1;
        });
        Assert.InRange(matched, 5_000, 55_000);
    }

    [Fact]
    public void Every_right_is_found_by_each_of_its_names_and_no_name_is_of_two()
    {
        foreach (var right in RightNames.All)
        {
            Assert.Equal(right, RightNames.Find(RightNames.PermissionOf(right).ToUpperInvariant()));
            Assert.Equal(right, RightNames.Find(RightNames.ShortOf(right)));
            if (RightNames.ActionOf(right) is { } action)
                Assert.Equal((right, right), (RightNames.OfAction(action), RightNames.Find(action)));
        }
        Assert.Equal(Rights.Content | Rights.Registry, RightNames.All.Aggregate((all, right) => all | right));
        Seeded.Rounds(704, 5_000, random => Assert.True(RightNames.Find(random.Text("adelrtw/_* ", 20)) is var found && (found == Rights.None || RightNames.All.Contains(found))));
        Assert.Equal((Rights.None, Rights.None, Rights.None), (RightNames.Find(""), RightNames.OfAction("*"), RightNames.OfAction("PULL")));
    }

    [Fact]
    public void The_name_of_an_identity_is_read_as_it_was_written_and_is_no_other_ones() => Seeded.Rounds(705, 5_000, random =>
    {
        var text = random.Of("admin", "token:", "token:CI", "(anonymous)", "(developer)", "4f3c0000-0000-4000-8000-000000000000", "") + random.Text("admintoken:- 0", 6);
        if (IdentityKey.TryParse(text) is { } key)
        {
            Assert.Equal(key, IdentityKey.TryParse(key.ToString()));
            Assert.NotEqual(CallerKind.Anonymous, key.Kind);
        }
        Assert.NotEqual(IdentityKey.Admin, IdentityKey.OfToken(text));
        Assert.NotEqual(IdentityKey.Admin.ToString(), IdentityKey.OfToken(text).ToString());
    });

    private static (Caller Caller, List<NaiveGrant> Naive) Make(Seeded random)
    {
        var naive = new List<NaiveGrant>();
        var grants = new List<Grant>();
        for (var count = random.Below(4); count > 0; count--)
        {
            var rights = RightNames.All.Where(_ => random.OneIn(2)).Aggregate(Rights.None, (all, right) => all | right);
            var (kind, name) = (random.Below(5), random.Of(Names));
            var place = kind switch
            {
                0 => GrantPlace.Exactly(RepositoryName.Parse(name)),
                1 => GrantPlace.AtAndBelow(RepositoryName.Parse(name)),
                2 => GrantPlace.Below(RepositoryName.Parse(name)),
                _ => GrantPlace.Everywhere,
            };
            var condition = random.Below(6);
            var text = condition < Attributes.Length ? $"@Request[Microsoft.ContainerRegistry/registries/repositories:name] {Attributes[condition]}" : null;
            grants.Add(new Grant(rights, place, $"grant {count}", text is null ? null : AccessCondition.Parse(text)));
            naive.Add(new NaiveGrant(rights, kind, name, condition));
        }
        var scopes = random.OneIn(2) ? null : Scopes(random);
        return (new Caller { Kind = CallerKind.Principal, Name = "somebody", Grants = [.. grants], Scopes = scopes }, naive);
    }

    private static List<Scope> Scopes(Seeded random)
    {
        var scopes = new List<Scope>();
        for (var count = random.Below(4); count > 0; count--)
        {
            var actions = Enumerable.Range(0, 1 + random.Below(3)).Select(_ => random.Of(Actions)).ToArray();
            scopes.Add(random.OneIn(4) ? new Scope(random.Of("registry", "other"), random.Of("catalog", "None"), ["*"])
                : Scope.Repository(random.OneIn(4) ? "*" : random.Of(Names), actions));
        }
        return scopes;
    }

    private static Denial Naive(List<NaiveGrant> grants, IReadOnlyList<Scope>? scopes, Rights right, string? repository)
    {
        var misses = new List<Denial> { Denial.NotGranted };
        foreach (var grant in grants.Where(grant => grant.Rights.HasFlag(right)))
        {
            var covered = grant.Kind > 2 || (repository is not null && (grant.Kind switch
            {
                0 => repository == grant.Name,
                1 => repository == grant.Name || repository.StartsWith(grant.Name + "/", StringComparison.Ordinal),
                _ => repository.StartsWith(grant.Name + "/", StringComparison.Ordinal),
            }));
            var holds = grant.Condition switch
            {
                0 => repository is not null && repository.StartsWith("team/", StringComparison.Ordinal),
                1 => repository == "other/app",
                2 => repository is not null && !repository.StartsWith("team", StringComparison.Ordinal),
                _ => true,
            };
            misses.Add(!covered ? Denial.Elsewhere : !holds ? Denial.ConditionFailed : Denial.None);
        }
        if (!misses.Contains(Denial.None))
            return misses.Max();
        var isCatalog = right is Rights.CatalogRead or Rights.CatalogReadOwn;
        var named = scopes is null || scopes.Any(scope => isCatalog
            ? scope is { Type: "registry", Name: "catalog" } && scope.Actions.Count > 0
            : scope.Type == "repository" && repository is not null && (scope.Name == repository || scope.Name == "*")
                && RightNames.ActionOf(right) is { } action && (scope.Actions.Contains(action) || scope.Actions.Contains("*")));
        return named ? Denial.None : Denial.NotInToken;
    }

    private static List<string>? NaiveMatch(string template, string path)
    {
        var (words, pieces) = (template.Split('/'), path.Split('/'));
        var values = new List<string>();
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == "{*rest}")
            {
                var rest = i < pieces.Length ? string.Join('/', pieces[i..]) : "";
                if (rest.Length == 0)
                    return null;
                values.Add(rest);
                return values;
            }
            if (i >= pieces.Length)
                return null;
            if (words[i].StartsWith('{'))
            {
                if (pieces[i].Length == 0)
                    return null;
                values.Add(Uri.UnescapeDataString(pieces[i]));
            }
            else if (!string.Equals(words[i], pieces[i], StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }
        return words.Length == pieces.Length ? values : null;
    }

    private sealed record NaiveGrant(Rights Rights, int Kind, string Name, int Condition);
}
