using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Gantry.Server.Hosting.Tls;

/// <summary>Whom a client's certificate names (RFC 5280 section 4.2.1.6).</summary>
internal sealed record ClientNames
{
    private const string AlternativeNames = "2.5.29.17";

    private static readonly SearchValues<char> DnsCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._*");

    private static readonly Asn1Tag Email = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag Dns = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    public required string Subject { get; init; }

    public required IReadOnlyList<string> Uris { get; init; }

    public required IReadOnlyList<string> DnsNames { get; init; }

    public required IReadOnlyList<string> Emails { get; init; }

    /// <summary>Whether there is a name, and every one of them is what its kind says: a DNS name that looks like a URI must never be taken for one.</summary>
    public static bool TryRead(X509Certificate2 certificate, [NotNullWhen(true)] out ClientNames? names)
    {
        names = null;
        var (uris, hosts, emails) = (new List<string>(), new List<string>(), new List<string>());
        try
        {
            foreach (var extension in certificate.Extensions)
            {
                if (extension.Oid?.Value == AlternativeNames)
                    Read(extension.RawData, uris, hosts, emails);
            }
        }
        catch (AsnContentException)
        {
            return false;
        }
        if (!uris.All(IsUri) || !hosts.All(IsDns) || !emails.All(IsEmail))
            return false;
        var subject = uris.FirstOrDefault() ?? hosts.FirstOrDefault() ?? emails.FirstOrDefault() ?? certificate.Subject;
        if (subject.Length == 0 || subject.Any(char.IsControl))
            return false;
        names = new ClientNames { Subject = subject, Uris = uris, DnsNames = hosts, Emails = emails };
        return true;
    }

    private static void Read(byte[] extension, List<string> uris, List<string> hosts, List<string> emails)
    {
        var sequence = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData)
        {
            var tag = sequence.PeekTag();
            if (tag.HasSameClassAndValue(Uri))
                uris.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, Uri));
            else if (tag.HasSameClassAndValue(Dns))
                hosts.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, Dns));
            else if (tag.HasSameClassAndValue(Email))
                emails.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, Email));
            else
                sequence.ReadEncodedValue();
        }
    }

    private static bool IsUri(string text) => text.IndexOf(':', StringComparison.Ordinal) > 0 && IsPrintable(text) && System.Uri.TryCreate(text, UriKind.Absolute, out _);

    private static bool IsDns(string text) => text.Length is > 0 and <= 255 && !text.AsSpan().ContainsAnyExcept(DnsCharacters);

    private static bool IsEmail(string text) => text.IndexOf('@', StringComparison.Ordinal) > 0 && !text.AsSpan().ContainsAny(':', '=') && IsPrintable(text);

    private static bool IsPrintable(string text) => text.All(c => c is > ' ' and < (char)0x7f);
}
