namespace Gantry.Server.Tests.Access.Matrix;

/// <summary>What the matrix knows, written down by hand: nothing here asks the server's own rules.</summary>
/// <remarks><code>
///   p pull    w push    d delete    r read metadata    s set metadata    c list the catalog
///   G read the registry's set-up    S set it up    K the admin user's passwords    A read roles    W give roles    O operate the server
/// </code></remarks>
internal static class MatrixTables
{
    /// <summary>The letters of rights on content, with the actions that scopes name.</summary>
    public static readonly IReadOnlyDictionary<char, string> Actions =
        new Dictionary<char, string> { ['p'] = "pull", ['w'] = "push", ['d'] = "delete", ['r'] = "metadata_read", ['s'] = "metadata_write" };

    /// <summary>The letters of rights on the registry, with the names that refusals give them.</summary>
    public static readonly IReadOnlyDictionary<char, string> Permissions = new Dictionary<char, string>
    {
        ['G'] = "Microsoft.ContainerRegistry/registries/read",
        ['S'] = "Microsoft.ContainerRegistry/registries/write",
        ['K'] = "Microsoft.ContainerRegistry/registries/listCredentials/action",
        ['A'] = "Microsoft.Authorization/roleAssignments/read",
        ['W'] = "Microsoft.Authorization/roleAssignments/write",
        ['U'] = "Gantry/audit/read",
        ['O'] = "Gantry/server/operate",
    };

    /// <summary>The repositories of each registry; the one called <c>gone</c> has no content.</summary>
    public static readonly IReadOnlyList<string> Repositories = ["team/app", "team/gone", "team", "teams/app", "other/app"];

    /// <summary>Which of them lie where. The empty one stands for the registry itself.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Places = new Dictionary<string, IReadOnlyList<string>>
    {
        ["*"] = ["", "team/app", "team/gone", "team", "teams/app", "other/app"],
        ["content"] = ["team/app", "team/gone", "team", "teams/app", "other/app"],
        ["team+"] = ["team", "team/app", "team/gone"],
        ["team/*"] = ["team/app", "team/gone"],
        ["team/app"] = ["team/app"],
    };

    public const string Condition = "@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'team/'";

