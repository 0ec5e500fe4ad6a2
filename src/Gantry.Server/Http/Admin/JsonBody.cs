using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>Reads what a management path is given.</summary>
internal static class JsonBody
{
    /// <summary>The reader's own, which throws beyond.</summary>
    private const int MaxDepth = 64;

    /// <exception cref="RegistryException">The body is larger than that, or not what the path takes.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, int maxBytes)
        where T : class
    {
        var body = await SmallBody.ReadAsync(http, maxBytes);
        try
        {
            DemandNoNullInLists(body.Span);
            return JsonSerializer.Deserialize(body.Span, type) ?? throw new RegistryException(ErrorCode.RequestInvalid, "the body must be an object");
        }
        catch (JsonException e)
        {
            var where = e.Path is null or "$" ? $"it must be an object{Required(type)}" : $"{Printable.Of(e.Path)} is not what belongs there";
            throw new RegistryException(ErrorCode.RequestInvalid, $"the body is not what this path takes: {where}");
        }
    }

    /// <summary>The serializer watches members, not what lists hold: a null there would be met by code whose types say that there is none.</summary>
    private static void DemandNoNullInLists(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        Span<bool> isList = stackalloc bool[MaxDepth + 1];
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                isList[reader.CurrentDepth + 1] = reader.TokenType == JsonTokenType.StartArray;
            else if (reader.TokenType == JsonTokenType.Null && isList[reader.CurrentDepth])
                throw new RegistryException(ErrorCode.RequestInvalid, "the body is not what this path takes: a list holds null");
        }
    }

    private static string Required(JsonTypeInfo type)
    {
        var names = type.Properties.Where(property => property.IsRequired).Select(property => property.Name).ToList();
        return names.Count == 0 ? "" : $" with {string.Join(" and ", names)}";
    }
}
