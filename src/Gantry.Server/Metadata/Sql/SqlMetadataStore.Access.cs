namespace Gantry.Server.Metadata.Sql;

// Who may do what.
public abstract partial class SqlMetadataStore
{
    public ValueTask<RegistryRecord?> ChangeRegistryAsync(RegistryId registry, Func<RegistryRecord, RegistryRecord> change, CancellationToken ct) =>
        WriteAsync(transaction => SqlRegistries.Change(transaction, registry, change), ct);

    public ValueTask<PrincipalAccess?> FindPrincipalAsync(Guid id, CancellationToken ct) => ReadAsync(db => db.InTransaction(() => SqlPrincipals.Find(db, id)), ct);

    public ValueTask<CommitOutcome> AddPrincipalAsync(PrincipalRecord principal, SecretRecord? secret, RoleAssignmentRecord? assignment, CancellationToken ct) =>
        WriteAsync(transaction => SqlPrincipals.Add(transaction, principal, secret, assignment), ct);

    public async ValueTask<IReadOnlyList<PrincipalRecord>> ListPrincipalsAsync(RegistryId registry, CancellationToken ct) =>
        await ReadAsync(db => SqlPrincipals.List(db, registry), ct);

    public ValueTask<CommitOutcome> DeletePrincipalAsync(RegistryId registry, Guid id, CancellationToken ct) =>
        WriteAsync(transaction => SqlPrincipals.Delete(transaction, registry, id), ct);

    public ValueTask<CommitOutcome> EnablePrincipalAsync(RegistryId registry, Guid id, bool enabled, CancellationToken ct) =>
        WriteAsync(transaction => SqlPrincipals.Enable(transaction, registry, id, enabled), ct);

    public ValueTask<CommitOutcome> EndTokensAsync(RegistryId registry, Guid id, CancellationToken ct) =>
        WriteAsync(transaction => SqlPrincipals.EndTokens(transaction, registry, id), ct);

    public ValueTask<CommitOutcome> AddSecretAsync(RegistryId registry, Guid principal, SecretRecord secret, int most, CancellationToken ct) =>
        WriteAsync(transaction => SqlPrincipals.AddSecret(transaction, registry, principal, secret, most), ct);

    public ValueTask<CommitOutcome> DeleteSecretAsync(RegistryId registry, Guid principal, Guid secret, CancellationToken ct) =>
        WriteAsync(transaction => SqlPrincipals.DeleteSecret(transaction, registry, principal, secret), ct);

    public ValueTask<CommitOutcome> ReplaceSecretsAsync(RegistryId registry, Guid principal, SecretRecord secret, CancellationToken ct) =>
        WriteAsync(transaction => SqlPrincipals.ReplaceSecrets(transaction, registry, principal, secret), ct);

    public ValueTask<CommitOutcome> AddMemberAsync(RegistryId registry, Guid group, Guid member, CancellationToken ct) =>
        WriteAsync(transaction => SqlPrincipals.AddMember(transaction, registry, group, member), ct);

    public ValueTask<CommitOutcome> RemoveMemberAsync(RegistryId registry, Guid group, Guid member, CancellationToken ct) =>
        WriteAsync(transaction => SqlPrincipals.RemoveMember(transaction, registry, group, member), ct);

    public async ValueTask<IReadOnlyList<PrincipalRecord>> ListMembersAsync(RegistryId registry, Guid group, CancellationToken ct) =>
        await ReadAsync(db => SqlPrincipals.ListMembers(db, registry, group), ct);

    public async ValueTask RevokeTokenAsync(RegistryId registry, string id, TokenOwner owner, DateTimeOffset ends, int most, CancellationToken ct) =>
        await WriteAsync(transaction => SqlRevocations.Add(transaction, registry, id, owner, ends, most), ct);

    public async ValueTask<IReadOnlyList<SigningKeyRecord>> ListSigningKeysAsync(CancellationToken ct) => await ReadAsync(SqlSigningKeys.List, ct);

    public async ValueTask AddSigningKeyAsync(SigningKeyRecord key, DateTimeOffset dropBefore, CancellationToken ct) =>
        await WriteAsync(transaction => SqlSigningKeys.Add(transaction, key, dropBefore), ct);

    public async ValueTask<IReadOnlyList<RoleAssignmentRecord>> ListAssignmentsAsync(RegistryId registry, CancellationToken ct) =>
        await ReadAsync(db => SqlRoles.List(db, registry), ct);

    public ValueTask<RegistryAccess?> ReadAccessAsync(RegistryId registry, DateTimeOffset now, CancellationToken ct) =>
        ReadAsync(db => db.InTransaction(() => SqlRegistries.Find(db, registry) is { } record
            ? new RegistryAccess(record, SqlRoles.ListOfAnonymous(db, registry), SqlRevocations.List(db, registry, now))
            : null), ct);

    public ValueTask<CommitOutcome> AddAssignmentAsync(RoleAssignmentRecord assignment, CancellationToken ct) =>
        WriteAsync(transaction => SqlRoles.Add(transaction, assignment), ct);

    public ValueTask<CommitOutcome> DeleteAssignmentAsync(RegistryId registry, Guid id, CancellationToken ct) =>
        WriteAsync(transaction => SqlRoles.Delete(transaction, registry, id), ct);