    private const string RouteText = """
        group         | method | path | needs | once allowed | body
        Ping          | GET    | /v2/                                        | (in) | 200
        Ping          | HEAD   | /v2/                                        | (in) | 200
        Catalog       | GET    | /v2/_catalog                                | c    | 200
        Catalog       | HEAD   | /v2/_catalog                                | c    | 200
        Manifest      | GET    | /v2/{repository}/manifests/1.0              | p    | 200
        Manifest      | HEAD   | /v2/{repository}/manifests/1.0              | p    | 200
        Manifest      | PUT    | /v2/{repository}/manifests/1.0              | w    | 201 | {manifest}
        Manifest      | DELETE | /v2/{repository}/manifests/absent           | d    | 404 MANIFEST_UNKNOWN
        Blob          | GET    | /v2/{repository}/blobs/{digest}             | p    | 200
        Blob          | HEAD   | /v2/{repository}/blobs/{digest}             | p    | 200
        Blob          | DELETE | /v2/{repository}/blobs/{absent}             | d    | 404 BLOB_UNKNOWN
        UploadStart   | POST   | /v2/{repository}/blobs/uploads/?digest={digest} | w | 201 | {config}
        Upload        | GET    | /v2/{repository}/blobs/uploads/{id}         | w    | 404 BLOB_UPLOAD_UNKNOWN
        Upload        | HEAD   | /v2/{repository}/blobs/uploads/{id}         | w    | 404 BLOB_UPLOAD_UNKNOWN
        Upload        | PATCH  | /v2/{repository}/blobs/uploads/{id}         | w    | 404 BLOB_UPLOAD_UNKNOWN | {config}
        Upload        | PUT    | /v2/{repository}/blobs/uploads/{id}?digest={digest} | w | 404 BLOB_UPLOAD_UNKNOWN
        Upload        | DELETE | /v2/{repository}/blobs/uploads/{id}         | w    | 404 BLOB_UPLOAD_UNKNOWN
        Tags          | GET    | /v2/{repository}/tags/list                  | pr   | 200
        Tags          | HEAD   | /v2/{repository}/tags/list                  | pr   | 200
        Referrers     | GET    | /v2/{repository}/referrers/{digest}         | p    | 200
        Referrers     | HEAD   | /v2/{repository}/referrers/{digest}         | p    | 200
        acr Catalog   | GET    | /acr/v1/_catalog                            | c    | 200
        acr Catalog   | HEAD   | /acr/v1/_catalog                            | c    | 200
        acr Repository | GET   | /acr/v1/{repository}                        | r    | 200
        acr Repository | HEAD  | /acr/v1/{repository}                        | r    | 200
        acr Repository | PATCH | /acr/v1/{repository}                        | s    | 200 | {}
        acr Repository | DELETE | /acr/v1/{gone}                             | d    | 404 NAME_UNKNOWN
        acr Tags      | GET    | /acr/v1/{repository}/_tags                  | r    | 200
        acr Tags      | HEAD   | /acr/v1/{repository}/_tags                  | r    | 200
        acr Tag       | GET    | /acr/v1/{repository}/_tags/1.0              | r    | 200
        acr Tag       | HEAD   | /acr/v1/{repository}/_tags/1.0              | r    | 200
        acr Tag       | PATCH  | /acr/v1/{repository}/_tags/1.0              | s    | 200 | {}
        acr Tag       | DELETE | /acr/v1/{repository}/_tags/absent           | d    | 404 TAG_UNKNOWN
        acr Manifests | GET    | /acr/v1/{repository}/_manifests             | r    | 200
        acr Manifests | HEAD   | /acr/v1/{repository}/_manifests             | r    | 200
        acr Manifest  | GET    | /acr/v1/{repository}/_manifests/{image}     | r    | 200
        acr Manifest  | HEAD   | /acr/v1/{repository}/_manifests/{image}     | r    | 200
        acr Manifest  | PATCH  | /acr/v1/{repository}/_manifests/{image}     | s    | 200 | {}
        gantry        | GET    | principals                                  | A    | 200
        gantry        | POST   | principals                                  | W    | 400 BAD_REQUEST | {}
        gantry        | GET    | principals/{id}                             | A    | 404 NOT_FOUND
        gantry        | PATCH  | principals/{id}                             | W    | 404 NOT_FOUND | {"enabled":true}
        gantry        | DELETE | principals/{id}                             | W    | 404 NOT_FOUND
        gantry        | POST   | principals/{id}/reset                       | W    | 404 NOT_FOUND
        gantry        | POST   | principals/{id}/revoke                      | W    | 404 NOT_FOUND
        gantry        | POST   | principals/{id}/secrets                     | W    | 404 NOT_FOUND | {}
        gantry        | DELETE | principals/{id}/secrets/{secret}            | W    | 404 NOT_FOUND
        gantry        | POST   | groups                                      | W    | 400 BAD_REQUEST | {}
        gantry        | GET    | groups/{id}/members                         | A    | 404 NOT_FOUND
        gantry        | POST   | groups/{id}/members                         | W    | 404 NOT_FOUND | {"principal":"nobody"}
        gantry        | DELETE | groups/{id}/members/{principal}             | W    | 404 NOT_FOUND
        gantry        | GET    | principals/{id}/federated-credentials       | A    | 200
        gantry        | POST   | principals/{id}/federated-credentials       | W    | 400 BAD_REQUEST | {}
        gantry        | DELETE | principals/{id}/federated-credentials/{name} | W   | 404 NOT_FOUND
        gantry        | GET    | sign-in                                     | (all) | 200
        gantry        | GET    | federation                                  | A    | 200
        gantry        | POST   | federation                                  | W    | 400 BAD_REQUEST | {}
        gantry        | POST   | federation-test                             | A    | 400 BAD_REQUEST | {}
        gantry        | GET    | federation/{name}                           | A    | 404 NOT_FOUND
        gantry        | PUT    | federation/{name}                           | W    | 400 BAD_REQUEST | {}
        gantry        | DELETE | federation/{name}                           | W    | 404 NOT_FOUND
        gantry        | GET    | audit?n=1                                   | U    | 200
        gantry        | GET    | access/explain                              | A    | 400 BAD_REQUEST
        gantry        | GET    | settings                                    | G    | 200
        gantry        | PATCH  | settings                                    | S    | 400 BAD_REQUEST | []
        gantry        | GET    | registries                                  | (in) | 200
        gantry        | POST   | collect                                     | O    | 400 BAD_REQUEST | {"grace":-1}
        gantry        | POST   | check                                       | O    | 400 BAD_REQUEST | []
        gantry        | GET    | scrub                                       | O    | 200
        gantry        | POST   | scrub                                       | O    | 200
        gantry        | GET    | why/{*digest}                               | O    | 400 DIGEST_INVALID
        gantry        | POST   | backups                                     | O    | 201
        gantry        | PUT    | backups/{id}                                | O    | 410 NOT_FOUND
        gantry        | DELETE | backups/{id}                                | O    | 204
        gantry        | GET    | backups/{id}/dump                           | O    | 410 NOT_FOUND
        gantry        | GET    | backups/{id}/objects/{*path}                | O    | 410 NOT_FOUND
        arm           | GET    |                                             | G    | 200
        arm           | PATCH  |                                             | S    | 400 InvalidRequest | []
        arm           | GET    | scopeMaps                                   | G    | 200
        arm           | GET    | scopeMaps/{name}                            | G    | 404 ResourceNotFound
        arm           | PUT    | scopeMaps/{name}                            | S    | 400 InvalidRequest | {"properties":{}}
        arm           | PATCH  | scopeMaps/{name}                            | S    | 404 ResourceNotFound | {"properties":{}}
        arm           | DELETE | scopeMaps/{name}                            | S    | 204
        arm           | GET    | tokens                                      | G    | 200
        arm           | GET    | tokens/{name}                               | G    | 404 ResourceNotFound
        arm           | PUT    | tokens/{name}                               | S    | 400 InvalidRequest | {"properties":{}}
        arm           | PATCH  | tokens/{name}                               | S    | 404 ResourceNotFound | {"properties":{}}
        arm           | DELETE | tokens/{name}                               | S    | 204
        arm           | POST   | generateCredentials                         | S    | 404 ResourceNotFound | {"tokenId":"absent"}
        arm           | POST   | listCredentials                             | K    | {credentials}
        arm           | POST   | regenerateCredential                        | K    | 400 InvalidRequest | {}
        arm           | GET    | providers/Microsoft.Authorization/roleAssignments         | A    | 200
        arm           | GET    | providers/Microsoft.Authorization/roleAssignments/{id}    | A    | 404 ResourceNotFound
        arm           | PUT    | providers/Microsoft.Authorization/roleAssignments/{id}    | W    | 400 InvalidRequest | {}
        arm           | DELETE | providers/Microsoft.Authorization/roleAssignments/{id}    | W    | 204
        arm           | GET    | providers/Microsoft.Authorization/roleDefinitions         | (in) | 200
        arm           | GET    | providers/Microsoft.Authorization/roleDefinitions/{id}    | (in) | 404 ResourceNotFound
        arm           | POST   | scheduleRun                                 | (run) | 400 InvalidRequest | {"type":"DockerBuildRequest","sourceLocation":"nowhere"}
        arm           | POST   | listBuildSourceUploadUrl                    | (run) | 200
        arm           | GET    | runs                                        | (run) | 200
        arm           | GET    | runs/{id}                                   | (run) | 404 ResourceNotFound
        arm           | PATCH  | runs/{id}                                   | (run) | 404 ResourceNotFound | {"isArchiveEnabled":true}
        arm           | POST   | runs/{id}/listLogSasUrl                     | (run) | 404 ResourceNotFound
        arm           | POST   | runs/{id}/cancel                            | (run) | 404 ResourceNotFound
        subscriptions | GET    | {subscription}/providers/Microsoft.ContainerRegistry/registries                        | (in) | 200
        subscriptions | GET    | {subscription}/resourceGroups/{group}/providers/Microsoft.ContainerRegistry/registries | (in) | 200
        subscriptions | POST   | {subscription}/providers/Microsoft.ContainerRegistry/checkNameAvailability             | O    | 400 InvalidRequest | {}
        health        | GET    | /healthz                                    | (all) | 200
        health        | GET    | /readyz                                     | (all) | 200
        health        | GET    | /metrics                                    | (all) | 200
        sign-in       | GET    | /oauth2/token                               | (credentials) | 200
        sign-in       | POST   | /oauth2/token                               | (credentials) | 200
        sign-in       | POST   | /oauth2/exchange                            | (credentials) | 200
        sign-in       | POST   | /oauth2/revoke                              | (credentials) | 200
        sign-in       | GET    | /oauth2/keys                                | (all) | 200
        worker        | POST   | /gantry/v1/leases                           | (worker) | 401 UNAUTHORIZED
        worker        | PUT    | /gantry/v1/leases/{id}                      | (worker) | 401 UNAUTHORIZED
        worker        | DELETE | /gantry/v1/leases/{id}                      | (worker) | 401 UNAUTHORIZED
        worker        | GET    | /gantry/v1/leases/{id}/source               | (worker) | 401 UNAUTHORIZED
        worker        | POST   | /gantry/v1/leases/{id}/log                  | (worker) | 401 UNAUTHORIZED
        worker        | POST   | /gantry/v1/leases/{id}/finish               | (worker) | 401 UNAUTHORIZED
        worker        | PUT    | /gantry/v1/sources/{id}                     | (link) | 403 DENIED
        worker        | GET    | /gantry/v1/logs/{id}                        | (link) | 403
        nothing       | GET    | /gantry/v2/principals                       | (all) | 404 NOT_FOUND
        nothing       | GET    | /gantry/v1/nothing                          | (in) | 404 NOT_FOUND
        """;

