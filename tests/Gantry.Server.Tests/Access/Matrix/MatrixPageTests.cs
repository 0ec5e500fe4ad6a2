using System.Runtime.CompilerServices;
using System.Text;

namespace Gantry.Server.Tests.Access.Matrix;

/// <summary>docs/access-matrix.md is the matrix for readers. <c>GANTRY_UPDATE_DOCS=1</c> writes it; without it a stale page fails.</summary>
public sealed class MatrixPageTests
{
    private static readonly (char Letter, string Meaning)[] Letters =
    [
        ('p', "pull"), ('w', "push"), ('d', "delete"), ('r', "read metadata"), ('s', "set metadata"), ('c', "list the catalog"), ('G', "read the set-up"), ('S', "set up"),
        ('K', "admin user's passwords"), ('A', "read roles"), ('W', "give roles"), ('U', "read the audit record"), ('O', "operate the server"),
    ];

    [Fact]
    public void The_page_of_who_may_do_what_is_up_to_date()
    {
        var path = Path.GetFullPath("../../../../docs/access-matrix.md", Path.GetDirectoryName(OwnPath())!);
        var page = Page();
        if (Environment.GetEnvironmentVariable("GANTRY_UPDATE_DOCS") == "1")
            File.WriteAllText(path, page);
        Assert.True(File.ReadAllText(path).ReplaceLineEndings("\n") == page, "docs/access-matrix.md is stale: run the tests with GANTRY_UPDATE_DOCS=1");
    }

    private static string Page()
    {
        var page = new StringBuilder("""
            # Who may do what

            `AccessMatrixTests` sends every request of the second table as every identity of the third, in every way to say who one is, on SQLite and on PostgreSQL, and holds
            status, headers and body of each answer against these tables. A route without a row fails it. The page is written from the test's own tables.

            ## Roles

            The right that a column names is given where there is a mark; `-` where it is not; `r` where it is taken away in the mode `AbacRepositoryPermissions`, in which only the repository roles open content.


            """);
        page.Append($"| Role |{string.Concat(Letters.Select(letter => $" {letter.Meaning} |"))}\n|---|{string.Concat(Letters.Select(_ => ":-:|"))}\n");
        foreach (var (role, rights, abac) in MatrixTables.Roles)
            page.Append($"| {role} |{string.Concat(Letters.Select(letter => rights.Contains(letter.Letter) ? abac.Contains(letter.Letter) ? " x |" : " r |" : " - |"))}\n");
        page.Append("""

            Whoever has none of these rights is answered 401 with a challenge where content is asked for, and 403 below `/gantry/v1` and `/subscriptions`.
            An access token opens content and the catalog; it manages nothing. Operating the server is for owners of its default registry.

            ## Routes

            | Method | Path | Takes |
            |---|---|---|

            """);
        foreach (var route in MatrixTables.Routes.Where(route => route.Group != "nothing"))
            page.Append($"| {route.Method} | `{PathOf(route)}` | {MeaningOf(route.Needs)} |\n");
        page.Append("""

            ## Identities

            Beside every role of the first table, assigned for a whole registry in both modes. `team+` is `team` and what lies below it, `team/*` only the latter.

            | Registry | Identity | Made of | May |
            |---|---|---|---|

            """);
        foreach (var identity in MatrixTables.Named)
            page.Append($"| {identity.Registry} | {identity.Name} | {(identity.Made == "-" ? identity.Kind : $"{identity.Kind}: `{identity.Made}`")} | {MayOf(identity)} |\n");
        return page.ToString();
    }

    private static string PathOf(MatrixRoute route) => (route.Group switch
    {
        "gantry" => $"/gantry/v1/{route.Template}",
        "arm" => $"…/registries/{{registry}}{(route.Template.Length == 0 ? "" : "/")}{route.Template}",
        "subscriptions" => $"/subscriptions/{route.Template}",
        _ => route.Template.Split('?')[0],
    }).Replace("{gone}", "{repository}", StringComparison.Ordinal).Replace("{absent}", "{digest}", StringComparison.Ordinal).Replace("{image}", "{digest}", StringComparison.Ordinal)
        .Replace("/absent", "/{tag}", StringComparison.Ordinal).Replace("/1.0", "/{tag}", StringComparison.Ordinal);

    private static string MeaningOf(string needs) => needs switch
    {
        "(all)" => "nothing",
        "(in)" => "any identity",
        "(credentials)" => "what it is given",
        "(run)" => "push somewhere, by more than an access token for some repositories",
        "(worker)" => "a worker's secret",
        "(link)" => "a signed link",
        _ => string.Join(" or ", needs.Select(letter => Letters.Single(each => each.Letter == letter).Meaning)),
    };

    private static string MayOf(MatrixIdentity identity) => identity.Has == "-" ? identity.IsRefused ? "nothing: refused" : "nothing" : string.Join("; ", identity.Has.Split(' ').Select(grant =>
    {
        var (letters, place) = (grant.Split('@')[0], grant.Split('@')[1]);
        var rights = string.Join(", ", Letters.Where(letter => letters.Contains(letter.Letter)).Select(letter => letter.Meaning));
        return place is "*" or "content" ? $"{rights} everywhere" : $"{rights} at `{place}`";
    }));

    private static string OwnPath([CallerFilePath] string path = "") => path;
}
