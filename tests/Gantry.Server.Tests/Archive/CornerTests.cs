using Gantry.Server.Tests.Storage.S3;
using Gantry.Testing;

// A database that is lost, on the three pairs of database and store that are not SQLite and files.
namespace Gantry.Server.Tests.Archive;

public sealed class LostDatabaseOnPostgresTests : LostDatabaseTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class LostDatabaseInBucketTests(S3Store s3) : LostDatabaseTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class LostDatabaseOnPostgresInBucketTests(S3Store s3) : LostDatabaseTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}