    public async ValueTask<IReadOnlyList<ScopeMapRecord>> ListScopeMapsAsync(RegistryId registry, CancellationToken ct) =>
        await ReadAsync(db => SqlScopedTokens.ListMaps(db, registry), ct);

    public ValueTask<ScopeMapRecord?> FindScopeMapAsync(RegistryId registry, string name, CancellationToken ct) =>
        ReadAsync(db => SqlScopedTokens.FindMap(db, registry, name), ct);

    public ValueTask<CommitOutcome> ChangeScopeMapAsync(RegistryId registry, string name, Func<ScopeMapRecord?, ScopeMapRecord?> change, int most, CancellationToken ct) =>
        WriteAsync(transaction => SqlScopedTokens.ChangeMap(transaction, registry, name, change, most), ct);

    public ValueTask<CommitOutcome> DeleteScopeMapAsync(RegistryId registry, string name, CancellationToken ct) =>
        WriteAsync(transaction => SqlScopedTokens.DeleteMap(transaction, registry, name), ct);

    public async ValueTask<IReadOnlyList<ScopedTokenRecord>> ListScopedTokensAsync(RegistryId registry, CancellationToken ct) =>
        await ReadAsync(db => db.InTransaction(() => SqlScopedTokens.ListTokens(db, registry)), ct);

    public ValueTask<ScopedTokenAccess?> FindScopedTokenAsync(RegistryId registry, string name, CancellationToken ct) =>
        ReadAsync(db => db.InTransaction(() => SqlScopedTokens.FindToken(db, registry, name)), ct);

    public ValueTask<CommitOutcome> ChangeScopedTokenAsync(
        RegistryId registry, string name, Func<ScopedTokenRecord?, ScopedTokenRecord?> change, Func<string, bool> isStored, int most, CancellationToken ct) =>
        WriteAsync(transaction => SqlScopedTokens.ChangeToken(transaction, registry, name, change, isStored, most), ct);

    public ValueTask<CommitOutcome> DeleteScopedTokenAsync(RegistryId registry, string name, CancellationToken ct) =>
        WriteAsync(transaction => SqlScopedTokens.DeleteToken(transaction, registry, name), ct);

    public ValueTask<CommitOutcome> SetTokenPasswordsAsync(
        RegistryId registry, string name, IReadOnlyList<TokenPasswordRecord> set, IReadOnlyList<string> removed, CancellationToken ct) =>
        WriteAsync(transaction => SqlScopedTokens.SetPasswords(transaction, registry, name, set, removed), ct);

    public ValueTask<AdminUserRecord> FindAdminUserAsync(RegistryId registry, CancellationToken ct) =>
        ReadAsync(db => db.InTransaction(() => SqlAdminUsers.Find(db, registry)), ct);

    public ValueTask<AdminUserRecord> SetAdminPasswordsAsync(RegistryId registry, IReadOnlyList<AdminPasswordRecord> passwords, bool replace, CancellationToken ct) =>
        WriteAsync(transaction => SqlAdminUsers.SetPasswords(transaction, registry, passwords, replace), ct);

    public async ValueTask<IReadOnlyList<IssuerRecord>> ListIssuersAsync(RegistryId registry, CancellationToken ct) =>
        await ReadAsync(db => SqlFederation.ListIssuers(db, registry), ct);

    public ValueTask<CommitOutcome> AddIssuerAsync(IssuerRecord issuer, CancellationToken ct) => WriteAsync(transaction => SqlFederation.AddIssuer(transaction, issuer), ct);

    public ValueTask<CommitOutcome> PutIssuerAsync(IssuerRecord issuer, CancellationToken ct) =>
        WriteAsync(transaction => SqlFederation.PutIssuer(transaction, issuer), ct);

    public ValueTask<CommitOutcome> DeleteIssuerAsync(RegistryId registry, string name, CancellationToken ct) =>
        WriteAsync(transaction => SqlFederation.DeleteIssuer(transaction, registry, name), ct);

    public async ValueTask<IReadOnlyList<FederatedCredentialRecord>> ListFederatedCredentialsAsync(RegistryId registry, string issuer, CancellationToken ct) =>
        await ReadAsync(db => SqlFederation.ListCredentials(db, registry, issuer), ct);

    public async ValueTask<IReadOnlyList<FederatedCredentialRecord>> ListFederatedCredentialsAsync(RegistryId registry, Guid principal, CancellationToken ct) =>
        await ReadAsync(db => SqlFederation.ListCredentials(db, registry, principal), ct);

    public ValueTask<CommitOutcome> AddFederatedCredentialAsync(FederatedCredentialRecord credential, int most, CancellationToken ct) =>
        WriteAsync(transaction => SqlFederation.AddCredential(transaction, credential, most), ct);

    public ValueTask<CommitOutcome> DeleteFederatedCredentialAsync(RegistryId registry, Guid principal, string name, CancellationToken ct) =>
        WriteAsync(transaction => SqlFederation.DeleteCredential(transaction, registry, principal, name), ct);

    // Most sign-ins say what is known already: they wait for no writer.
    public async ValueTask<Guid?> SignInUserAsync(OutsideUser user, DateTimeOffset now, CancellationToken ct) =>
        await ReadAsync(db => db.InTransaction(() => SqlOutsideUsers.FindUnchanged(db, user)), ct)
        ?? await WriteAsync(transaction => SqlOutsideUsers.SignIn(transaction, user, now), ct);
}
