using Gantry.Server.Tests.Storage.S3;
using Gantry.Testing;

// A database that meets a store, on the three pairs that are not SQLite and files.
namespace Gantry.Server.Tests.Hosting;

public sealed class OwnBlobsOnPostgresTests : OwnBlobsTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class OwnBlobsInBucketTests(S3Store s3) : OwnBlobsTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class OwnBlobsOnPostgresInBucketTests(S3Store s3) : OwnBlobsTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}