    private const string RoleText = """
        role                                         | rights          | in AbacRepositoryPermissions mode
        Owner                                        | pwdrscGSKAWUO   | GSKAWUO
        Contributor                                  | pwdrscGSKAU     | GSKAU
        Reader                                       | prcGA           | GA
        User Access Administrator                    | GAW             | GAW
        AcrPull                                      | prc             | -
        AcrPush                                      | pwrsc           | -
        AcrDelete                                    | drc             | -
        AcrImageSigner                               | -               | -
        AcrQuarantineReader                          | -               | -
        AcrQuarantineWriter                          | -               | -
        Container Registry Repository Reader         | pr              | pr
        Container Registry Repository Writer         | pwrs            | pwrs
        Container Registry Repository Contributor    | pwdrs           | pwdrs
        Container Registry Repository Catalog Lister | c               | c
        """;

    // Every role at every registry is added to these by MatrixTables.Identities.
    private const string IdentityText = """
        registry         | identity               | kind         | made                                 | has
        myregistry       | nobody                 | nobody       | -                                    | -
        openregistry     | nobody                 | nobody       | anonymous pull                       | pr@content
        assignedregistry | nobody                 | nobody       | AcrPull@team                         | pr@team+
        devregistry      | nobody                 | developer    | -                                    | pwdrscGSKAWUO@*
        myregistry       | AcrPull below team     | principal    | AcrPull@team                         | pr@team+
        myregistry       | AcrPush below team     | principal    | AcrPush@team                         | pwrs@team+
        myregistry       | Reader role below team | principal    | Repository Reader@team               | pr@team+
        myregistry       | Writer below team      | principal    | Repository Writer@team               | pwrs@team+
        myregistry       | Contributor below team | principal    | Repository Contributor@team          | pwdrs@team+
        myregistry       | AcrPull on condition   | principal    | AcrPull?                             | pr@team/*
        myregistry       | Writer on condition    | principal    | Repository Writer?                   | pwrs@team/*
        abacregistry     | Writer on condition    | principal    | Repository Writer?                   | pwrs@team/*
        abacregistry     | AcrPush below team     | principal    | AcrPush@team                         | -
        myregistry       | group of AcrPush       | group        | AcrPush                              | pwrsc@*
        myregistry       | group below team       | group        | Repository Contributor@team          | pwdrs@team+
        myregistry       | group on condition     | group        | Repository Reader?                   | pr@team/*
        myregistry       | left the group         | left group   | Owner                                | -
        myregistry       | without a role         | principal    | -                                    | -
        myregistry       | disabled               | disabled     | Owner                                | -
        myregistry       | deleted                | deleted      | Owner                                | -
        myregistry       | expired secret         | expired      | Owner                                | -
        myregistry       | wrong secret           | wrong        | -                                    | -
        myregistry       | of another registry    | foreign      | -                                    | -
        openregistry     | of another registry    | foreign      | -                                    | -
        openregistry     | wrong secret           | wrong        | -                                    | -
        devregistry      | wrong secret           | wrong        | -                                    | -
        openregistry     | without a role         | principal    | -                                    | -
        myregistry       | admin                  | admin        | -                                    | pwdrsc@*
        openregistry     | admin switched off     | admin off    | -                                    | -
        abacregistry     | admin                  | admin        | -                                    | pwdrsc@*
        myregistry       | map admin              | map          | _repositories_admin                  | pwdrsc@*
        myregistry       | map pull               | map          | _repositories_pull                   | p@content
        myregistry       | map pull and metadata  | map          | _repositories_pull_metadata_read     | prc@*
        myregistry       | map push               | map          | _repositories_push                   | pw@content
        myregistry       | map push and metadata  | map          | _repositories_push_metadata_write    | pwrsc@*
        abacregistry     | map admin              | map          | _repositories_admin                  | pwdrsc@*
        myregistry       | map one, read          | map          | team/app/content/read                | p@team/app
        myregistry       | map one, write         | map          | team/app/content/write               | w@team/app
        myregistry       | map one, delete        | map          | team/app/content/delete              | d@team/app
        myregistry       | map one, metadata      | map          | team/app/metadata/read               | r@team/app
        myregistry       | map one, set metadata  | map          | team/app/metadata/write              | s@team/app
        myregistry       | map prefix             | map          | team/*/content/read team/*/content/write team/*/metadata/read | pwr@team/*
        myregistry       | map everywhere, read   | map          | */content/read                       | p@content
        myregistry       | map everywhere, list   | map          | */metadata/read                      | rc@*
        myregistry       | map mixed              | map          | */content/read team/app/content/delete | p@content d@team/app
        myregistry       | token disabled         | map disabled | _repositories_admin                  | -
        myregistry       | token expired          | map expired  | _repositories_admin                  | -
        listregistry     | AcrPull below team     | principal    | AcrPull@team                         | pr@team+ c@*
        listregistry     | Writer on condition    | principal    | Repository Writer?                   | pwrs@team/* c@*
        listregistry     | signs only             | principal    | AcrImageSigner                       | -
        listregistry     | map one, read          | map          | team/app/content/read                | p@team/app c@*
        listregistry     | map one, delete        | map          | team/app/content/delete              | d@team/app
        listregistry     | nobody                 | nobody       | -                                    | -
        """;

