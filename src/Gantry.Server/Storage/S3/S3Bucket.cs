using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using ByteRange = Gantry.Protocol.Distribution.ByteRange;

namespace Gantry.Server.Storage.S3;

/// <summary>The few operations that the driver needs, on keys below the location's prefix. Absence is null, every other no an exception.</summary>
internal sealed class S3Bucket(IAmazonS3 client, S3Location location, S3Options options, TimeProvider time) : IDisposable
{
    private readonly S3Calls _calls = new(location.Bucket, options, time);
    private readonly string _root = location.Prefix.Length == 0 ? "" : location.Prefix + "/";

    private volatile bool _comparesBareETags;

    public S3Options Options => options;

    public TimeProvider Time => time;

    private string KeyOf(string name) => _root + name;

    /// <summary>Size and time of an object; null where there seems to be none: an answer without a body cannot say who gives it. Whoever builds on an absence asks <see cref="FindAsync"/>.</summary>
    public async ValueTask<S3Stat?> HeadAsync(string name, CancellationToken ct)
    {
        var request = new GetObjectMetadataRequest { BucketName = location.Bucket, Key = KeyOf(name) };
        try
        {
            var answer = await _calls.RunAsync("looking at an object", attempt => client.GetObjectMetadataAsync(request, attempt), ct);
            return new S3Stat(answer.ContentLength, answer.ETag, AsTime(answer.LastModified));
        }
        catch (S3RefusedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Size and time of an object; null only where the store itself says, in an answer's body, that there is none.</summary>
    public async ValueTask<S3Stat?> FindAsync(string name, CancellationToken ct)
    {
        if (await HeadAsync(name, ct) is { } found)
            return found;
        using var answer = await GetAsync(name, ByteRange.All, null, ct);
        return answer is null ? null : new S3Stat(answer.ContentLength, answer.ETag, AsTime(answer.LastModified));
    }

    /// <summary>Opens a run of an object's bytes; null where there is no object.</summary>
    /// <param name="name">The object.</param>
    /// <param name="range">At least one byte.</param>
    /// <param name="etag">What it must still be; null for whatever it is.</param>
    /// <param name="ct">Cancels the opening.</param>
    /// <exception cref="S3RefusedException">416 where the range begins behind the object's end, 412 where it is no longer what the ETag says.</exception>
    public async ValueTask<GetObjectResponse?> GetAsync(string name, ByteRange range, string? etag, CancellationToken ct)
    {
        var request = new GetObjectRequest { BucketName = location.Bucket, Key = KeyOf(name) };
        if (etag is not null)
            request.EtagToMatch = etag;
        if (range.Length is { } length)
            request.ByteRange = new Amazon.S3.Model.ByteRange(range.Offset, range.Offset + length - 1);
        else if (range.Offset > 0)
            request.ByteRange = new Amazon.S3.Model.ByteRange($"bytes={range.Offset}-");
        try
        {
            return await _calls.RunAsync("reading an object", attempt => client.GetObjectAsync(request, attempt), ct);
        }
        catch (S3RefusedException e) when (e.IsAbsence)
        {
            return null;
        }
    }

    /// <summary>Reads a small object whole.</summary>
    public async ValueTask<(byte[] Bytes, string ETag)?> ReadAsync(string name, CancellationToken ct)
    {
        var request = new GetObjectRequest { BucketName = location.Bucket, Key = KeyOf(name) };
        try
        {
            return await _calls.RunAsync("reading an object", _calls.TimeToSend(S3Options.MinPartBytes), async attempt =>
            {
                using var answer = await client.GetObjectAsync(request, attempt);
                var bytes = new byte[answer.ContentLength];
                await answer.ResponseStream.ReadExactlyAsync(bytes, attempt);
                return (bytes, answer.ETag);
            }, ct);
        }
        catch (S3RefusedException e) when (e.IsAbsence)
        {
            return null;
        }
    }

    /// <summary>Stores an object whole. The signature covers its bytes, so the store refuses what changed on the way.</summary>
    /// <param name="name">The object.</param>
    /// <param name="open">Opens the bytes, for each attempt anew.</param>
    /// <param name="condition">What must hold of the name; null for nothing.</param>
    /// <param name="ct">Cancels; the object may be there all the same.</param>
    /// <returns>Its ETag.</returns>
    /// <exception cref="S3RefusedException">The condition does not hold. Perhaps no longer: an attempt whose answer was lost may have made it so.</exception>
    public async ValueTask<string> PutAsync(string name, Func<Stream> open, S3Condition? condition, CancellationToken ct)
    {
        try
        {
            return await PutOnceAsync(name, open, condition, ct);
        }
        catch (S3RefusedException e) when (e.IsLostCondition && condition?.ETag is not null && !_comparesBareETags)
        {
            // Ceph 16 compares an ETag without the quotes that the protocol has around it.
            if ((await HeadAsync(name, ct))?.ETag != condition.ETag)
                throw;
            _comparesBareETags = true;
            return await PutOnceAsync(name, open, condition, ct);
        }
    }

    private async ValueTask<string> PutOnceAsync(string name, Func<Stream> open, S3Condition? condition, CancellationToken ct)
    {
        await using var content = open();
        return await _calls.RunAsync("storing an object", _calls.TimeToSend(content.Length), async attempt =>
        {
            var request = new PutObjectRequest { BucketName = location.Bucket, Key = KeyOf(name), InputStream = open(), ContentType = "application/octet-stream" };
            if (condition?.ETag is { } etag)
                request.IfMatch = _comparesBareETags ? etag.Trim('"') : etag;
            else if (condition is not null)
                request.IfNoneMatch = "*";
            return (await client.PutObjectAsync(request, attempt)).ETag;
        }, ct);
    }

    /// <summary>Asks once, but for a store that was too busy to begin. An attempt that was not answered may still arrive: after another one that was, the name could be somebody's again.</summary>
    /// <exception cref="IOException">Nobody knows whether it is gone, or will be.</exception>
    public async ValueTask DeleteAsync(string name, CancellationToken ct)
    {
        try
        {
            await _calls.RunOnceAsync("deleting an object", attempt => client.DeleteObjectAsync(location.Bucket, KeyOf(name), attempt), ct);
        }
        catch (S3RefusedException e) when (e.IsAbsence)
        {
        }
    }

    /// <summary>Copies an object within the store, whole, while it is what the ETag says.</summary>
    public ValueTask<CopyObjectResponse> CopyAsync(string from, string etag, long size, string to, CancellationToken ct)
    {
        var request = new CopyObjectRequest
        {
            SourceBucket = location.Bucket,
            SourceKey = KeyOf(from),
            ETagToMatch = etag,
            DestinationBucket = location.Bucket,
            DestinationKey = KeyOf(to),
        };
        return _calls.RunAsync("copying an object", _calls.TimeToCopy(size), attempt => client.CopyObjectAsync(request, attempt), ct);
    }

    public async ValueTask<string> StartPartsAsync(string name, CancellationToken ct)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = location.Bucket, Key = KeyOf(name), ContentType = "application/octet-stream" };
        return (await _calls.RunAsync("starting an upload", attempt => client.InitiateMultipartUploadAsync(request, attempt), ct)).UploadId;
    }

