namespace Gantry.Server.Metadata.Sql;

/// <summary>The keys that sign tokens.</summary>
internal static class SqlSigningKeys
{
    public static List<SigningKeyRecord> List(SqlSession db) =>
        db.All("select id, private_key, created from signing_key order by created desc, id", row => new SigningKeyRecord(row.GetString(0), row.Bytes(1), row.Time(2)));

    public static bool Add(WriteTransaction transaction, SigningKeyRecord key, DateTimeOffset dropBefore)
    {
        transaction.Db.Execute("insert into signing_key (id, private_key, created) values (?1, ?2, ?3)", key.Id, Columns.Of(key.PrivateKey), Columns.Of(key.Created));
        transaction.Db.Execute("delete from signing_key where created < ?1", Columns.Of(dropBefore));
        transaction.Raise(RegistryId.Server);
        return true;
    }
}