    public static readonly IReadOnlyList<MatrixRoute> Routes = MatrixRoute.Read(RouteText);

    /// <summary>Role, rights, and what is left of them where only repository roles open content.</summary>
    public static readonly IReadOnlyList<(string Role, string Rights, string Abac)> Roles = [.. Rows(RoleText).Select(cells => (cells[0], cells[1], cells[2]))];

    /// <summary>The identities that have a row of their own.</summary>
    public static readonly IReadOnlyList<MatrixIdentity> Named = MatrixIdentity.Read(IdentityText);

    /// <summary>They, and one for every role in both modes.</summary>
    public static readonly IReadOnlyList<MatrixIdentity> Identities =
    [
        .. Named,
        .. Roles.Select(role => new MatrixIdentity("myregistry", role.Role, "principal", role.Role, At(role.Rights))),
        .. Roles.Select(role => new MatrixIdentity("abacregistry", role.Role, "principal", role.Role, At(role.Abac.Replace('O', 'o')))),
        .. Roles.Where(role => role.Rights.Contains('O', StringComparison.Ordinal)).Select(role => new MatrixIdentity("openregistry", role.Role, "principal", role.Role, At(role.Rights.Replace('O', 'o')))),
    ];

    public static IEnumerable<string[]> Rows(string table) =>
        table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split('|', StringSplitOptions.TrimEntries));

    private static string At(string letters) => letters == "-" ? "-" : $"{letters}@*";
}
