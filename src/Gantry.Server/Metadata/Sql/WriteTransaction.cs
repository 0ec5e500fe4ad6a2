namespace Gantry.Server.Metadata.Sql;

/// <summary>What an operation works with while its batch is open.</summary>
internal sealed class WriteTransaction(SqlSession db, DateTimeOffset now)
{
    private readonly List<RegistryId> _raised = [];

    public SqlSession Db => db;

    /// <summary>When the batch began, by the store's clock: where several processes share a store, that of the database.</summary>
    public DateTimeOffset Now => now;

    /// <summary>Registries whose epoch rises once the batch is durable.</summary>
    public IReadOnlyList<RegistryId> Raised => _raised;

    /// <summary>Says that something which was read before may no longer be true.</summary>
    public void Raise(RegistryId registry) => _raised.Add(registry);

    /// <summary>Forgets what an operation said that was rolled back.</summary>
    public void ForgetFrom(int count) => _raised.RemoveRange(count, _raised.Count - count);
}
