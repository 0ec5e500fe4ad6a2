namespace Gantry.Server.Metadata.Sql.Schema;

/// <summary>The first schema.</summary>
internal static class Step1
{
    public const string Sql = """
        create table registry (
          id              integer primary key,
          name            text    not null unique,
          created         integer not null,
          anonymous_pull  integer not null default 0
        );

        create table secret (
          name   text primary key,
          value  blob not null
        ) without rowid;

        create table signing_key (
          id           text    primary key,
          private_key  blob    not null,
          created      integer not null
        ) without rowid;

        create table principal (
          app_id       blob    primary key,
          registry     integer not null references registry,
          name         text    not null,
          role         text    not null,
          prefix       text,
          secret_hash  blob    not null,
          created      integer not null,
          unique (registry, name)
        ) without rowid;

        -- manifest_count 0: blobs were uploaded, no manifest yet. Nobody is shown such a repository.
        create table repository (
          id              integer primary key,
          registry        integer not null references registry,
          name            text    not null,
          created         integer not null,
          updated         integer not null,
          locks           integer not null default 0,
          manifest_count  integer not null default 0,
          tag_count       integer not null default 0,
          unique (registry, name)
        );
        create index repository_by_time on repository (registry, updated, name);

        create table manifest (
          id             integer primary key,
          repository     integer not null references repository,
          digest         blob    not null,
          media_type     text    not null,
          size           integer not null,
          created        integer not null,
          updated        integer not null,
          locks          integer not null default 0,
          image_size     integer not null,
          config_type    text,
          artifact_type  text,
          architecture   text,
          os             text,
          subject        blob,
          unique (repository, digest)
        );
        create index manifest_by_time on manifest (repository, updated, digest);
        create index manifest_by_subject on manifest (repository, subject, digest) where subject is not null;

        -- Apart from the facts, so that their pages stay dense.
        create table manifest_content (
          manifest  integer primary key references manifest,
          bytes     blob not null
        );

        create table tag (
          repository  integer not null references repository,
          name        text    not null,
          manifest    integer not null references manifest,
          created     integer not null,
          updated     integer not null,
          locks       integer not null default 0,
          primary key (repository, name)
        ) without rowid;
        create index tag_by_manifest on tag (manifest);
        create index tag_by_time on tag (repository, updated);

        -- uses: manifests of any repository that name the blob. candidate: since when there is none; 0 while there is one.
        create table blob (
          id         integer primary key,
          digest     blob    not null unique,
          size       integer not null,
          uses       integer not null default 0,
          candidate  integer not null
        );
        create index blob_candidate on blob (candidate) where candidate > 0;

        create table blob_link (
          repository  integer not null references repository,
          blob        integer not null references blob,
          primary key (repository, blob)
        ) without rowid;
        create index blob_link_by_blob on blob_link (blob);

        create table manifest_blob (
          manifest  integer not null references manifest,
          blob      integer not null references blob,
          primary key (manifest, blob)
        ) without rowid;
        create index manifest_blob_by_blob on manifest_blob (blob);

        create table upload (
          id          blob    primary key,
          registry    integer not null references registry,
          repository  text    not null,
          owner       text    not null,
          token       text    not null,
          algorithm   text    not null,
          created     integer not null
        ) without rowid;
        create index upload_by_time on upload (created);
        """;
}
