namespace Gantry.Server.Storage.S3;

/// <summary>A multipart upload under way. Belongs to one upload, which alone adds to it.</summary>
/// <param name="name">Of the object that it will be: drawn for this one, so that nothing else ever has it.</param>
/// <param name="uploadId">The store's word for it.</param>
internal sealed class S3Parts(string name, string uploadId)
{
    private readonly List<S3Part> _list = [];

    public string Name => name;

    public string UploadId => uploadId;

    /// <summary>The parts in order; the first has number 1.</summary>
    public IReadOnlyList<S3Part> List => _list;

    /// <summary>Bytes of all parts.</summary>
    public long Length { get; private set; }

    public void Add(S3Part part)
    {
        _list.Add(part);
        Length += part.Size;
    }
}
