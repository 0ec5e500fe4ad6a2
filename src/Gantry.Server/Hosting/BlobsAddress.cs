using System.Diagnostics.CodeAnalysis;
using Gantry.Server.Storage.S3;

namespace Gantry.Server.Hosting;

/// <summary>Where the blobs are kept: a folder of one server, or a bucket, <c>s3://…</c>, that several share.</summary>
public sealed record BlobsAddress
{
    private BlobsAddress()
    {
    }

    /// <summary>A folder beside the data folder; null where it is none.</summary>
    public string? Folder { get; private init; }

    /// <summary>A bucket; null where it is none.</summary>
    public S3Location? S3 { get; private init; }

    public static BlobsAddress In(S3Location bucket) => new() { S3 = bucket };

    /// <summary>Whether a text names a store elsewhere, and no folder.</summary>
    public static bool IsUrl(string text) => text.Contains("://", StringComparison.Ordinal);

    public static bool TryParse(string text, [NotNullWhen(true)] out BlobsAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        if (IsUrl(text))
        {
            if (S3Location.TryParse(text, out var bucket, out problem))
                address = In(bucket);
            return problem is null;
        }
        problem = text.Length == 0 || text.Contains('\0') ? "blobs are kept in a folder or in s3://BUCKET[/PREFIX]" : null;
        if (problem is not null)
            return false;
        address = new BlobsAddress { Folder = text };
        return true;
    }

    /// <summary>For messages: no keys are in it.</summary>
    public override string ToString() => S3?.ToString() ?? Folder ?? "";
}
