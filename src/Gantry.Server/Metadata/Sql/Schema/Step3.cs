namespace Gantry.Server.Metadata.Sql.Schema;

/// <summary>Runs, their logs and their sources.</summary>
internal static class Step3
{
    public const string Sql = """
        alter table registry add column run_number integer not null default 0;

        -- status: 0 queued, 1 started, 2 running; from 3 on the run is over.
        -- manifests: repository@digest of what was made, each between two line feeds.
        create table run (
          id            integer primary key,
          registry      integer not null references registry,
          number        integer not null,
          name          text    not null,
          status        integer not null,
          owner         text    not null,
          login_server  text    not null,
          request       text    not null,
          source        text,
          created       integer not null,
          updated       integer not null,
          started       integer,
          finished      integer,
          deadline      integer,
          cancel        integer not null default 0,
          outcome       text,
          manifests     text    not null default '',
          lease         blob,
          lease_ends    integer,
          worker        text,
          attempts      integer not null default 0,
          log_offset    integer not null default 0,
          log_length    integer not null default 0,
          log_stored    integer not null default 0,
          archived      integer not null default 0,
          unique (registry, number),
          unique (registry, name)
        );
        create index run_open on run (created, id) where status < 3;
        create index run_by_lease on run (lease) where lease is not null;
        create index run_unsettled on run (id) where status >= 3 and log_stored = 0;
        create index run_finished on run (finished) where status >= 3;

        create table run_log (
          run    integer not null references run,
          start  integer not null,
          bytes  blob    not null,
          unique (run, start)
        );

        create table run_source (
          id        text    primary key,
          registry  integer not null references registry,
          owner     text    not null,
          created   integer not null,
          stored    integer not null default 0,
          taken     integer not null default 0
        ) without rowid;
        create index run_source_by_time on run_source (created) where taken = 0;
        """;
}
