using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gantry.Server.Hosting.Tls;

/// <summary>What an authority revoked (RFC 5280 section 5). The framework reads such lists from the machine's stores only, not from a file of ours.</summary>
internal sealed class RevocationList
{
    private const string Label = "X509 CRL";

    private readonly HashSet<string> _serials = [];
    private readonly byte[] _issuer;
    private readonly byte[] _signed;
    private readonly byte[] _signature;
    private readonly string _algorithm;

    private RevocationList(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var list = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        _signed = list.PeekEncodedValue().ToArray();
        var body = list.ReadSequence();
        _algorithm = list.ReadSequence().ReadObjectIdentifier();
        _signature = list.ReadBitString(out var unused);
        if (unused != 0 || list.HasData)
            throw new AsnContentException();

        if (body.PeekTag() == Asn1Tag.Integer)
            body.ReadInteger();
        // The outer name of the algorithm is not signed; the inner one is, and they must agree (section 5.1.1.2).
        if (body.ReadSequence().ReadObjectIdentifier() != _algorithm)
            throw new AsnContentException();
        _issuer = body.ReadEncodedValue().ToArray();
        ReadTime(body);
        NextUpdate = body.HasData && IsTime(body.PeekTag()) ? ReadTime(body) : DateTimeOffset.MaxValue;
        if (body.HasData && body.PeekTag() == Asn1Tag.Sequence)
            ReadEntries(body.ReadSequence());
        if (body.HasData)
            RefuseCritical(body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence());
        body.ThrowIfNotEmpty();
    }

    /// <summary>When the authority will have made the next one.</summary>
    public DateTimeOffset NextUpdate { get; }

    /// <summary>Every list of a PEM file.</summary>
    /// <exception cref="CryptographicException">There is none, or one cannot be read.</exception>
    public static IReadOnlyList<RevocationList> ReadAll(ReadOnlySpan<char> pem)
    {
        var lists = new List<RevocationList>();
        while (PemEncoding.TryFind(pem, out var fields))
        {
            if (pem[fields.Label].SequenceEqual(Label))
                lists.Add(Read(Convert.FromBase64String(pem[fields.Base64Data].ToString())));
            pem = pem[fields.Location.End..];
        }
        return lists.Count > 0 ? lists : throw new CryptographicException($"there is no \"BEGIN {Label}\"");
    }

    /// <exception cref="CryptographicException">It cannot be read.</exception>
    public static RevocationList Read(ReadOnlyMemory<byte> der)
    {
        try
        {
            return new RevocationList(der);
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException)
        {
            throw new CryptographicException("a revocation list cannot be read", e);
        }
    }

    /// <summary>Whether this authority signed it.</summary>
    public bool IsOf(X509Certificate2 authority)
    {
        if (!_issuer.AsSpan().SequenceEqual(authority.SubjectName.RawData) || HashOf(_algorithm) is not { } hash)
            return false;
        using var rsa = authority.GetRSAPublicKey();
        if (rsa is not null)
            return rsa.VerifyData(_signed, _signature, hash, RSASignaturePadding.Pkcs1);
        using var ecdsa = authority.GetECDsaPublicKey();
        return ecdsa is not null && ecdsa.VerifyData(_signed, _signature, hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    public bool Revokes(X509Certificate2 certificate) => _serials.Contains(Text(certificate.SerialNumberBytes.Span));

    private static HashAlgorithmName? HashOf(string algorithm) => algorithm switch
    {
        "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private void ReadEntries(AsnReader entries)
    {
        while (entries.HasData)
        {
            var entry = entries.ReadSequence();
            _serials.Add(Text(entry.ReadIntegerBytes().Span));
            ReadTime(entry);
            // Whoever is named by an extension instead of by the list's issuer would be missed.
            if (entry.HasData)
                RefuseCritical(entry.ReadSequence());
        }
    }

    /// <summary>A list that is less than all of it says so in a critical extension (section 5.2): deltas, parts, lists of others.</summary>
    private static void RefuseCritical(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            extension.ReadObjectIdentifier();
            if (extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean())
                throw new AsnContentException();
        }
    }

    // Whether the zero that keeps a number positive is part of it depends on who read it.
    private static string Text(ReadOnlySpan<byte> serial) => Convert.ToHexString(serial.TrimStart((byte)0));

    private static bool IsTime(Asn1Tag tag) => tag == Asn1Tag.UtcTime || tag == Asn1Tag.GeneralizedTime;

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
