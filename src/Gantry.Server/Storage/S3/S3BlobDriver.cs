using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Gantry.Protocol.Distribution;

namespace Gantry.Server.Storage.S3;

/// <summary>Objects as objects of a bucket, which several nodes share.</summary>
/// <remarks>
/// An object store makes an object visible whole and durable by itself; what is ours is the way there, drawn in <see cref="S3Upload"/>.
/// Lists are believed only for what a sweep does: that an object is there is asked by its name.
/// </remarks>
public sealed class S3BlobDriver : IBlobDriver
{
    private readonly S3Bucket _bucket;
    private readonly ByteBudget _overlap;

    // Not below any folder that is listed. No other node has it, and what a failed check leaves the next one replaces.
    private readonly string _probe = Guid.NewGuid().ToString("N");

    private S3BlobDriver(S3Bucket bucket, S3Options options)
    {
        _bucket = bucket;
        _overlap = new ByteBudget(options.OverlapBytes);
    }

    /// <summary>Opens a store that answers, and whose bucket is there.</summary>
    /// <param name="location">Where.</param>
    /// <param name="keys">Null for those that the SDK finds.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="IOException">It does not answer, refuses the keys, or has no such bucket; the message says which.</exception>
    public static async ValueTask<S3BlobDriver> OpenAsync(S3Location location, S3Keys? keys, S3Options? options, TimeProvider time, CancellationToken ct)
    {
        options ??= S3Options.Default;
        var bucket = new S3Bucket(CreateClient(location, keys, options), location, options, time);
        try
        {
            return await PrepareAsync(bucket, location, ct) is { } problem ? throw new IOException(problem) : new S3BlobDriver(bucket, options);
        }
        catch
        {
            bucket.Dispose();
            throw;
        }
    }

    /// <summary>Sees to it that the bucket is there; else says why it is not.</summary>
    private static async ValueTask<string?> PrepareAsync(S3Bucket bucket, S3Location location, CancellationToken ct)
    {
        var where = location.Endpoint is { } endpoint ? $" at {endpoint.GetLeftPart(UriPartial.Authority)}" : "";
        try
        {
            if (await bucket.BucketExistsAsync(ct))
                return null;
            if (!location.Create)
                return $"there is no bucket \"{location.Bucket}\"{where}: make it, or add create=true to the address of the blobs";
            await bucket.MakeBucketAsync(ct);
            return null;
        }
        catch (S3RefusedException e) when (e.Status is 401 or 403)
        {
            return $"the store{where} refuses these keys for the bucket \"{location.Bucket}\" ({(e.Code.Length > 0 ? e.Code : e.Status)})";
        }
        catch (AmazonClientException)
        {
            return $"there are no keys for the bucket \"{location.Bucket}\": set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
        }
    }

