using System.Runtime.InteropServices;

namespace Gantry.Load.Traffic;

/// <summary>SHA-256 over the bytes that many bodies begin with, from which each goes on by itself.</summary>
/// <remarks>.NET's IncrementalHash cannot be copied, OpenSSL's can; it is the library that .NET itself computes with here. One lives as long as the program.</remarks>
internal sealed partial class DigestPrefix
{
    private const string Library = "libcrypto.so.3";
    private const int DigestBytes = 32;
    private readonly nint _prefix = Begun();

    public void Append(ReadOnlySpan<byte> bytes) => Append(_prefix, bytes);

    /// <returns>Of what was appended and <paramref name="rest"/>. May be called by several threads at once.</returns>
    public byte[] DigestWith(ReadOnlySpan<byte> rest)
    {
        var own = New();
        try
        {
            Check(Copy(own, _prefix));
            Append(own, rest);
            var digest = new byte[DigestBytes];
            Check(Final(own, digest, out _));
            return digest;
        }
        finally
        {
            Free(own);
        }
    }

    private static nint Begun()
    {
        var context = New();
        Check(Init(context, Sha256(), 0));
        return context;
    }

    private static void Append(nint context, ReadOnlySpan<byte> bytes) => Check(Update(context, bytes, (nuint)bytes.Length));

    private static void Check(int done)
    {
        if (done != 1)
            throw new InvalidOperationException("libcrypto refused to compute a digest");
    }

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    private static partial nint New();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    private static partial void Free(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_sha256")]
    private static partial nint Sha256();

    [LibraryImport(Library, EntryPoint = "EVP_DigestInit_ex")]
    private static partial int Init(nint context, nint algorithm, nint engine);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_copy_ex")]
    private static partial int Copy(nint to, nint from);

    [LibraryImport(Library, EntryPoint = "EVP_DigestUpdate")]
    private static partial int Update(nint context, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport(Library, EntryPoint = "EVP_DigestFinal_ex")]
    private static partial int Final(nint context, [Out] byte[] digest, out uint count);
}
