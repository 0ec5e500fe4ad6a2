using Gantry.Build.Layers;
using Gantry.Client.Content;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Context;

/// <summary>A file's bytes inside a larger file.</summary>
public sealed class SlicedContent(string path, long start, long length) : IFileContent
{
    public ValueTask<Stream> OpenAsync(CancellationToken ct) =>
        new(new Slice(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.Asynchronous), start, length));

    private sealed class Slice(SafeFileHandle file, long start, long length) : ReadOnlyStream
    {
        private long _position;

        public override long Length => length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var wanted = (int)Math.Min(buffer.Length, length - _position);
            if (wanted == 0)
                return 0;
            var read = await RandomAccess.ReadAsync(file, buffer[..wanted], start + _position, cancellationToken).ConfigureAwait(false);
            _position += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(offset, (int)Math.Min(count, length - _position)), start + _position);
            _position += read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }
    }
}
