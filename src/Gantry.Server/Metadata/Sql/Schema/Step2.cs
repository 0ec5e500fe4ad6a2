namespace Gantry.Server.Metadata.Sql.Schema;

/// <summary>How many uploads an owner has open is counted at each start of one.</summary>
internal static class Step2
{
    public const string Sql = """
        create index upload_by_owner on upload (registry, owner);
        """;
}
