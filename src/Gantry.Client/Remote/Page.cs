using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Remote;

/// <summary>One answer with a JSON body: a document, or a page of a list.</summary>
internal sealed record Page(ReadOnlyMemory<byte> Body, string Request, int Status)
{
    /// <summary>The answer's <c>Content-Type</c>, as it came.</summary>
    public string? ContentType { get; init; }

    public bool IsOf(MediaType type) => MediaType.TryParseHeader(ContentType, out var said) && said == type;

    /// <summary>The names under a member. Null stands for none: registries write it for an empty list.</summary>
    /// <exception cref="RegistryException">The page is not such a document, or a name holds what no name may.</exception>
    public IReadOnlyList<string> Names(string member)
    {
        try
        {
            using var document = JsonDocument.Parse(Body);
            var names = new List<string>();
            if (document.RootElement.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in list.EnumerateArray())
                {
                    var name = item.GetString() ?? "";
                    // Names are printed and put into paths: a control character in one is an attack on either.
                    if (name.Length == 0 || name.AsSpan().ContainsAnyExceptInRange('!', '~'))
                        throw Problem($"\"{Printable.Of(name)}\" is not a name");
                    names.Add(name);
                }
            }
            return names;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Problem("the list is not the JSON that the protocol asks for");
        }
    }

    /// <summary>The page as a document.</summary>
    /// <exception cref="RegistryException">It is not such a document.</exception>
    public T Parse<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(Body.Span, type) ?? throw Problem("the answer is empty");
        }
        catch (JsonException)
        {
            throw Problem("the answer is not the JSON that the protocol asks for");
        }
    }

    public RegistryException Problem(string message) => new(Status, [new RegistryError(ErrorCode.FromWire(ErrorCode.Unknown.Text, Status), message)]) { Request = Request };
}
