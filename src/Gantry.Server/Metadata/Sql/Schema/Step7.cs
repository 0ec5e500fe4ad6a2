namespace Gantry.Server.Metadata.Sql.Schema;

/// <summary>Who may do what: principals of several kinds with secrets, roles and groups; scoped tokens; the admin user; issuers.</summary>
internal static class Step7
{
    public const string Sql = """
        -- settings: RegistrySettings as JSON. admin_generation: tokens of the admin user that name an earlier one are over.
        -- token_generation: the highest of the scoped tokens that were deleted, so that one of the same name begins above it.
        alter table registry add column settings text not null default '{}';
        alter table registry add column admin_generation integer not null default 0;
        alter table registry add column token_generation integer not null default 0;

        -- kind: PrincipalKind. issuer, subject: of those from outside, the issuer by its URL. vouched: when it last spoke of them. generation: tokens that name an earlier one are over.
        alter table principal add column kind integer not null default 0;
        alter table principal add column display text;
        alter table principal add column issuer text;
        alter table principal add column subject text;
        alter table principal add column vouched integer;
        alter table principal add column enabled integer not null default 1;
        alter table principal add column generation integer not null default 0;

        create unique index principal_by_subject on principal (registry, kind, issuer, subject);

        create table principal_secret (
          id         blob    primary key,
          principal  blob    not null references principal,
          label      text    not null,
          hash       blob    not null,
          created    integer not null,
          ends       integer
        ) without rowid;
        create index principal_secret_by_principal on principal_secret (principal);
        insert into principal_secret (id, principal, label, hash, created) select app_id, app_id, 'first', secret_hash, created from principal;

        -- principal: null for whoever does not say who they are. prefix: a repository and those below it.
        create table role_assignment (
          id         blob    primary key,
          registry   integer not null references registry,
          principal  blob    references principal,
          role       text    not null,
          prefix     text,
          condition  text,
          created    integer not null
        ) without rowid;
        create index role_assignment_by_principal on role_assignment (registry, principal);
        insert into role_assignment (id, registry, principal, role, prefix, created) select app_id, registry, app_id, role, prefix, created from principal;

        alter table principal drop column role;
        alter table principal drop column prefix;
        alter table principal drop column secret_hash;

        -- outside: 1 where the member's issuer says so, at each sign-in anew.
        create table group_member (
          party    blob    not null references principal,
          member   blob    not null references principal,
          outside  integer not null,
          primary key (party, member)
        ) without rowid;
        create index group_member_by_member on group_member (member);

        -- key: the name in lower case. actions: a JSON array.
        create table scope_map (
          registry     integer not null references registry,
          key          text    not null,
          name         text    not null,
          description  text    not null,
          actions      text    not null,
          created      integer not null,
          primary key (registry, key)
        ) without rowid;

        -- scope_map: its key. No reference: those that every registry has are not stored.
        create table scoped_token (
          registry    integer not null references registry,
          key         text    not null,
          name        text    not null,
          scope_map   text    not null,
          enabled     integer not null,
          generation  integer not null,
          created     integer not null,
          primary key (registry, key)
        ) without rowid;
        create index scoped_token_by_map on scoped_token (registry, scope_map);

        create table scoped_token_password (
          registry  integer not null,
          token     text    not null,
          name      text    not null,
          hash      blob    not null,
          created   integer not null,
          ends      integer,
          primary key (registry, token, name),
          foreign key (registry, token) references scoped_token
        ) without rowid;

        create table admin_password (
          registry  integer not null references registry,
          name      text    not null,
          hash      blob    not null,
          sealed    blob    not null,
          primary key (registry, name)
        ) without rowid;

        -- document: JSON that the room Access reads.
        create table issuer (
          registry  integer not null references registry,
          name      text    not null,
          url       text    not null,
          document  text    not null,
          created   integer not null,
          primary key (registry, name),
          unique (registry, url)
        ) without rowid;

        create table federated_credential (
          principal  blob    not null references principal,
          name       text    not null,
          registry   integer not null references registry,
          issuer     text    not null,
          document   text    not null,
          created    integer not null,
          primary key (principal, name)
        ) without rowid;
        create index federated_credential_by_issuer on federated_credential (registry, issuer);

        -- The generation of the owner's tokens when the run was asked for; a later one ends what its worker may.
        alter table run add column owner_generation integer not null default 0;

        -- Tokens that were ended before their time. owner: TokenOwner, to count them by.
        create table revoked_token (
          registry  integer not null references registry,
          id        text    not null,
          owner     text    not null,
          ends      integer not null,
          primary key (registry, id)
        ) without rowid;
        create index revoked_token_by_owner on revoked_token (registry, owner);
        """;
}