    /// <returns>The part's ETag. The same part put again replaces it.</returns>
    public async ValueTask<string> PutPartAsync(S3Parts parts, int number, PartBuffer content, CancellationToken ct) =>
        await _calls.RunAsync("storing a part", _calls.TimeToSend(content.Length), async attempt =>
        {
            var request = new UploadPartRequest
            {
                BucketName = location.Bucket,
                Key = KeyOf(parts.Name),
                UploadId = parts.UploadId,
                PartNumber = number,
                InputStream = content.OpenRead(),
                PartSize = content.Length,
            };
            return (await client.UploadPartAsync(request, attempt)).ETag;
        }, ct);

    /// <summary>Makes a run of an object's bytes a part, within the store.</summary>
    public async ValueTask<string> CopyPartAsync(string from, string etag, ByteRange range, S3Parts parts, int number, CancellationToken ct)
    {
        var length = range.Length ?? throw new ArgumentException("a part has a length", nameof(range));
        var request = new CopyPartRequest
        {
            SourceBucket = location.Bucket,
            SourceKey = KeyOf(from),
            ETagToMatch = [etag],
            FirstByte = range.Offset,
            LastByte = range.Offset + length - 1,
            DestinationBucket = location.Bucket,
            DestinationKey = KeyOf(parts.Name),
            UploadId = parts.UploadId,
            PartNumber = number,
        };
        return (await _calls.RunAsync("copying a part", _calls.TimeToCopy(length), attempt => client.CopyPartAsync(request, attempt), ct)).ETag;
    }

