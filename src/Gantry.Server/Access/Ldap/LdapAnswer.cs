using System.Formats.Asn1;
using System.Text;

namespace Gantry.Server.Access.Ldap;

/// <summary>One message of a directory (RFC 4511, 4.1.1), as far as it matters to who signs in.</summary>
/// <param name="Id">The request that it answers; 0 where it answers none.</param>
/// <param name="Operation">The tag of what it is.</param>
/// <param name="Result">The result's code, where it ends a request.</param>
/// <param name="Entry">What a search found, where it is that.</param>
public sealed record LdapAnswer(int Id, int Operation, int Result, LdapEntry? Entry)
{
    public const int BindResponse = 1, SearchEntry = 4, SearchDone = 5, SearchReference = 19, ExtendedResponse = 24;

    public const int Success = 0, SizeLimitExceeded = 4, NoSuchObject = 32, InvalidCredentials = 49;

    private const int MaxAttributes = 64, MaxValues = 4_096;

    /// <summary>Reads a message; null where the bytes are none.</summary>
    public static LdapAnswer? TryParse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var outer = new AsnReader(bytes, AsnEncodingRules.BER);
            var message = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (!message.TryReadInt32(out var id) || id < 0)
                return null;
            var tag = message.PeekTag();
            if (tag.TagClass != TagClass.Application || !tag.IsConstructed)
                return null;
            var body = message.ReadSequence(tag);
            return tag.TagValue switch
            {
                SearchEntry => ReadEntry(body) is { } entry ? new LdapAnswer(id, tag.TagValue, 0, entry) : null,
                BindResponse or SearchDone or ExtendedResponse => ReadCode(body) is { } code ? new LdapAnswer(id, tag.TagValue, code, null) : null,
                _ => new LdapAnswer(id, tag.TagValue, 0, null),
            };
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static int? ReadCode(AsnReader body) => body.ReadEnumeratedBytes().Span switch
    {
        [var one] => one,
        [0, var one] => one,
        [var high, var low] when high < 0x80 => (high << 8) | low,
        _ => null,
    };

    private static LdapEntry? ReadEntry(AsnReader body)
    {
        var dn = Encoding.UTF8.GetString(body.ReadOctetString());
        var attributes = new Dictionary<string, IReadOnlyList<byte[]>>(StringComparer.OrdinalIgnoreCase);
        var list = body.ReadSequence();
        while (list.HasData)
        {
            var attribute = list.ReadSequence();
            var name = Encoding.UTF8.GetString(attribute.ReadOctetString());
            var values = new List<byte[]>();
            var set = attribute.ReadSetOf(skipSortOrderValidation: true);
            while (set.HasData)
            {
                values.Add(set.ReadOctetString());
                if (values.Count > MaxValues)
                    return null;
            }
            attributes[name] = values;
            if (attributes.Count > MaxAttributes)
                return null;
        }
        return new LdapEntry(dn, attributes);
    }
}
