namespace Gantry.Server.Metadata.Sql.Schema;

/// <summary>What the journal beside the blobs has still to hear of.</summary>
internal static class Step6
{
    public const string Sql = """
        -- Written in the transaction that it tells of, gone once it is in a segment. kind: JournalKind. No references: what it names may be gone by then.
        create table outbox (
          id          integer primary key,
          kind        integer not null,
          registry    integer not null,
          repository  text    not null,
          digest      blob,
          tag         text,
          locks       integer not null default 0,
          time        integer not null
        );

        -- One row. line: which database's journal it is, drawn when it is first written. next: the sequence number of the outbox's first row. snapshot: the last one that a snapshot covers, -1 where there is none.
        create table journal (
          line      text    not null,
          next      integer not null,
          snapshot  integer not null,
          segments  integer not null
        );
        insert into journal (line, next, snapshot, segments) values ('', 1, -1, 0);
        """;
}