    private static AmazonS3Client CreateClient(S3Location location, S3Keys? keys, S3Options options)
    {
        var config = new AmazonS3Config
        {
            // Retries and times are ours: those of the SDK would multiply them.
            MaxErrorRetry = 0,
            Timeout = Timeout.InfiniteTimeSpan,
            ConnectTimeout = options.ConnectTimeout,
            // Stores other than Amazon's know no others.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (location.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.GetLeftPart(UriPartial.Authority);
            config.UseHttp = endpoint.Scheme == Uri.UriSchemeHttp;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = location.Region ?? "us-east-1";
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(location.Region ?? "us-east-1");
        }
        return keys switch
        {
            null => new AmazonS3Client(config),
            { SessionToken: { } token } => new AmazonS3Client(new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, token), config),
            _ => new AmazonS3Client(new BasicAWSCredentials(keys.AccessKey, keys.SecretKey), config),
        };
    }

    public async ValueTask<BlobStat?> StatAsync(BlobPath path, CancellationToken ct) =>
        await _bucket.HeadAsync(S3Names.Object(path), ct) is { } found ? new BlobStat(found.Size, found.Modified) : null;

    public async ValueTask<Stream?> OpenReadAsync(BlobPath path, ByteRange range, CancellationToken ct)
    {
        var name = S3Names.Object(path);
        // The protocol has no empty range.
        if (range.Length == 0)
            return await _bucket.HeadAsync(name, ct) is null ? null : Stream.Null;
        try
        {
            return await _bucket.GetAsync(name, range, null, ct) is { } answer ? new S3ReadStream(_bucket, name, range.Offset, answer) : null;
        }
        catch (S3RefusedException e) when (e.Status == 416)
        {
            return Stream.Null;
        }
    }

    public async ValueTask PutAsync(BlobPath path, Stream content, CancellationToken ct)
    {
        _ = S3Names.Object(path);
        await using var upload = CreateUpload();
        try
        {
            await upload.AppendAsync(content, [], long.MaxValue, ct);
            await upload.CommitAsync(path, ct);
        }
        catch (Exception)
        {
            await upload.CancelAsync(CancellationToken.None);
            throw;
        }
    }

    public async ValueTask<IBlobUpload?> OpenUploadAsync(string? token, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (token is null)
            return CreateUpload();
        if (!S3Names.IsToken(token))
            return null;
        var name = S3Names.Upload(token);
        for (string? seen = null; ;)
        {
            if (await _bucket.ReadAsync(name, ct) is not { } found)
                // A process died before it wrote a record. There is nothing to go on with, but what it left can be cancelled.
                return await HasRemainsAsync(token, ct) ? S3Upload.OfRemains(_bucket, _overlap, token) : null;
            if (!S3Record.TryParse(found.Bytes, out var record))
                throw new IOException($"the record of the upload {token} cannot be read");
            if (await LocateAsync(record, ct) is { } located)
                return new S3Upload(_bucket, _overlap, token, located, found.ETag);
            // The end of a commit, under way elsewhere or cut off; unless somebody went on meanwhile, and the bytes are where the next record says.
            if (found.ETag == seen)
                return S3Upload.OfRemains(_bucket, _overlap, token);
            seen = found.ETag;
        }
    }

    /// <summary>The record with its bytes where they are now; null where they are gone.</summary>
    private async ValueTask<S3Record?> LocateAsync(S3Record record, CancellationToken ct)
    {
        if (record.Whole is { } whole)
            return await _bucket.FindAsync(whole.Name, ct) is { } found && found.ETag == whole.ETag ? record : null;
        // In this order: once the parts are no longer open, what they became is there, until a commit has copied it.
        if (record is not { Sealed: true, Parts: { } parts } || await _bucket.IsOpenAsync(parts, ct))
            return record;
        return await S3Upload.FindWholeAsync(_bucket, parts, ct) is { } joined ? record with { Parts = null, Whole = joined } : null;
    }

    private S3Upload CreateUpload() => S3Upload.Create(_bucket, _overlap);

    private async ValueTask<bool> HasRemainsAsync(string token, CancellationToken ct)
    {
        var start = $"{S3Names.Upload(token)}.";
        await foreach (var _ in _bucket.ListAsync(start, ct))
            return true;
        await foreach (var _ in _bucket.ListPartsAsync(start, ct))
            return true;
        return false;
    }

    public async IAsyncEnumerable<BlobPath> ListAsync(BlobPath prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var (name, _) in _bucket.ListAsync($"{S3Names.Object(prefix)}/", ct))
        {
            if (BlobPath.TryOf(name, out var path))
                yield return path;
        }
    }

    public async IAsyncEnumerable<string> ListUploadsAsync(DateTimeOffset before, [EnumeratorCancellation] CancellationToken ct)
    {
        var touched = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (var (name, time) in _bucket.ListAsync(S3Names.Uploads, ct))
            Note(name, time);
        await foreach (var (name, _, time) in _bucket.ListPartsAsync(S3Names.Uploads, ct))
            Note(name, time);
        foreach (var (token, time) in touched)
        {
            if (time < before)
                yield return token;
        }

        void Note(string name, DateTimeOffset time)
        {
            if (S3Names.TokenOf(name) is { } token && (!touched.TryGetValue(token, out var known) || known < time))
                touched[token] = time;
        }
    }

    public ValueTask DeleteAsync(BlobPath path, CancellationToken ct) => _bucket.DeleteAsync(S3Names.Object(path), ct);

    public async ValueTask<Uri?> GetRedirectAsync(BlobPath path, TimeSpan lifetime, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return await _bucket.SignAsync(S3Names.Object(path), lifetime);
    }

    public async ValueTask CheckAsync(CancellationToken ct)
    {
        var name = $"probes/{_probe}";
        await _bucket.PutAsync(name, () => new MemoryStream([0]), null, ct);
        await _bucket.DeleteAsync(name, ct);
    }

    public ValueTask DisposeAsync()
    {
        _bucket.Dispose();
        return ValueTask.CompletedTask;
    }
}
