using Gantry.Server.Tests.Http.Acr;
using Gantry.Server.Tests.Http.Distribution;
using Gantry.Server.Tests.Storage.S3;
using Gantry.Testing;

// The suites of the protocol, which run on SQLite and files where they are written, on the other three pairs of database and store.
namespace Gantry.Server.Tests.Http;

public sealed class BlobOnPostgresTests : BlobTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class BlobInBucketTests(S3Store s3) : BlobTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class BlobOnPostgresInBucketTests(S3Store s3) : BlobTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}

public sealed class UploadOnPostgresTests : UploadTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class UploadInBucketTests(S3Store s3) : UploadTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class UploadOnPostgresInBucketTests(S3Store s3) : UploadTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}

public sealed class ForeignUploadOnPostgresTests : ForeignUploadTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class ForeignUploadInBucketTests(S3Store s3) : ForeignUploadTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class ForeignUploadOnPostgresInBucketTests(S3Store s3) : ForeignUploadTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}

public sealed class ManifestOnPostgresTests : ManifestTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class ManifestInBucketTests(S3Store s3) : ManifestTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class ManifestOnPostgresInBucketTests(S3Store s3) : ManifestTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}

public sealed class ConditionalPushOnPostgresTests : ConditionalPushTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class ConditionalPushInBucketTests(S3Store s3) : ConditionalPushTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class ConditionalPushOnPostgresInBucketTests(S3Store s3) : ConditionalPushTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}

public sealed class ListOnPostgresTests : ListTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class ListInBucketTests(S3Store s3) : ListTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class ListOnPostgresInBucketTests(S3Store s3) : ListTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}

public sealed class AcrOnPostgresTests : AcrTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class AcrInBucketTests(S3Store s3) : AcrTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class AcrOnPostgresInBucketTests(S3Store s3) : AcrTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}

public sealed class TimeOrderOnPostgresTests : TimeOrderTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class TimeOrderInBucketTests(S3Store s3) : TimeOrderTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class TimeOrderOnPostgresInBucketTests(S3Store s3) : TimeOrderTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}

public sealed class LockOnPostgresTests : LockTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class LockInBucketTests(S3Store s3) : LockTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class LockOnPostgresInBucketTests(S3Store s3) : LockTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}

public sealed class AdvisoryOnPostgresTests : AdvisoryTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class AdvisoryInBucketTests(S3Store s3) : AdvisoryTests
{
    protected override Corner Corner() => new(onPostgres: false, s3.Cluster);
}

public sealed class AdvisoryOnPostgresInBucketTests(S3Store s3) : AdvisoryTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}
