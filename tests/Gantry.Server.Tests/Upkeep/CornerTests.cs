using Gantry.Server.Tests.Storage.S3;
using Gantry.Testing;

// What is collected and what is kept, on the three pairs of database and store that are not SQLite and files.
namespace Gantry.Server.Tests.Upkeep;

public sealed class KeeperOnPostgresTests : KeeperTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class KeeperInBucketTests(S3Store s3) : KeeperTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class KeeperOnPostgresInBucketTests(S3Store s3) : KeeperTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}

public sealed class PushStormOnPostgresTests : PushStormTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class PushStormInBucketTests(S3Store s3) : PushStormTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class PushStormOnPostgresInBucketTests(S3Store s3) : PushStormTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}

public sealed class InterleavingOnPostgresTests : InterleavingTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class InterleavingInBucketTests(S3Store s3) : InterleavingTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class InterleavingOnPostgresInBucketTests(S3Store s3) : InterleavingTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}