    /// <summary>Makes an object of parts, each named by what it was when it was stored: one that was replaced since makes this fail.</summary>
    /// <remarks>The ETag that it answers is not the object's in every store: whoever needs that looks at the object.</remarks>
    public async ValueTask CompleteAsync(S3Parts parts, CancellationToken ct)
    {
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = location.Bucket,
            Key = KeyOf(parts.Name),
            UploadId = parts.UploadId,
            PartETags = [.. parts.List.Select((part, i) => new PartETag(i + 1, part.ETag))],
        };
        await _calls.RunAsync("putting parts together", _calls.TimeToCopy(parts.Length), attempt => client.CompleteMultipartUploadAsync(request, attempt), ct);
    }

    /// <summary>Whether an upload in parts is neither completed nor dropped.</summary>
    public async ValueTask<bool> IsOpenAsync(S3Parts parts, CancellationToken ct)
    {
        var request = new ListPartsRequest { BucketName = location.Bucket, Key = KeyOf(parts.Name), UploadId = parts.UploadId, MaxParts = 1 };
        try
        {
            await _calls.RunAsync("looking at an upload", attempt => client.ListPartsAsync(request, attempt), ct);
            return true;
        }
        catch (S3RefusedException e) when (e.IsAbsence)
        {
            return false;
        }
    }

    public async ValueTask AbortAsync(string name, string uploadId, CancellationToken ct)
    {
        var request = new AbortMultipartUploadRequest { BucketName = location.Bucket, Key = KeyOf(name), UploadId = uploadId };
        try
        {
            await _calls.RunAsync("dropping an upload", attempt => client.AbortMultipartUploadAsync(request, attempt), ct);
        }
        catch (S3RefusedException e) when (e.IsAbsence)
        {
        }
    }

    /// <summary>Names that begin with a text, with the time of each, in the order of names.</summary>
    public async IAsyncEnumerable<(string Name, DateTimeOffset Modified)> ListAsync(string start, [EnumeratorCancellation] CancellationToken ct)
    {
        var request = new ListObjectsV2Request { BucketName = location.Bucket, Prefix = KeyOf(start) };
        while (true)
        {
            var page = await _calls.RunAsync("listing objects", attempt => client.ListObjectsV2Async(request, attempt), ct);
            foreach (var item in page.S3Objects ?? [])
                yield return (item.Key[_root.Length..], AsTime(item.LastModified));
            if (page.IsTruncated is not true)
                yield break;
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    /// <summary>Uploads in parts that are neither completed nor dropped, whose names begin with a text.</summary>
    public async IAsyncEnumerable<(string Name, string UploadId, DateTimeOffset Started)> ListPartsAsync(string start, [EnumeratorCancellation] CancellationToken ct)
    {
        var request = new ListMultipartUploadsRequest { BucketName = location.Bucket, Prefix = KeyOf(start) };
        while (true)
        {
            var page = await _calls.RunAsync("listing uploads", attempt => client.ListMultipartUploadsAsync(request, attempt), ct);
            foreach (var item in page.MultipartUploads ?? [])
                yield return (item.Key[_root.Length..], item.UploadId, AsTime(item.Initiated));
            if (page.IsTruncated is not true)
                yield break;
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
    }

    /// <summary>An address that lets whoever has it read an object, until it ends. Nothing is asked of the store.</summary>
    public async ValueTask<Uri> SignAsync(string name, TimeSpan lifetime)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = location.Bucket,
            Key = KeyOf(name),
            Verb = HttpVerb.GET,
            Expires = time.GetUtcNow().Add(lifetime).UtcDateTime,
            Protocol = location.Endpoint?.Scheme == Uri.UriSchemeHttp ? Amazon.S3.Protocol.HTTP : Amazon.S3.Protocol.HTTPS,
        };
        return new Uri(await client.GetPreSignedURLAsync(request));
    }

    /// <summary>Whether the bucket is there. What the keys may do is only known once it is done.</summary>
    public async ValueTask<bool> BucketExistsAsync(CancellationToken ct)
    {
        var request = new ListObjectsV2Request { BucketName = location.Bucket, Prefix = KeyOf("blobs/"), MaxKeys = 1 };
        try
        {
            await _calls.RunAsync("looking", attempt => client.ListObjectsV2Async(request, attempt), ct);
            return true;
        }
        catch (S3RefusedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    public async ValueTask MakeBucketAsync(CancellationToken ct)
    {
        try
        {
            await _calls.RunAsync("making", attempt => client.PutBucketAsync(new PutBucketRequest { BucketName = location.Bucket }, attempt), ct);
        }
        catch (S3RefusedException e) when (e.Code == "BucketAlreadyOwnedByYou")
        {
            // Another node was quicker.
        }
    }

    public void Dispose() => client.Dispose();

    private static DateTimeOffset AsTime(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : DateTimeOffset.MinValue;
}
