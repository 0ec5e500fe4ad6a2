using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>Reads what a management path is given.</summary>
internal static class JsonBody
{
    /// <exception cref="RegistryException">The body is larger than that, or not what the path takes.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, int maxBytes)
        where T : class
    {
        var body = await SmallBody.ReadAsync(http, maxBytes);
        try
        {
            return JsonSerializer.Deserialize(body.Span, type) ?? throw new RegistryException(ErrorCode.RequestInvalid, "the body must be an object");
        }
        catch (JsonException e)
        {
            var where = e.Path is null or "$" ? $"it must be an object{Required(type)}" : $"{Printable.Of(e.Path)} is not what belongs there";
            throw new RegistryException(ErrorCode.RequestInvalid, $"the body is not what this path takes: {where}");
        }
    }

    private static string Required(JsonTypeInfo type)
    {
        var names = type.Properties.Where(property => property.IsRequired).Select(property => property.Name).ToList();
        return names.Count == 0 ? "" : $" with {string.Join(" and ", names)}";
    }
}
